using Signalbox.Model;

namespace Signalbox.Tests.Model;

public sealed class BackendTests
{
    [Theory]
    [InlineData("http://127.0.0.1:3000", "http://127.0.0.1:3000")]
    [InlineData("3000", "http://localhost:3000")]
    [InlineData("localhost:3000", "http://localhost:3000")]
    [InlineData("HTTPS://Example.COM", "https://example.com:443")]
    [InlineData("http://example.com/", "http://example.com:80")]
    [InlineData("h2c://localhost:50051", "h2c://localhost:50051")]
    [InlineData("http://[::1]:3000", "http://[::1]:3000")]
    [InlineData("http://my_service:80", "http://my_service:80")]
    public void Parse_Target_IsNormalised(string text, string expected) => Backend.Parse(text).Value!.ToString().ShouldBe(expected);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("ftp://localhost:21")]
    [InlineData("http://")]
    [InlineData("http://user@localhost:1")]
    [InlineData("http://localhost:3000/path")]
    [InlineData("http://::1:3000")]
    [InlineData("http://[::1:3000")]
    [InlineData("http://[nonsense]:3000")]
    [InlineData("not a url")]
    [InlineData("tcp://localhost")]
    public void Parse_NoTarget_IsRefused(string? text) => Backend.Parse(text).Problem.Type.ShouldBe(ProblemType.InvalidTarget);

    [Fact]
    public void ParseFor_TcpTargetOfAnHttpRoute_IsRefused()
    {
        Backend.ParseFor(RouteKind.Http, "tcp://localhost:5432").Problem.Type.ShouldBe(ProblemType.InvalidTarget);
        Backend.ParseFor(RouteKind.Tcp, "tcp://localhost:5432").Succeeded.ShouldBeTrue();
    }

    [Theory]
    [InlineData("http://localhost:0")]
    [InlineData("http://localhost:65536")]
    [InlineData("http://localhost:-1")]
    [InlineData("http://localhost:+80")]
    [InlineData("http://localhost:http")]
    [InlineData("0")]
    [InlineData("65536")]
    public void Parse_PortOutOfRange_IsRefused(string text) => Backend.Parse(text).Problem.Type.ShouldBe(ProblemType.InvalidPort);
}
