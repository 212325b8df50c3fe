using System.Net.Security;
using System.Runtime.CompilerServices;

namespace Signalbox.Proxy.Tls;

/// <summary>
/// Keeps a certificate's TLS context where the framework would let it go. It has a table of contexts for the whole process and, whenever that comes to hold a multiple of 32, clears
/// it of all that no connection uses just then: with more names in use than that, nearly every handshake made a context anew, which is a third of its cost, and whatever could have been
/// resumed was forgotten with the old one, as the keys of session tickets are the context's. One connection that never gets further than the first octets of its ClientHello uses
/// it for as long as this object lives.
/// </summary>
internal sealed class ContextHold
{
    /// <summary>Contexts that are held. Each is some 70 KB of memory, a context's own and a connection's; names that are busy come first, and those that come when there is no more room cost what they always did.</summary>
    private const int Most = 1024;

    /// <summary>How many there are.</summary>
    private readonly StrongBox<int> _held;

    /// <summary>The connection, which nobody ends: it is let go of with this object. And its handshake.</summary>
    private readonly (object Connection, Task Handshake) _waiting;

    private ContextHold(SslServerAuthenticationOptions options, StrongBox<int> held)
    {
        _held = held;
        var connection = new SslStream(new BegunHello());
        // Waits for the rest of the hello from here on, with nobody to send it and nothing that runs.
        _waiting = (connection, connection.AuthenticateAsServerAsync(options));
    }

    // Nobody knows when the last handshake with a certificate that has been replaced ends: its place is free when the certificate is collected, and this with it.
    ~ContextHold() => Interlocked.Decrement(ref _held.Value);

    /// <summary>False when the library has not taken it that way; then the context comes and goes as if it were not held.</summary>
    public bool IsWaiting => !_waiting.Handshake.IsCompleted;

    /// <summary>Null when as many are held as are to be. It is to be kept beside the options.</summary>
    /// <param name="options">Of the certificate.</param>
    /// <param name="held">How many there are.</param>
    public static ContextHold? Take(SslServerAuthenticationOptions options, StrongBox<int> held)
    {
        if (Interlocked.Increment(ref held.Value) <= Most) return new ContextHold(options, held);
        Interlocked.Decrement(ref held.Value);
        return null;
    }

    /// <summary>A client that has sent the first octets of a ClientHello and says nothing more.</summary>
    private sealed class BegunHello : DuplexStream
    {
        /// <summary>A handshake record of four octets: a ClientHello (1) of 256 octets begins (RFC 8446 4, 5.1).</summary>
        private static ReadOnlySpan<byte> Octets => [22, 3, 1, 0, 4, 1, 0, 1, 0];

        private int _given;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var left = Octets[_given..];
            if (left.IsEmpty) return new(new TaskCompletionSource<int>().Task);
            var count = Math.Min(left.Length, buffer.Length);
            left[..count].CopyTo(buffer.Span);
            _given += count;
            return new(count);
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => ValueTask.CompletedTask;

        public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
