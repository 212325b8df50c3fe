using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Signalbox.Certificates.Challenges;
using Signalbox.Model;

namespace Signalbox.Certificates.Issuing.Preflights;

/// <summary>Asks at a name's addresses, as the CA will, for a token only this daemon knows: does what comes in there reach us?</summary>
/// <param name="tokens">Where the token is answered.</param>
/// <param name="port">Where CAs ask: RFC 8555 8.3 has port 80 and no other; tests have theirs.</param>
internal sealed class Reach(TokenTable tokens, int port = Reach.StandardPort)
{
    /// <summary>RFC 8555 8.3: "Dereference the URL using an HTTP GET request. This request MUST be sent to TCP port 80 on the HTTP server."</summary>
    public const int StandardPort = 80;

    /// <summary>A way in answers within milliseconds, from the other side of the world within half a second.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    /// <summary>Addresses that are asked; a name with more has a service in front of it that answers alike at each.</summary>
    public const int Most = 4;

    /// <summary>What asking came to: what was found, a whole sentence where it is a failure, and what is to be done about that.</summary>
    internal readonly record struct Result(string Outcome, string Detail, string? Advice);

    public async Task<Result> TryAsync(string host, IReadOnlyList<IPAddress> addresses, CancellationToken stop)
    {
        var (token, secret) = ("signalbox-" + Hex(), Hex());
        tokens.Put(token, secret);
        try
        {
            var answers = await Task.WhenAll(addresses.Take(Most).Select(address => AskAsync(host, address, token, secret, stop)));
            return Together(answers, Advice(host, port));
        }
        finally
        {
            tokens.Remove(token);
        }
    }

    /// <summary>What several addresses come to: one that is ours is enough, as the CA may come in there; and as long as one could not be asked, nothing is clear.</summary>
    public static Result Together(IReadOnlyList<Result> answers, string advice)
    {
        var detail = string.Join("; ", answers.Select(answer => answer.Detail));
        if (answers.Any(answer => answer.Outcome == NamePreflight.Ok)) return new Result(NamePreflight.Ok, detail, null);
        return answers.All(answer => answer.Outcome == NamePreflight.Failed)
            ? new Result(NamePreflight.Failed, $"The name leads to another server: {detail}.", advice)
            : new Result(NamePreflight.Unknown, detail, null);
    }

    /// <summary>What is to be done about a way that leads to another server, seen from here.</summary>
    public static string Advice(string name, int port) =>
        $"Let {name} lead to this machine, and port {port} there to signalbox. If it does, and only this machine is answered by something else (a home router, mostly), set preflight: off for the issuer.";

    /// <summary>An address that could not be asked, which says nothing of what a CA would find there.</summary>
    public static Result CouldNot(IPAddress address, int port, Exception error)
    {
        var reason = error is OperationCanceledException ? $"no answer within {Limit.TotalSeconds:0} s" : error.Message.TrimEnd('.');
        return new Result(NamePreflight.Unknown, $"{address} port {port} could not be asked from here: {reason}", null);
    }

    private async Task<Result> AskAsync(string host, IPAddress address, string token, string secret, CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(Limit);
        try
        {
            using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, ConnectCallback = (_, cancellation) => ConnectAsync(address, cancellation) }) { Timeout = Timeout.InfiniteTimeSpan };
            using var response = await client.GetAsync(new Uri($"http://{host}:{port}{IChallengeAnswers.Path}{token}"), HttpCompletionOption.ResponseHeadersRead, limit.Token);
            if (await IsAsync(secret, response.Content, limit.Token)) return new Result(NamePreflight.Ok, $"{address} port {port} is this daemon", null);
            var server = response.Headers.Server.ToString();

            // A redirect may come back to us by another way; the CA follows it, and so its end is not ours to judge.
            if ((int)response.StatusCode is >= 300 and < 400) return new Result(NamePreflight.Unknown, $"{address} port {port} redirects to {response.Headers.Location}", null);
            return new Result(NamePreflight.Failed, $"{address} port {port} answered {(int)response.StatusCode}{(server.Length > 0 ? $" ({server})" : "")}, and is not this daemon", null);
        }
        catch (Exception error) when (error is HttpRequestException or IOException or SocketException || (error is OperationCanceledException && !stop.IsCancellationRequested))
        {
            return CouldNot(address, port, error);
        }
    }

    /// <summary>True when the body is this text. What another server says, however long and in whatever letters, is not read.</summary>
    private static async Task<bool> IsAsync(string secret, HttpContent content, CancellationToken cancellation)
    {
        await using var body = await content.ReadAsStreamAsync(cancellation);
        var read = new byte[secret.Length + 1];
        return await body.ReadAtLeastAsync(read, read.Length, throwOnEndOfStream: false, cancellation) == secret.Length && Encoding.ASCII.GetString(read, 0, secret.Length) == secret;
    }

    private async ValueTask<Stream> ConnectAsync(IPAddress address, CancellationToken cancellation)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(new IPEndPoint(address, port), cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static string Hex() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
}
