using System.Collections.Concurrent;
using System.Net.Security;
using Signalbox.Certificates.Acme;
using Signalbox.Certificates.Acme.Keys;
using Signalbox.Model;

namespace Signalbox.Certificates.Challenges;

/// <summary>
/// The certificates that answer tls-alpn-01 at present, or our own look whether a CA would come in here, by the server name a CA asks for (RFC 8737 3). A handshake says for which name it is and not for which
/// order, and a certificate answers one: so a name has one at a time, and a second one waits until the first is taken away.
/// </summary>
internal sealed class TlsAlpnTable : IChallengeCertificates
{
    private readonly ConcurrentDictionary<string, Shown> _shown = new(StringComparer.Ordinal);

    /// <summary>A certificate to be shown. Keys, signatures and contexts are made on the pool, so that the event loops only look up what is ready.</summary>
    public static Task<SslStreamCertificateContext> MakeAsync(Identifier identifier, string authorization, DateTimeOffset now, CancellationToken cancellation) =>
        Task.Run(() => new ServerCertificate(TlsAlpnCertificate.Create(identifier, authorization, now), []).ToContext(), cancellation);

    public SslStreamCertificateContext? Find(string serverName) => _shown.GetValueOrDefault(serverName)?.Context;

    /// <summary>From the return on, the name is answered with it, until what is returned is disposed.</summary>
    public async ValueTask<IAsyncDisposable> ShowAsync(string serverName, SslStreamCertificateContext context, CancellationToken cancellation)
    {
        var mine = new Shown(this, serverName, context);
        while (true)
        {
            var there = _shown.GetOrAdd(serverName, mine);
            if (ReferenceEquals(there, mine)) return mine;
            await there.Ended.WaitAsync(cancellation);
        }
    }

    /// <summary>The certificate itself is left to the collector: a handshake that has just found it may still be going on.</summary>
    private sealed class Shown(TlsAlpnTable table, string serverName, SslStreamCertificateContext context) : IAsyncDisposable
    {
        private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public SslStreamCertificateContext Context => context;

        public Task Ended => _ended.Task;

        public ValueTask DisposeAsync()
        {
            // Out of the table first: whoever waited finds its place free.
            table._shown.TryRemove(new(serverName, this));
            _ended.TrySetResult();
            return ValueTask.CompletedTask;
        }
    }
}
