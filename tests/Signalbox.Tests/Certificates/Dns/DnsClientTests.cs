using System.Net;
using System.Net.Sockets;
using Signalbox.Certificates.Dns;
using Signalbox.Certificates.Dns.Messages;
using Signalbox.Model;
using Signalbox.Tests.Support;

namespace Signalbox.Tests.Certificates.Dns;

public sealed class DnsClientTests
{
    private static readonly DnsQuestion Question = new(DnsName.Of("a.example"), DnsType.TXT);

    private static DnsClient Client => new(TimeProvider.System, ScriptedDns.Quick);

    [Fact]
    public async Task Ask_AServer_GivesItsRecordsAndEvidence()
    {
        await using var dns = ScriptedDns.Start(1);
        dns.Zone("example", 1).Txt("a.example", "hello");
        var reply = await Client.AskAsync(dns.Server(1), Question, recursive: false, CancellationToken.None);
        reply.Kind.ShouldBe(DnsAnswerKind.Records);
        reply.Records.Single().Data.ShouldBe(TxtData.Of("hello"));
        reply.Evidence.Said.ShouldBe("\"hello\"");
        reply.Evidence.Answered.ShouldBeTrue();
        var (_, query, tcp) = dns.Asked.ShouldHaveSingleItem();
        query.Header.RecursionDesired.ShouldBeFalse();
        query.EdnsSize.ShouldBe((ushort)1232);
        tcp.ShouldBeFalse();
    }

    [Fact]
    public async Task Ask_TwiceTheSame_WithAnotherIdEachTime()
    {
        await using var dns = ScriptedDns.Start(1);
        dns.Zone("example", 1);
        for (var i = 0; i < 8; i++) await Client.AskAsync(dns.Server(1), Question, recursive: true, CancellationToken.None);
        dns.Asked.Select(asked => asked.Query.Header.Id).Distinct().Count().ShouldBeGreaterThan(1);
    }

    [Fact]
    public async Task Ask_AnAnswerThatIsCutOff_IsFetchedOverTcp()
    {
        await using var dns = ScriptedDns.Start(1);
        dns.Zone("example", 1).Txt("a.example", new string('x', 5000));

        // Cut in the middle of a record, as some servers do.
        dns[1].Manner = (query, tcp) => [tcp ? DnsCodec.Encode(dns[1].Truth(query)) : Cut(dns[1].Truth(query))];
        var reply = await Client.AskAsync(dns.Server(1), Question, recursive: false, CancellationToken.None);
        ((TxtData)reply.Records.Single().Data).Value.Length.ShouldBe(5000);
        dns.Asked.Select(asked => asked.Tcp).ShouldBe([false, true]);

        static byte[] Cut(DnsMessage truth) => DnsCodec.Encode(truth with { Header = truth.Header with { IsTruncated = true } })[..512];
    }

    [Fact]
    public async Task Ask_WrongAnswersBeforeTheRightOne_AreNotTaken()
    {
        await using var dns = ScriptedDns.Start(1);
        dns.Zone("example", 1).Txt("a.example", "right");
        dns[1].Manner = (query, _) =>
        {
            var truth = dns[1].Truth(query);
            var forged = truth with { Answers = [truth.Answers[0] with { Data = TxtData.Of("forged") }] };
            return new[]
            {
                forged with { Header = forged.Header with { Id = (ushort)(forged.Header.Id + 1) } },
                forged with { Questions = [new DnsQuestion(DnsName.Of("b.example"), DnsType.TXT)] },
                forged with { Questions = [Question with { Type = DnsType.A }] },
                forged with { Questions = [] },
                forged with { Header = forged.Header with { IsResponse = false } },
                truth,
            }.Select(DnsCodec.Encode).Prepend([1, 2, 3]);
        };
        var reply = await Client.AskAsync(dns.Server(1), Question, recursive: false, CancellationToken.None);
        reply.Evidence.Said.ShouldBe("\"right\"");
    }

