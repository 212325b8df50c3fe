using System.Net.Sockets;
using System.Text;

namespace Signalbox.Tests.Proxy.Connections;

public sealed class RequestGuardTests
{
    public static TheoryData<string> Good => GuardCases.Names(GuardCases.Good);

    public static TheoryData<string> Bad => GuardCases.Names([.. GuardCases.BadHeads, .. GuardCases.BadBodies]);

    [Theory, MemberData(nameof(Good))]
    public async Task Server_RequestWithOneReading_SeesExactlyIt(string name)
    {
        var one = GuardCases.Named(name);
        foreach (var pieceLength in new[] { int.MaxValue, 1 })
        {
            await using var server = await GuardedServer.StartAsync();
            var answer = await server.ExchangeAsync(one.Raw, pieceLength);
            server.Seen.ShouldBe(one.Seen);
            GuardedServer.StatusesOf(answer).ShouldBe(one.Seen.Select(_ => 200));
        }
    }

    [Theory, MemberData(nameof(Bad))]
    public async Task Server_RequestWithTwoReadings_IsAnsweredAndNeverSeen(string name)
    {
        var one = GuardCases.Named(name);
        foreach (var pieceLength in new[] { int.MaxValue, one.Raw.Length > 2000 ? 1000 : 1 })
        {
            await using var server = await GuardedServer.StartAsync();
            var answer = await server.ExchangeAsync(one.Raw, pieceLength);
            server.Seen.ShouldBe(one.Seen);
            GuardedServer.StatusesOf(answer).ShouldBe([.. one.Seen.Select(_ => 200), one.Status]);
        }
    }
}
