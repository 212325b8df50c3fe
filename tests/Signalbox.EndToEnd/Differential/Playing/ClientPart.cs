using Signalbox.EndToEnd.Differential.Data;
using Signalbox.EndToEnd.Differential.Messages;
using Signalbox.EndToEnd.Differential.Wires;

namespace Signalbox.EndToEnd.Differential.Playing;

/// <summary>The client's part of a run.</summary>
internal static class ClientPart
{
    /// <summary>A name whose backend always answers <see cref="ProbeStatus"/>.</summary>
    public const string ProbeHost = "probe.localhost";

    /// <summary>Its first label.</summary>
    public const string ProbeLabel = "probe";

    /// <summary>The path of every name that leads there over TLS, where a connection is for one name (RFC 9110 7.4).</summary>
    public const string ProbePath = "/222";

    /// <summary>A status no case uses, and no proxy by itself.</summary>
    public const int ProbeStatus = 222;

    public static async Task<ClientEnd> PlayAsync(Peer peer, WireCase @case)
    {
        try
        {
            foreach (var step in @case.Client) await step(peer);
            if (peer.HasLeft) return ClientEnd.Left;
            await peer.WhenAsync(reader => peer.Answers >= peer.Asked || reader.Fault is not null);
            if (peer.HasFinished || Last(peer) is null or { IsLast: true })
            {
                await peer.EndsAsync();
                return ClientEnd.Closed;
            }

            return await ProbeAsync(peer, @case);
        }
        catch (EndedException)
        {
            return ClientEnd.Closed;
        }
    }

    /// <summary>
    /// Whether a connection is still open cannot be seen by waiting; whether it carries a request can. The answer is taken out of what was seen, for it
    /// is not the case's.
    /// </summary>
    private static async Task<ClientEnd> ProbeAsync(Peer peer, WireCase @case)
    {
        var before = peer.Reader.Messages.Count;
        var answers = peer.Answers;
        var (host, path) = @case.Carrier == Carrier.Clear ? (ProbeHost, "/") : ("$host", ProbePath);
        await peer.SendAsync($"GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n");
        await peer.WhenAsync(reader => peer.Answers > answers || reader.Fault is not null);
        if (peer.Answers != answers + 1 || peer.Reader.Messages[before].Status != ProbeStatus) return ClientEnd.Confused;
        peer.Reader.Messages.RemoveAt(before);
        return ClientEnd.Open;
    }

    private static Message? Last(Peer peer) => peer.Reader.Messages.LastOrDefault();
}
