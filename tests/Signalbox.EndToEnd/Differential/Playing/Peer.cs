using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Signalbox.EndToEnd.Differential.Messages;

namespace Signalbox.EndToEnd.Differential.Playing;

/// <summary>One end of a connection with a proxy: the client's or the backend's. It always reads, so that nothing it waits for is held up by itself.</summary>
internal sealed partial class Peer : IDisposable
{
    private readonly Socket _socket;
    private readonly bool _isBackend;
    private readonly Lock _lock = new();
    private TaskCompletionSource _news = New();
    private string _line = "";

    public Peer(Socket socket, bool isBackend, string host, Cues cues)
    {
        (_socket, _isBackend, Host, Cues) = (socket, isBackend, host, cues);
        _socket.NoDelay = true;
        Reader = new MessageReader(ofRequests: isBackend);
        _ = ReadAsync();
    }

    /// <summary>The name the case's route has, which stands for <c>$host</c> in what is sent.</summary>
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

    public int Answers => Look(reader => reader.Messages.Count(message => !message.IsInterim && message.IsWhole));

    /// <summary>Reads what came while nothing more is added to it.</summary>
    public T Look<T>(Func<MessageReader, T> look)
    {
        lock (_lock) return look(Reader);
    }

    public Task SendAsync(string text)
    {
        var octets = text.Replace("$host", Host, StringComparison.Ordinal);
        if (!_isBackend) Note(octets);
        return SendAsync(Encoding.Latin1.GetBytes(octets));
    }

    public async Task SendAsync(ReadOnlyMemory<byte> octets)
    {
        try
        {
            while (octets.Length > 0) octets = octets[await _socket.SendAsync(octets)..];
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            throw new EndedException();
        }
    }

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

    /// <summary>Until the other side has ended the connection.</summary>
    public async Task EndsAsync()
    {
        try
        {
            await WhenAsync(_ => false);
        }
        catch (EndedException)
        {
        }
    }

    public void FinishSending()
    {
        HasFinished = true;
        try
        {
            _socket.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            throw new EndedException();
        }
    }

    /// <summary>Ends the connection with a reset.</summary>
    public void Reset()
    {
        HasLeft = true;
        _socket.LingerState = new LingerOption(true, 0);
        _socket.Dispose();
    }

    public void Leave()
    {
        if (HasLeft) return;
        HasLeft = true;
        try
        {
            // A socket that is disposed under a pending read resets its connection, unless it has been shut down before.
            _socket.Shutdown(SocketShutdown.Both);
        }
        catch (SocketException)
        {
            // The other side was quicker.
        }

        _socket.Dispose();
    }

    public void Dispose() => _socket.Dispose();

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

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task ReadAsync()
    {
        var buffer = new byte[64 * 1024];
        var end = PeerEnd.Reset;
        try
        {
            int count;
            while ((count = await _socket.ReceiveAsync(buffer)) > 0) Tell(() => Reader.Feed(buffer.AsSpan(0, count)));
            end = PeerEnd.Orderly;
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
        }

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