    [Fact]
    public async Task Ask_AnAnswerFromElsewhere_IsNotTaken()
    {
        await using var dns = ScriptedDns.Start(1);
        dns.Zone("example", 1).Txt("a.example", "forged");
        using var stranger = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        stranger.Bind(new IPEndPoint(IPAddress.Parse("127.0.0.2"), 0));
        var forged = 0;
        dns[1].Manner = (query, _) =>
        {
            // Right in everything but who sends it.
            forged += stranger.SendTo(DnsCodec.Encode(dns[1].Truth(query)), dns.LastClient!) > 0 ? 1 : 0;
            return [];
        };
        var reply = await Client.AskAsync(dns.Server(1), Question, recursive: false, CancellationToken.None);
        reply.Kind.ShouldBe(DnsAnswerKind.CouldNotAsk);
        forged.ShouldBe(2);
    }

    [Fact]
    public async Task Ask_NoAnswerAtFirst_IsAskedAgainWithTheSameOctets()
    {
        await using var dns = ScriptedDns.Start(1);
        dns.Zone("example", 1).Txt("a.example", "late");
        var lost = 1;
        dns[1].Manner = (query, _) => Interlocked.Decrement(ref lost) >= 0 ? [] : [DnsCodec.Encode(dns[1].Truth(query))];
        var time = new FakeTimeProvider();
        var client = new DnsClient(time, new DnsTiming());
        var reply = client.AskAsync(dns.Server(1), Question, recursive: false, CancellationToken.None);
        await time.TimerSetAsync(TimeSpan.FromSeconds(1));
        await Eventually(() => dns.Asked.Count == 1);
        time.Advance(TimeSpan.FromSeconds(1));
        (await reply).Evidence.Said.ShouldBe("\"late\"");
        dns.Asked.Count.ShouldBe(2);
        dns.Asked.Select(asked => asked.Query).Distinct().Count().ShouldBe(1);
        (await reply).Took.ShouldBe(TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task Ask_ASilentServer_CouldNotBeAsked()
    {
        await using var dns = ScriptedDns.Start(1);
        dns[1].Manner = (_, _) => [];
        var reply = await Client.AskAsync(dns.Server(1), Question, recursive: false, CancellationToken.None);
        reply.Kind.ShouldBe(DnsAnswerKind.CouldNotAsk);
        reply.Evidence.Said.ShouldBe("no answer within 0.6 s");
        reply.Evidence.Answered.ShouldBeFalse();
        dns.Asked.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Ask_WhereNobodyListens_CouldNotBeAsked()
    {
        int port;
        await using (var dns = ScriptedDns.Start(1)) port = dns.Port;
        var reply = await Client.AskAsync(new DnsServer(new IPEndPoint(IPAddress.Loopback, port)), Question, recursive: false, CancellationToken.None);
        reply.Evidence.Said.ShouldBe("nobody listens there");
    }

    [Fact]
    public async Task Ask_Cancelled_Ends()
    {
        await using var dns = ScriptedDns.Start(1);
        using var cancellation = new CancellationTokenSource();
        dns[1].Manner = (_, _) =>
        {
            cancellation.Cancel();
            return [];
        };
        await Should.ThrowAsync<OperationCanceledException>(() => new DnsClient(new FakeTimeProvider(), new DnsTiming()).AskAsync(dns.Server(1), Question, recursive: false, cancellation.Token));
    }

    [Fact]
    public async Task Ask_AServerWithoutEdns_IsAskedWithout()
    {
        await using var dns = ScriptedDns.Start(1);
        dns.Zone("example", 1).Txt("a.example", "old");
        dns[1].Manner = (query, _) =>
            [DnsCodec.Encode(query.EdnsSize is null ? dns[1].Truth(query) : new DnsMessage(query.Header with { IsResponse = true, Rcode = DnsRcode.FormErr }, []))];
        var reply = await Client.AskAsync(dns.Server(1), Question, recursive: false, CancellationToken.None);
        reply.Evidence.Said.ShouldBe("\"old\"");
    }

    [Theory]
    [InlineData(2, "SERVFAIL")]
    [InlineData(5, "REFUSED")]
    [InlineData(13, "RCODE13")]
    public async Task Ask_AServersError_IsToldAndIsNoAnswer(int code, string said)
    {
        await using var dns = ScriptedDns.Start(1);
        dns[1].Manner = (query, _) => [DnsCodec.Encode(query with { Header = query.Header with { IsResponse = true, Rcode = (DnsRcode)code } })];
        var reply = await Client.AskAsync(dns.Server(1), Question, recursive: false, CancellationToken.None);
        reply.Kind.ShouldBe(DnsAnswerKind.Error);
        reply.IsAnswer.ShouldBeFalse();
        reply.Evidence.Said.ShouldBe(said);
        reply.Evidence.Answered.ShouldBeTrue();
    }

    [Fact]
    public async Task Resolver_SeveralServers_TheFirstThatAnswersAndThenThatOneFirst()
    {
        await using var dns = ScriptedDns.Start(1, 2);
        dns[ScriptedDns.Resolver].Zones.Add(dns.Zone("example", 1));
        dns[1].Manner = (_, _) => [];
        dns[2].Manner = (query, _) => [DnsCodec.Encode(query with { Header = query.Header with { IsResponse = true, Rcode = DnsRcode.ServFail } })];
        var resolver = new DnsResolver(Client, [dns.Server(1), dns.Server(2), dns.ResolverServer]);
        (await resolver.AskAsync(DnsName.Of("example"), DnsType.SOA, CancellationToken.None)).Kind.ShouldBe(DnsAnswerKind.Records);
        dns.Asked.Clear();
        (await resolver.AskAsync(DnsName.Of("example"), DnsType.SOA, CancellationToken.None)).Kind.ShouldBe(DnsAnswerKind.Records);
        dns.Asked.ShouldHaveSingleItem().Server.ShouldBe(ScriptedDns.Resolver);
    }

    [Fact]
    public async Task Resolver_ServersReplaced_TheNewOnesAlone()
    {
        await using var dns = ScriptedDns.Start(1, 2);
        dns.Zone("example", 1, 2);
        var resolver = new DnsResolver(Client, [dns.ResolverServer, dns.Server(1)]);
        await resolver.AskAsync(DnsName.Of("example"), DnsType.SOA, CancellationToken.None);
        dns.Asked.Clear();
        resolver.Replace([dns.Server(2)]);
        (await resolver.AskAsync(DnsName.Of("example"), DnsType.SOA, CancellationToken.None)).Kind.ShouldBe(DnsAnswerKind.Records);
        dns.Asked.ShouldHaveSingleItem().Server.ToString().ShouldBe("127.0.0.2");
    }

    [Fact]
    public void Resolvers_OfTheSystem_AreReadAsTheSystemReadsThem()
    {
        const string Text = "# nameserver 1.1.1.1\nsearch home.arpa\nnameserver 9.9.9.9 \nnameserver\tfe80::1%eth0\nnameserver nonsense\noptions edns0\nnameserver ::1\nnameserver 8.8.8.8\n";
        SystemResolvers.FromResolvConf(Text).Select(server => server.EndPoint.Address.ToString().Split('%')[0]).ShouldBe(["9.9.9.9", "fe80::1", "::1"]);
        SystemResolvers.FromResolvConf("").Single().Address.ShouldBe("127.0.0.1");
    }

    [Fact]
    public void Resolvers_OfTheConfiguration_MayHaveAPort()
    {
        SystemResolvers.Parse(["9.9.9.9", "127.0.0.1:8053", "::1", "[::1]:8053"]).Value.Select(server => server.Address).ShouldBe(["9.9.9.9", "127.0.0.1:8053", "::1", "[::1]:8053"]);
        SystemResolvers.Parse(["resolver.example", "9.9.9.9:0"]).Problems.Select(problem => problem.Subject).ShouldBe(["resolver.example", "9.9.9.9:0"]);
    }

    internal static async Task Eventually(Func<bool> condition)
    {
        for (var i = 0; i < 3000 && !condition(); i++) await Task.Delay(10);
        condition().ShouldBeTrue();
    }
}
