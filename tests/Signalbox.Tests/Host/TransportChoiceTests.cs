using Signalbox.Host;

namespace Signalbox.Tests.Host;

public sealed class TransportChoiceTests
{
    [Theory]
    [InlineData(null, null, "Epoll")]
    [InlineData(null, "sockets", "Sockets")]
    [InlineData(null, "kqueue", "Epoll")]
    [InlineData("epoll", "sockets", "Epoll")]
    [InlineData("sockets", "epoll", "Sockets")]
    public void Make_TheFileWinsOverTheSurroundings(string? told, string? surroundings, string kind) =>
        TransportChoice.Make(told, surroundings).ToString().ShouldBe(kind);
}
