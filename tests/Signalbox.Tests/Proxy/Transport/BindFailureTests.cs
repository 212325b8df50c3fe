using System.Net;
using System.Net.Sockets;
using Signalbox.Model;
using Signalbox.Proxy.Transport;

namespace Signalbox.Tests.Proxy.Transport;

public sealed class BindFailureTests
{
    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1")]
    [InlineData("0.0.0.0", "127.0.0.1")]
    [InlineData("::1", "::1")]
    [InlineData("::", "127.0.0.1")]
    public void Translate_PortInUse_NamesTheHolder(string held, string wanted)
    {
        using var holder = new Socket(IPAddress.Parse(held).AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        if (holder.AddressFamily == AddressFamily.InterNetworkV6) holder.DualMode = held == "::";
        holder.Bind(new IPEndPoint(IPAddress.Parse(held), 0));
        holder.Listen();
        var endPoint = new IPEndPoint(IPAddress.Parse(wanted), ((IPEndPoint)holder.LocalEndPoint!).Port);
        using var late = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        var error = Should.Throw<SocketException>(() => late.Bind(endPoint));
        var problem = BindFailure.Translate(new IOException("Failed to bind.", error), endPoint)!;
        problem.Type.ShouldBe(ProblemType.PortInUse);
        problem.Text.ShouldStartWith($"Port {endPoint.Port} on {wanted} is held by ");
        problem.Text.ShouldEndWith($" (pid {Environment.ProcessId}).");
    }

    [Fact]
    public void Translate_Denied_SaysBothWaysOut()
    {
        var problem = BindFailure.Translate(new SocketException((int)SocketError.AccessDenied), new IPEndPoint(IPAddress.Loopback, 443))!;
        problem.Type.ShouldBe(ProblemType.PortDenied);
        problem.Advice!.ShouldContain("ip_unprivileged_port_start=80");
        problem.Advice!.ShouldContain("--http 8080 --https 8443");
    }

    [Fact]
    public void Translate_AnotherError_IsLeftAlone() =>
        BindFailure.Translate(new IOException("disk full"), new IPEndPoint(IPAddress.Loopback, 80)).ShouldBeNull();

    [Theory]
    [InlineData("0100007F:0050", "0A", "127.0.0.1", 80, "99")]
    [InlineData("0100007F:0050", "0A", "127.0.0.2", 80, null)]
    [InlineData("0100007F:0050", "01", "127.0.0.1", 80, null)]
    [InlineData("00000000:0050", "0A", "127.0.0.1", 80, "99")]
    [InlineData("00000000:0050", "0A", "::1", 80, null)]
    [InlineData("00000000000000000000000000000000:0050", "0A", "127.0.0.1", 80, "99")]
    [InlineData("00000000000000000000000001000000:0050", "0A", "::1", 80, "99")]
    [InlineData("0000000000000000FFFF00000100007F:0050", "0A", "127.0.0.1", 80, "99")]
    [InlineData("0100007F:0051", "0A", "127.0.0.1", 80, null)]
    public void Inode_OfALine_IsThatOfAListenerInTheWay(string local, string state, string address, int port, string? inode) =>
        PortHolder.Inode($"   0: {local} 00000000:0000 {state} 00000000:00000000 00:00000000 00000000     0        0 99 1 0000 100 0 0 10 0", new IPEndPoint(IPAddress.Parse(address), port))
            .ShouldBe(inode);

    [Fact]
    public void Describe_NobodyListens_SaysSo() =>
        PortHolder.Describe(new IPEndPoint(IPAddress.Loopback, 1)).ShouldStartWith("another process (it has gone");
}
