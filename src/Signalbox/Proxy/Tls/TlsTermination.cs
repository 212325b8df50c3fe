using System.Buffers;
using System.IO.Pipelines;
using System.Net.Security;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Logging;

namespace Signalbox.Proxy.Tls;

/// <summary>
/// Connection middleware that speaks TLS with the client: by the framework's library, over pipes made for it. The server has one of its own, which reads
/// in pieces of 4 KiB and by twice as many steps.
/// <para>
/// (1) look at the ClientHello; (2) choose by it; (3) the handshake; (4) the server, on the decrypted pipes; (5) close_notify, so that the client
/// knows that nothing is missing. An aborted connection is reset before that, and none is sent. A handshake that fails ends with an alert that says why: the
/// library's where it has one, else ours.
/// </para>
/// </summary>
internal sealed partial class TlsTermination(TlsSelector selector, TimeProvider time, ILogger log)
{
    /// <summary>From the connection's begin to the end of the handshake. A handshake is two round trips; this is ten lost packets, and the server's own bound.</summary>
    public static readonly TimeSpan HandshakeTime = TimeSpan.FromSeconds(10);

    public ConnectionDelegate Wrap(ConnectionDelegate next) => connection => RunAsync(connection, next);

    private async Task RunAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var transport = connection.Transport;
        var input = new RecordInput(transport.Input);
        var records = new RecordStream(input, transport.Output);
        await using var tls = new SslStream(records, leaveInnerStreamOpen: true);
        if (await HandshakeAsync(connection.ConnectionId, input, records, tls) is not { } features) return;
        // A handshake for a challenge is all there is to it (RFC 8737 3).
        if (!TlsSelector.IsChallenge(tls.NegotiatedApplicationProtocol)) await ServeAsync(connection, next, new Decrypted(input, tls, transport.Output, PoolOf(connection)), features);
        await EndAsync(tls);
    }

    /// <returns>Null when there is none; the client has been told why where TLS has a word for it.</returns>
    private async ValueTask<TlsFeatures?> HandshakeAsync(string id, RecordInput input, RecordStream records, SslStream tls)
    {
        using var limit = new CancellationTokenSource(HandshakeTime, time);
        var hello = ClientHello.Unread;
        var isTls = false;
        try
        {
            hello = await HelloReader.ReadAsync(input, limit.Token);
            isTls = input.Held.FirstSpan is [TlsRecord.Handshake, ..];
            if (await selector.SelectAsync(hello) is not { } options)
            {
                NoCertificate(id, hello.ServerName);
                records.Say(hello.ServerName is null ? TlsAlert.HandshakeFailure : TlsAlert.UnrecognizedName);
                return null;
            }

            await tls.AuthenticateAsServerAsync(options, limit.Token);
            // The library has read records one by one, so what follows the handshake is still in the pipe.
            input.Release();
            return new TlsFeatures(tls, hello.ServerName);
        }
        catch (OperationCanceledException)
        {
            TookTooLong(id, HandshakeTime.TotalSeconds);
        }
        catch (Exception exception)
        {
            // Mostly IOException and AuthenticationException. But what the library makes of garbage is its own business: a hello that ends behind its head is an
            // IndexOutOfRangeException to it. Whatever it is, this connection has failed and nothing else has.
            Failed(exception, id);
            // Whoever does not speak TLS would not understand, and what the library has said stands.
            if (isTls && !records.HasWritten) records.Say(hello == ClientHello.Unread ? TlsAlert.DecodeError : TlsAlert.HandshakeFailure);
        }

        return null;
    }

    private static async ValueTask ServeAsync(ConnectionContext connection, ConnectionDelegate next, Decrypted decrypted, TlsFeatures features)
    {
        connection.Features.Set<ITlsConnectionFeature>(features);
        connection.Features.Set<ITlsHandshakeFeature>(features);
        connection.Features.Set<ITlsApplicationProtocolFeature>(features);
        var transport = connection.Transport;
        connection.Transport = decrypted;
        try
        {
            await next(connection);
        }
        finally
        {
            connection.Transport = transport;
            await decrypted.Input.CompleteAsync();
            await decrypted.Output.CompleteAsync();
        }
    }

    private static async ValueTask EndAsync(SslStream tls)
    {
        try
        {
            // Written only, and sent by whoever ends the transport: waiting for a client that takes nothing is his business.
            await tls.ShutdownAsync();
        }
        catch (Exception exception) when (exception is IOException or InvalidOperationException)
        {
            // The transport has ended, and with it all there was to say.
        }
    }

    [LoggerMessage(LogLevel.Debug, "The TLS handshake of connection {Id} was not done after {Seconds} s")]
    private partial void TookTooLong(string id, double seconds);

    [LoggerMessage(LogLevel.Debug, "The TLS handshake of connection {Id} was ended: there is no certificate for {Name}")]
    private partial void NoCertificate(string id, string? name);

    [LoggerMessage(LogLevel.Debug, "The TLS handshake of connection {Id} failed")]
    private partial void Failed(Exception exception, string id);

    private static MemoryPool<byte> PoolOf(ConnectionContext connection) => connection.Features.Get<IMemoryPoolFeature>()?.MemoryPool ?? MemoryPool<byte>.Shared;

    private sealed class Decrypted(RecordInput input, SslStream tls, PipeWriter output, MemoryPool<byte> pool) : IDuplexPipe
    {
        public PipeReader Input { get; } = new TlsReader(tls, input, pool);

        public PipeWriter Output { get; } = new TlsWriter(tls, output, pool);
    }
}
