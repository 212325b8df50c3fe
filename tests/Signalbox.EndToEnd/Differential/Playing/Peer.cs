using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Signalbox.EndToEnd.Differential.Messages;
using Signalbox.EndToEnd.Differential.Wires;

namespace Signalbox.EndToEnd.Differential.Playing;

/// <summary>One end of a connection with a proxy: the client's or the backend's. It always reads, so that nothing it waits for is held up by itself.</summary>
internal sealed partial class Peer : IDisposable
{
    private readonly IWire _wire;
    private readonly bool _isBackend;
    private readonly Lock _lock = new();
    private TaskCompletionSource _news = New();
    private string _line = "";

    public Peer(IWire wire, bool isBackend, string host, Cues cues)
    {
        (_wire, _isBackend, Host, Cues) = (wire, isBackend, host, cues);
        Reader = new MessageReader(ofRequests: isBackend);
        _ = ReadAsync();
    }

    /// <summary>The name the case's route has, which stands for <c>$host</c> in what is sent; <c>$accept</c> is the answer to a WebSocket's key.</summary>
    public string Host { get; }

    public Cues Cues { get; }

    public MessageReader Reader { get; }

    public PeerEnd End { get; private set; }

    /// <summary>Which message of the connection is being answered, from 0; a backend's.</summary>
    public int Turn { get; set; }

    /// <summary>Requests sent so far; a client's.</summary>
    public int Asked { get; private set; }

    /// <summary>True when this side has closed.</summary>
    public bool HasLeft { get; private set; }

    /// <summary>True when this side has ended its sending.</summary>
    public bool HasFinished { get; private set; }

    /// <summary>Final answers that have come whole, or of which nothing more comes.</summary>
    public int Answers => Look(reader => reader.Messages.Count(message => !message.IsInterim && message.IsOver));

    /// <summary>Reads what came while nothing more is added to it.</summary>
    public T Look<T>(Func<MessageReader, T> look)
    {
        lock (_lock) return look(Reader);
    }

    public Task SendAsync(string text)
    {
        var octets = text.Replace("$host", Host, StringComparison.Ordinal);
        if (octets.Contains("$accept", StringComparison.Ordinal)) octets = octets.Replace("$accept", AcceptOf(Look(reader => reader.Messages[Turn].Field("sec-websocket-key")!)), StringComparison.Ordinal);
        if (!_isBackend) Note(octets);
        return SendAsync(Encoding.Latin1.GetBytes(octets));
    }

    public Task SendAsync(ReadOnlyMemory<byte> octets) => _wire.SendAsync(octets);

    /// <summary>Until it is so. Looked at after everything that comes.</summary>
    /// <exception cref="EndedException">The other side has ended the connection, and it is not so.</exception>
    public async Task WhenAsync(Func<MessageReader, bool> condition)
    {
        while (true)
        {
            Task news;
            lock (_lock)
            {
                if (condition(Reader)) return;
                if (End != PeerEnd.None) throw new EndedException();
                news = _news.Task;
            }

            await news;
        }
    }

    /// <summary>Until the other side has ended the connection or, where there are streams, all of them; a tunnel is one from its answer to its end.</summary>
    public Task OverAsync() => _wire.HasStreams ? WhenAsync(reader => Answers >= Asked && reader.Messages.LastOrDefault() is not { Status: 101, Cut: null }) : EndsAsync();

    /// <summary>Until the other side has ended the connection, or cut the last exchange.</summary>
    public async Task EndsAsync()
    {
        try
        {
            await WhenAsync(reader => reader.Messages.LastOrDefault()?.Cut is not null);
        }
        catch (EndedException)
        {
        }
    }

    public void FinishSending()
    {
        HasFinished = true;
        _wire.FinishSending();
    }

    /// <summary>Gives up the present request: what has come of its answer so far is all there is.</summary>
    public async Task AbandonAsync()
    {
        HasLeft = await _wire.AbandonAsync();
        if (!HasLeft) Tell(() => Reader.Cut(" by the client"));
    }

    /// <summary>Ends the connection with a reset.</summary>
    public void Reset()
    {
        HasLeft = true;
        _wire.Reset();
    }

    public void Leave()
    {
        if (HasLeft) return;
        HasLeft = true;
        _wire.Leave();
    }

    public void Dispose() => _wire.Dispose();

    /// <summary>Counts the requests in what is sent, which may end and begin anywhere.</summary>
    private void Note(string octets)
    {
        _line += octets;
        foreach (Match request in RequestLine().Matches(_line))
        {
            Asked++;
            lock (_lock) Reader.Asked(request.Groups[1].Value);
        }

        _line = _line[(_line.LastIndexOf('\n') + 1)..];
    }

    /// <summary>RFC 6455 4.2.2, which wants this hash.</summary>
#pragma warning disable CA5350
    private static string AcceptOf(string key) => Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
#pragma warning restore CA5350

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task ReadAsync()
    {
        var end = await _wire.ReadAsync(octets => Tell(() => Reader.Feed(octets.Span)), how => Tell(() => Reader.Cut(how)));
        Tell(() =>
        {
            Reader.End(end == PeerEnd.Orderly);
            End = end;
        });
    }

    private void Tell(Action change)
    {
        TaskCompletionSource news;
        lock (_lock)
        {
            change();
            (news, _news) = (_news, New());
        }

        news.SetResult();
    }

    [GeneratedRegex(@"(\S+) \S+ HTTP/\d\.\d\r\n")]
    private static partial Regex RequestLine();
}
