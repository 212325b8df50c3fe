using System.Globalization;
using Signalbox.Proxy.Transport;
using Signalbox.Proxy.Transport.Epoll;

namespace Signalbox.Host;

/// <summary>
/// Settings of the framework's socket engine for a daemon on the sockets transport: what has become of a socket is told on the engine's own threads, and of
/// those there is one a core. Without them every receive and send hops to a thread of the pool, which costs about a third of a request's time.
/// The framework reads them from the environment once, at the process's first socket, so <see cref="Prepare"/> is the first thing a daemon does.
/// <para>
/// What follows from it: what runs after an <c>await</c> of a socket holds up every other connection of that engine's thread. It may not wait for a disk, a child
/// process or a lock somebody holds for long; such work goes to the pool (<c>Task.Run</c>).
/// </para>
/// </summary>
internal static class SocketEngine
{
    /// <summary>1: continuations run on the engine's threads.</summary>
    private const string Inline = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";

    /// <summary>How many engine threads there are.</summary>
    private const string Threads = "DOTNET_SYSTEM_NET_SOCKETS_THREAD_COUNT";

    /// <summary>The config's key. A file that does not hold the word anywhere need not be parsed for it: with 100,000 routes that takes half a second.</summary>
    private static ReadOnlySpan<byte> Key => "transport"u8;

    /// <summary>Sets what the transport to come needs. To be called before anything of the process opens a socket.</summary>
    public static void Prepare(DaemonOptions options) => Prepare(options, Environment.GetEnvironmentVariable, Environment.SetEnvironmentVariable);

    /// <param name="options">They say where the config is.</param>
    /// <param name="read">Reads a variable of the surroundings.</param>
    /// <param name="write">Sets one.</param>
    internal static void Prepare(DaemonOptions options, Func<string, string?> read, Action<string, string> write)
    {
        // Where epoll is not to be had, sockets stand in for it.
        if (TransportChoice.Make(Told(options), read(TransportChoice.Variable)) == TransportKind.Epoll && EventLoops.Unsupported is null) return;
        Default(Inline, "1");
        Default(Threads, Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture));

        // Whoever has set one of them knows why.
        void Default(string variable, string value)
        {
            if (string.IsNullOrEmpty(read(variable))) write(variable, value);
        }
    }

    /// <summary>The config's transport; null when the file says none, or cannot be read, which the start that follows tells.</summary>
    private static string? Told(DaemonOptions options)
    {
        try
        {
            if (File.ReadAllBytes(Daemon.ConfigPath(options)).AsSpan().IndexOf(Key) < 0) return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }

        var read = Daemon.ReadConfig(options);
        return read.Succeeded ? read.Value.Transport : null;
    }
}
