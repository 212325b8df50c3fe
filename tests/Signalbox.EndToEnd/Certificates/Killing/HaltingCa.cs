using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Signalbox.EndToEnd.Support;

namespace Signalbox.EndToEnd.Certificates.Killing;

/// <summary>
/// Stands between a daemon and its Pebble, under Pebble's own certificate, and has the daemon killed at an exact place of what it asks. Pebble makes its URLs of the Host
/// it is asked by, so that whatever follows comes through here too. HTTP/1.1, as one request after the other is all that is wanted.
/// </summary>
internal sealed class HaltingCa : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly List<OrderStep> _steps = [];
    private readonly List<Task> _serving = [];
    private readonly TcpListener _listener = new(IPAddress.Loopback, PortPool.Take());
    private readonly CancellationTokenSource _end = new();
    private readonly Pebble _pebble;
    private readonly X509Certificate2 _certificate;
    private readonly HttpClient _client;
    private readonly Task _accepting;
    private TaskCompletionSource _gate = NewGate();
    private KillingPlace? _place;
    private int _daemon;
    private int _orders;
    private int _accounts;

    public HaltingCa(Pebble pebble)
    {
        _pebble = pebble;
        _client = pebble.Https();

        // Exported once: a key that was read from PEM alone is not taken by TLS on all systems.
        using var pem = X509Certificate2.CreateFromPemFile(pebble.RootFile, pebble.KeyFile);
        _certificate = X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public Uri Directory => new($"https://{_listener.LocalEndpoint}{_pebble.Directory.AbsolutePath}");

    /// <summary>Orders that the CA has made.</summary>
    public int Orders => Volatile.Read(ref _orders);

    /// <summary>Accounts that the CA has made; one that it found again is none.</summary>
    public int Accounts => Volatile.Read(ref _accounts);

    /// <summary>What was asked since the gate was opened, in its order. Looks at one thing again and again, of which there may be more or fewer, are one step.</summary>
    public IReadOnlyList<OrderStep> Steps
    {
        get
        {
            lock (_lock) return [.. _steps];
        }
    }

    /// <summary>Lets requests pass from now on. They wait before this, and again after <see cref="Close"/>.</summary>
    public void Open() => Open(null);

    /// <summary>The same up to a place, where the gate is closed and the daemon killed. True when that has been done, false when the gate was closed before.</summary>
    public Task<bool> KillAsync(OrderPlace place, Func<Task> kill)
    {
        var killing = new KillingPlace(place, kill);
        Open(killing);
        return Wait.ForAsync($"the daemon to come to {place}", killing.Done.Task, () => $"{string.Join(", ", Steps)}\n{_pebble.Transcript}");
    }

    /// <summary>The present daemon is to be killed: nothing that it has asked and is not answered yet passes any more.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _daemon++;
            _place?.Done.TrySetResult(false);
            _place = null;
            if (_gate.Task.IsCompleted) _gate = NewGate();
        }
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _end.CancelAsync();
        await _accepting;
        await Task.WhenAll(_serving);
        _client.Dispose();
        _certificate.Dispose();
        _end.Dispose();
    }

    private static TaskCompletionSource NewGate() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Open(KillingPlace? place)
    {
        lock (_lock)
        {
            _steps.Clear();
            _place = place;
            _gate.SetResult();
        }
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _serving.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_end.Token), Volatile.Read(ref _daemon)));
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            // It is over.
        }
    }

    private async Task ServeAsync(TcpClient client, int daemon)
    {
        using var connection = client;
        try
        {
            // Half of an answer must not wait for the other.
            client.NoDelay = true;
            await using var tls = new SslStream(client.GetStream());
            await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = _certificate, ApplicationProtocols = [SslApplicationProtocol.Http11] }, _end.Token);
            using var reader = new StreamReader(tls, Encoding.Latin1);
            while (await RelayedRequest.ReadAsync(reader, _end.Token) is { } request && await PassAsync(request, tls, daemon))
            {
                // The next request.
            }
        }
        catch (Exception e) when (e is IOException or AuthenticationException or OperationCanceledException)
        {
            // The daemon was killed, or the test is over.
        }
    }

    /// <returns>False when the daemon is no more.</returns>
    private async Task<bool> PassAsync(RelayedRequest request, Stream daemon, int number)
    {
        Task gate;
        lock (_lock) gate = _gate.Task;
        await gate.WaitAsync(_end.Token);
        if (TakeStep(request, number) is not { } step) return false;
        if (step.Killing?.Place.Moment == Moment.Unsent) return await KillAsync(step.Killing);
        if (step.Killing?.Place.Moment == Moment.Orphaned) await CutAsync(step.Killing);
        var answer = await AskAsync(request);
        if (step.Killing?.Place.Moment == Moment.Orphaned) return Done(step.Killing);
        if (step.Killing?.Place.Moment == Moment.Unanswered) return await KillAsync(step.Killing);

        // Written to the end, it lies in the buffers of the daemon's socket.
        await daemon.WriteAsync(answer, _end.Token);
        await daemon.FlushAsync(_end.Token);
        return step.Killing is null || await KillAsync(step.Killing);
    }

    /// <summary>Null when it was sent by a daemon that has been killed since.</summary>
    private TakenStep? TakeStep(RelayedRequest request, int daemon)
    {
        lock (_lock)
        {
            if (daemon != _daemon) return null;
            if (_steps.LastOrDefault()?.Name == request.Step.Name) return new TakenStep(null);
            _steps.Add(request.Step);
            if (_place is not { } killing || killing.Place.Number != _steps.Count || killing.Place.Step != request.Step) return new TakenStep(null);
            _place = null;
            return new TakenStep(killing);
        }
    }

    private async Task<bool> KillAsync(KillingPlace killing)
    {
        await CutAsync(killing);
        return Done(killing);
    }

    private async Task CutAsync(KillingPlace killing)
    {
        Close();
        await killing.Kill();
    }

    private static bool Done(KillingPlace killing)
    {
        killing.Done.SetResult(true);
        return false;
    }

    private async Task<byte[]> AskAsync(RelayedRequest request)
    {
        using var message = request.To(_pebble.Directory);
        using var response = await _client.SendAsync(message, _end.Token);
        var body = await response.Content.ReadAsByteArrayAsync(_end.Token);
        if (response.StatusCode == HttpStatusCode.Created && request.Step.IsNewOrder) Interlocked.Increment(ref _orders);
        if (response.StatusCode == HttpStatusCode.Created && request.Step.IsNewAccount) Interlocked.Increment(ref _accounts);
        var head = new StringBuilder($"HTTP/1.1 {(int)response.StatusCode} {response.ReasonPhrase}\r\n");
        foreach (var (name, values) in response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated))
        {
            if (name is "Content-Length" or "Transfer-Encoding" or "Connection") continue;
            foreach (var value in values) head.Append($"{name}: {value}\r\n");
        }

        return [.. Encoding.Latin1.GetBytes($"{head}Content-Length: {body.Length}\r\n\r\n"), .. body];
    }

    private sealed record KillingPlace(OrderPlace Place, Func<Task> Kill)
    {
        public TaskCompletionSource<bool> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed record TakenStep(KillingPlace? Killing);
}
