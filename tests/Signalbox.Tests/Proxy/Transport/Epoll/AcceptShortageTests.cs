using System.Net.Sockets;
using Signalbox.Proxy.Transport.Epoll;

namespace Signalbox.Tests.Proxy.Transport.Epoll;

public sealed class AcceptShortageTests : IDisposable
{
    private const string Over = "New connections are accepted again.";

    private readonly LogLines _lines = new();
    private readonly List<Socket> _sockets = [];
    private readonly AcceptShortage _shortage;

    public AcceptShortageTests() => _shortage = new AcceptShortage(_lines);

    public void Dispose() => _sockets.ForEach(socket => socket.Dispose());

    [Fact]
    public async Task Ended_TheLastThatWasShort_SaysThatItIsOver()
    {
        var (first, second) = (Acceptor(), Acceptor());
        _shortage.Began(first, SocketError.TooManyOpenSockets);
        _shortage.Began(second, SocketError.TooManyOpenSockets);
        await _lines.UntilAsync(1);
        _shortage.Ended(first);
        _shortage.Problems.Count.ShouldBe(1);
        _shortage.Ended(second);
        _shortage.Problems.ShouldBeEmpty();
        await _lines.UntilAsync(2);
        _lines.All.Last().ShouldBe(Over);
    }

    /// <summary>It said that connections were accepted again when a listener that was short of descriptors had been closed.</summary>
    [Fact]
    public async Task Gone_WhileShort_IsNoProblemAnyMoreAndSaysNothing()
    {
        var (first, second) = (Acceptor(), Acceptor());
        _shortage.Began(first, SocketError.TooManyOpenSockets);
        await _lines.UntilAsync(1);
        _shortage.Gone(first);
        _shortage.Problems.ShouldBeEmpty();
        // What is said next is the next shortage.
        _shortage.Began(second, SocketError.TooManyOpenSockets);
        await _lines.UntilAsync(2);
        _lines.All.ShouldNotContain(Over);
    }

    private LoopAcceptor Acceptor()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        _sockets.Add(socket);
        // Never started, so that it needs nothing more.
        return new LoopAcceptor(null!, socket, null!, null!, TimeProvider.System);
    }
}
