using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Signalbox.Certificates.Acme;

namespace Signalbox.Tests.Certificates.Acme.Support;

/// <summary>
/// A CA of a test's own, over real HTTP or HTTPS on port 0. It checks everything a client sends as strictly as RFC 8555 lets it, and does at each step what
/// its script says: refuse, be slow, cut the connection, answer nonsense.
/// </summary>
internal sealed class ScriptedCa : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly CaIssuer _issuer;
    private readonly CaDesk _desk;
    private readonly ConcurrentDictionary<CaStep, ConcurrentQueue<CaReply>> _script = new();
    private readonly X509Certificate2? _server;

    private ScriptedCa(CaOptions options)
    {
        Options = options;
        _issuer = new CaIssuer(options.Time.GetUtcNow());
        _server = options.Https ? _issuer.Server() : null;
        _desk = new CaDesk(options, _issuer);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            if (_server is not null) listen.UseHttps(_server);
        }));
        _app = builder.Build();
        _app.Run(AnswerAsync);
    }

    public CaOptions Options { get; }

    public Uri Directory => new($"{_desk.Base}/directory");

    /// <summary>How a client reaches it.</summary>
    public AcmeServer Server => new(Directory) { Roots = _server is null ? null : new TrustedRoots([X509CertificateLoader.LoadCertificate(_issuer.Root.RawData)], Only: true) };

    public X509Certificate2 Root => _issuer.Root;

    public X509Certificate2 OtherRoot => _issuer.OtherRoot;

    /// <summary>Everything that was asked, in order, also what was cut or refused.</summary>
    public ConcurrentQueue<CaRequest> Requests { get; } = new();

    public IReadOnlyCollection<CaOrder> Orders => _desk.Orders;

    public IReadOnlyCollection<CaAccount> Accounts => _desk.Accounts;

    /// <summary>Serial numbers, as RawData hashes, of what was revoked, with the reason.</summary>
    public IReadOnlyDictionary<string, int?> Revoked => _desk.Revoked;

    /// <summary>What the client did that no CA would let pass. A test that expects none looks here.</summary>
    public ConcurrentQueue<string> Complaints { get; } = new();

    public static async Task<ScriptedCa> StartAsync(CaOptions? options = null)
    {
        var ca = new ScriptedCa(options ?? new CaOptions());
        await ca._app.StartAsync();
        ca._desk.Base = ca._app.Urls.Single();
        return ca;
    }

    /// <summary>The next requests at this step get these replies, one each; then all is as usual again.</summary>
    public void Script(CaStep step, params CaReply[] replies)
    {
        var queue = _script.GetOrAdd(step, _ => new());
        foreach (var reply in replies) queue.Enqueue(reply);
    }

    public int Count(CaStep step) => Requests.Count(request => request.Step == step);

    public async ValueTask DisposeAsync()
    {
        // A request that hangs ends with its connection.
        using var now = new CancellationTokenSource(TimeSpan.Zero);
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
        _server?.Dispose();
        _issuer.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var step = CaDesk.StepOf(context.Request.Path);
        if (step is null)
        {
            context.Response.StatusCode = 404;
            return;
        }

        var reply = _script.TryGetValue(step.Value, out var queue) && queue.TryDequeue(out var scripted) ? scripted : CaReply.Usual;
        var payload = PayloadOf(body.ToArray(), out var account);
        Requests.Enqueue(new CaRequest(step.Value, context.Request.Method, context.Request.Path, account, payload, context.Request.Headers.UserAgent.ToString()));
        switch (reply)
        {
            case CaReply.DropReply { Done: false }:
                context.Abort();
                return;
            case CaReply.HangReply:
                await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
                return;
            case CaReply.EndlessReply:
                await EndlessAsync(context);
                return;
            case CaReply.RawReply raw:
                // A refusal comes before anything is done, but after the nonce was taken.
                _desk.TakeNonce(body.ToArray());
                await SendAsync(context, new CaAnswer(raw.Status, raw.ContentType, raw.Body), raw.Headers);
                return;
        }

        CaAnswer answer;
        try
        {
            answer = await _desk.DoAsync(step.Value, context.Request, body.ToArray());
        }
        catch (CaRefusal refusal)
        {
            if (refusal.Type is "malformed" or "badNonce") Complaints.Enqueue($"{step}: {refusal.Type}: {refusal.Message}");
            answer = CaAnswer.Problem(refusal);
        }

        switch (reply)
        {
            case CaReply.DropReply:
                context.Abort();
                return;
            case CaReply.TruncatedReply:
                context.Response.StatusCode = answer.Status;
                context.Response.ContentType = answer.ContentType;
                context.Response.ContentLength = answer.Body.Length + 100;
                await context.Response.Body.WriteAsync(answer.Body.AsMemory(0, answer.Body.Length / 2), context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
                context.Abort();
                return;
            default:
                await SendAsync(context, answer, (reply as CaReply.HeadersReply)?.Headers ?? []);
                return;
        }
    }

    private async Task SendAsync(HttpContext context, CaAnswer answer, (string Name, string Value)[] more)
    {
        var response = context.Response;
        response.StatusCode = answer.Status;
        response.ContentType = answer.ContentType;
        response.Headers.Append("Link", $"<{Directory}>;rel=\"index\"");
        if (answer.Nonce) response.Headers["Replay-Nonce"] = _desk.NewNonce();
        if (answer.Location is not null) response.Headers.Location = answer.Location;
        if (answer.RetryAfter is not null) response.Headers.RetryAfter = answer.RetryAfter;
        foreach (var link in answer.Links) response.Headers.Append("Link", link);
        foreach (var (name, value) in more)
        {
            if (value.Length == 0) response.Headers.Remove(name);
            else response.Headers[name] = value;
        }

        if (HttpMethods.IsHead(context.Request.Method)) return;
        await response.Body.WriteAsync(answer.Body, context.RequestAborted);
    }

    private static async Task EndlessAsync(HttpContext context)
    {
        context.Response.ContentType = "application/json";
        var piece = new byte[64 * 1024];
        piece.AsSpan().Fill((byte)' ');
        try
        {
            for (var sent = 0; sent < 1024 && !context.RequestAborted.IsCancellationRequested; sent++) await context.Response.Body.WriteAsync(piece, context.RequestAborted);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // The client has had enough, as it should.
        }
    }

    private static string PayloadOf(byte[] body, out string? account)
    {
        account = null;
        try
        {
            var jws = CaJws.Read(body);
            account = jws.Kid;
            return Encoding.UTF8.GetString(jws.Payload);
        }
        catch (CaRefusal)
        {
            return "";
        }
    }
}

/// <summary>An answer of the CA before the script touches it.</summary>
internal sealed record CaAnswer(int Status, string ContentType, byte[] Body)
{
    public bool Nonce { get; init; } = true;

    public string? Location { get; init; }

    public string? RetryAfter { get; init; }

    public string[] Links { get; init; } = [];

    public static CaAnswer Json(object document, int status = 200) => new(status, "application/json", JsonSerializer.SerializeToUtf8Bytes(document, document.GetType(), Options));

    public static CaAnswer Problem(CaRefusal refusal) => Json(new { type = "urn:ietf:params:acme:error:" + refusal.Type, detail = refusal.Message, status = refusal.Status }, refusal.Status) with
    {
        ContentType = "application/problem+json",
    };

    private static readonly JsonSerializerOptions Options = new() { DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull };
}
