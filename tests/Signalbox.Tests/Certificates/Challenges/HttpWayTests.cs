using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Signalbox.Certificates.Challenges;
using Signalbox.Model;
using Signalbox.Proxy;
using Signalbox.Tests.Proxy.Support;
using Signalbox.Tests.Support;

namespace Signalbox.Tests.Certificates.Challenges;

/// <summary>No order before our own responder has answered our own request over a real listener.</summary>
public sealed class HttpWayTests : IDisposable
{
    private static readonly Problem Taken = new(ProblemType.PortInUse, ProblemSide.System, "127.0.0.1:80", "Port 80 on 127.0.0.1 is held by nginx (pid 7).", Retry: true);

    private readonly TokenTable _tokens = new();
    private readonly FakeTimeProvider _time = new();
    private readonly HttpWay _way;
    private int _changed;

    public HttpWayTests() => _way = new HttpWay(_tokens, _time, NullLogger.Instance) { Changed = () => Interlocked.Increment(ref _changed) };

    public void Dispose() => _way.Dispose();

    [Fact]
    public void Closed_BeforeAnybodyHasLooked() => _way.Closed.ShouldNotBeNull();

    [Fact]
    public async Task Listener_ThatAnswersUs_IsOpenAndThePortTakenFromUsIsNot()
    {
        var listener = await RouterAsync(_tokens);
        await using var router = listener.Router;
        await _way.LookAsync([listener.EndPoint], null);
        _way.Closed.ShouldBeNull();
        _changed.ShouldBe(1);
        // Another address besides is no news to those who order.
        await _way.LookAsync([listener.EndPoint, new IPEndPoint(IPAddress.IPv6Loopback, listener.EndPoint.Port)], null);
        (_way.Closed, _changed).ShouldBe((null, 1));

        await _way.LookAsync([], Taken);
        (_way.Closed, _changed).ShouldBe((Taken, 2));
        await _way.LookAsync([listener.EndPoint], null);
        (_way.Closed, _changed).ShouldBe((null, 3));
    }

    /// <summary>A listener that was lost is first one that was ended, and then one whose port another program holds: who waits is told the second.</summary>
    [Fact]
    public async Task Reason_ThatBecomesAnother_IsTold()
    {
        await _way.LookAsync([], Taken with { Text = "The listening socket was ended from outside." });
        _changed.ShouldBe(1);
        await _way.LookAsync([], Taken);
        (_way.Closed, _changed).ShouldBe((Taken, 2));
        await _way.LookAsync([], Taken);
        _changed.ShouldBe(2);
    }

    /// <summary>What is answered there is not ours: a rule of the firewall leads elsewhere, for one.</summary>
    [Fact]
    public async Task Listener_BehindWhichAnotherAnswers_IsClosedAndAskedAgain()
    {
        var others = await RouterAsync(new TokenTable());
        await using var router = others.Router;
        await _way.LookAsync([others.EndPoint], null);
        _way.Closed!.Text.ShouldContain("is not this daemon");
        var ours = await RouterAsync(_tokens);
        await using var second = ours.Router;
        await _way.LookAsync([ours.EndPoint], null);
        _way.Closed.ShouldBeNull();
        _changed.ShouldBe(2);
    }

    private static async Task<(Router Router, IPEndPoint EndPoint)> RouterAsync(TokenTable tokens)
    {
        var observed = new Observations();
        var router = new Router(
            new RouterOptions { Addresses = [IPAddress.Loopback], HttpPort = 0, HttpsPort = 0, Transport = TestTransport.Kind },
            new RouterServices(new SelfSignedBook(), new ProofNonce(), observed, observed) { Challenges = tokens },
            TimeProvider.System,
            NullLoggerFactory.Instance);
        var started = await router.StartAsync(CancellationToken.None);
        return (router, new IPEndPoint(IPAddress.Loopback, started.Value!.First(listener => listener.Protocol == "http").Port));
    }
}
