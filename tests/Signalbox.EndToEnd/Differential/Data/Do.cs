using System.Text;
using Signalbox.EndToEnd.Differential.Playing;

namespace Signalbox.EndToEnd.Differential.Data;

/// <summary>The steps there are. Cases read like a script of both ends.</summary>
internal static class Do
{
    /// <summary>Octets as they stand, in Latin-1; <c>$host</c> is the case's name.</summary>
    public static Step Send(string text) => peer => peer.SendAsync(text);

    /// <summary>Lines of a head, each with its CRLF, and the empty line behind them; then what stands after <c>||</c>.</summary>
    public static Step Lines(string lines)
    {
        var parts = lines.Split("||", 2);
        return Send(parts[0].Trim().Replace("|", "\r\n", StringComparison.Ordinal) + "\r\n\r\n" + (parts.Length == 2 ? parts[1] : ""));
    }

    /// <summary>So many octets of a pattern that shows a piece out of its place.</summary>
    public static Step Fill(int count) => peer => peer.SendAsync(Pattern(count));

    public static Step FillChunks(int count, int each) => async peer =>
    {
        for (var sent = 0; sent < count; sent += each)
        {
            var size = Math.Min(each, count - sent);
            await peer.SendAsync(Encoding.Latin1.GetBytes($"{size:x}\r\n"));
            await peer.SendAsync(Pattern(count).AsMemory(sent, size));
            await peer.SendAsync("\r\n"u8.ToArray());
        }

        await peer.SendAsync("0\r\n\r\n"u8.ToArray());
    };

    /// <summary>Until so many final answers have come whole.</summary>
    public static Step Answers(int count) => peer => peer.WhenAsync(_ => peer.Answers >= count);

    /// <summary>Until so many heads of answers have come, interim ones included.</summary>
    public static Step Heads(int count) => peer => peer.WhenAsync(reader => reader.Messages.Count >= count);

    /// <summary>Until the last message's body has come as far as this.</summary>
    public static Step Body(string text) => peer => peer.WhenAsync(reader => reader.Messages.Count > peer.Turn && reader.Messages[^1].Text.Contains(text, StringComparison.Ordinal));

    /// <summary>Until so many octets of the last message's body have come.</summary>
    public static Step BodyOf(int count) => peer => peer.WhenAsync(reader => reader.Messages.Count > peer.Turn && reader.Messages[^1].Body.Length >= count);

    /// <summary>Until the request's head has come.</summary>
    public static Step Head { get; } = peer => peer.WhenAsync(reader => reader.Messages.Count > peer.Turn);

    /// <summary>Until the request has come whole.</summary>
    public static Step Request { get; } = peer => peer.WhenAsync(reader => reader.Messages.Count > peer.Turn && reader.Messages[peer.Turn].IsWhole);

    /// <summary>Reads the head of a request; what follows it is no HTTP.</summary>
    public static Step SwitchingRequest { get; } = async peer =>
    {
        await Head(peer);
        peer.Reader.Switch();
    };

    /// <summary>Until this has come through the tunnel.</summary>
    public static Step Tunnelled(string text) => peer => peer.WhenAsync(reader => reader.Tunnel.ToString().Contains(text, StringComparison.Ordinal));

    /// <summary>Until the proxy has ended the connection in whatever way, or the stream of HTTP/2.</summary>
    public static Step End { get; } = peer => peer.OverAsync();

    public static Step FinishSending { get; } = Now(peer => peer.FinishSending());

    /// <summary>Gives up the request: by RST_STREAM in HTTP/2, else with the connection.</summary>
    public static Step Abandon { get; } = peer => peer.AbandonAsync();

    public static Step Close { get; } = Now(peer => peer.Leave());

    public static Step Reset { get; } = Now(peer => peer.Reset());

    /// <summary>Tells the other end of the case something, past the proxy.</summary>
    public static Step Cue(string cue) => Now(peer => peer.Cues.Give(cue));

    /// <summary>Until the other end has told this, or cannot any more.</summary>
    public static Step Await(string cue) => async peer =>
    {
        if (await Task.WhenAny(peer.Cues.Given(cue), peer.EndsAsync()) != peer.Cues.Given(cue)) throw new EndedException();
    };

    public static byte[] Pattern(int count)
    {
        var pattern = new byte[count];
        for (var i = 0; i < count; i++) pattern[i] = (byte)('a' + (i + (i / 4096)) % 26);
        return pattern;
    }

    private static Step Now(Action<Peer> action) => peer =>
    {
        action(peer);
        return Task.CompletedTask;
    };
}
