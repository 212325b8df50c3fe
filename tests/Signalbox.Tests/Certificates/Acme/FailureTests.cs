using System.Net;
using System.Net.Sockets;
using Signalbox.Certificates.Acme;
using Signalbox.Certificates.Acme.Keys;
using Signalbox.Tests.Certificates.Acme.Support;
using Signalbox.Tests.Support;

namespace Signalbox.Tests.Certificates.Acme;

/// <summary>Whatever a CA or the network does, it comes back as a value that says what and where.</summary>
public sealed class FailureTests
{
    /// <summary>One request for each step, on an account of a scripted CA.</summary>
    private static readonly Dictionary<CaStep, Func<AcmeClient, AcmeIdentity, Task<AcmeFailure?>>> Steps = new()
    {
        [CaStep.Directory] = async (client, _) => (await client.Directory.RefreshAsync(default)).Failure,
        [CaStep.NewAccount] = async (client, account) => (await client.Accounts.FindAsync(account.Key, default)).Failure,
        [CaStep.Account] = async (client, account) => (await client.Accounts.FetchAsync(account, default)).Failure,
        [CaStep.KeyChange] = async (client, account) => (await client.Accounts.ChangeKeyAsync(account, AcmeKey.Generate(), default)).Failure,
        [CaStep.NewOrder] = async (client, account) => (await client.OrderAsync(account, "a.example.org")).Failure,
        [CaStep.Order] = async (client, account) => (await client.Orders.FetchAsync(account, (await client.OrderAsync(account, "a.example.org").Done()).Url, default)).Failure,
        [CaStep.Authorization] = async (client, account) => (await client.Authorizations.FetchAsync(account, (await client.OrderAsync(account, "a.example.org").Done()).Authorizations[0], default)).Failure,
        [CaStep.Challenge] = async (client, account) =>
        {
            var order = await client.OrderAsync(account, "a.example.org").Done();
            var authorization = await client.Authorizations.FetchAsync(account, order.Authorizations[0], default).Done();
            return (await client.Challenges.RespondAsync(account, authorization.Challenges[0], default)).Failure;
        },
        [CaStep.Finalize] = async (client, account) =>
        {
            var order = await client.ReadyAsync(account, "a.example.org");
            return (await client.Orders.FinalizeAsync(account, order, SigningRequest.Create(account.Key, order.Identifiers), default)).Failure;
        },
        [CaStep.Certificate] = async (client, account) =>
        {
            var order = await client.ReadyAsync(account, "a.example.org");
            order = await client.Orders.FinalizeAsync(account, order, SigningRequest.Create(account.Key, order.Identifiers), default).Done();
            return (await client.Certificates.DownloadAsync(account, order.Certificate!, default)).Failure;
        },
        [CaStep.RenewalInfo] = async (client, _) => (await client.Renewals.FetchAsync("aYhba4dGQEHhs3uEe6CuLN4ByNQ.AIdlQyE", default)).Failure,
    };

    public static TheoryData<string> EveryStep => [.. Steps.Keys.Select(step => step.ToString())];

    [Theory]
    [MemberData(nameof(EveryStep))]
    public async Task Connection_CutAtAnyStep_IsUnreachableAndTheNextTryPasses(string step)
    {
        foreach (var reply in new[] { CaReply.Drop, CaReply.Truncated })
        {
            var failure = await FailAsync(step, reply);
            failure.ShouldNotBeNull();
            (failure.Kind, failure.MayPass).ShouldBe((AcmeFailureKind.Unreachable, true));
            failure.What.ShouldNotBeNullOrEmpty();
        }
    }

    [Theory]
    [MemberData(nameof(EveryStep))]
    public async Task Answer_OfAMachineInBetween_IsNotUnderstood(string step)
    {
        var failure = await FailAsync(step, CaReply.Raw(502, "text/html", "<h1>Bad Gateway</h1>"));
        (failure!.Kind, failure.Status, failure.MayPass).ShouldBe((AcmeFailureKind.NotUnderstood, 502, true));

        // Of a key change the status alone is the answer (RFC 8555 7.3.5).
        if (step == nameof(CaStep.KeyChange)) return;
        failure = await FailAsync(step, CaReply.Raw(200, "text/html", "<h1>Welcome to our WLAN</h1>"));
        (failure!.Kind, failure.Status, failure.MayPass).ShouldBe((AcmeFailureKind.NotUnderstood, 200, false));
    }

    [Theory]
    [MemberData(nameof(EveryStep))]
    public async Task Answer_OfTheRightTypeButNonsense_IsNotUnderstood(string step)
    {
        var type = step == nameof(CaStep.Certificate) ? "application/pem-certificate-chain" : "application/json";
        foreach (var body in new[] { "", "{", "[]", "null", "5", "{\"status\":7}", "{\"status\":\"new\"}", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----" })
        {
            // What a key change answers with says nothing that anyone needs.
            if (step == nameof(CaStep.KeyChange)) continue;
            var failure = await FailAsync(step, CaReply.Raw(200, type, body));
            failure.ShouldNotBeNull(body);
            failure.Kind.ShouldBe(AcmeFailureKind.NotUnderstood);
        }
    }

    [Theory]
    [MemberData(nameof(EveryStep))]
    public async Task Answer_WithoutEnd_IsLeftAtTheLimit(string step)
    {
        var failure = await FailAsync(step, CaReply.Endless);
        (failure!.Kind, failure.What).ShouldBe((AcmeFailureKind.NotUnderstood, "it is longer than 1024 KiB."));
    }

    [Theory]
    [MemberData(nameof(EveryStep))]
    public async Task Problem_AtAnyStep_IsKeptWhole(string step)
    {
        const string text = """{"type":"urn:ietf:params:acme:error:unauthorized","detail":"Not you","extra":[1,2]}""";
        var failure = await FailAsync(step, CaReply.Raw(403, "application/problem+json; charset=utf-8", text, ("Link", "<https://ca.example/help>;rel=\"help\"")));
        (failure!.Kind, failure.Document!.Json, failure.What, failure.Status).ShouldBe((AcmeFailureKind.Refused, text, "Not you", 403));
        failure.Help.ShouldBe(new Uri("https://ca.example/help"));
    }

    /// <summary>RFC 8555 7.3.3: “The "instance" field … is a URL that the client should direct a human user to visit”. It was read and never shown.</summary>
    [Theory]
    [InlineData("userActionRequired", "https://ca.example/agree?token=1", "", "Go to https://ca.example/agree?token=1.")]
    [InlineData("userActionRequired", "https://ca.example/agree", "<https://ca.example/terms>;rel=\"terms-of-service\"", "Go to https://ca.example/agree. See https://ca.example/terms.")]
    [InlineData("userActionRequired", "not a page", "", null)]
    [InlineData("unauthorized", "https://ca.example/occurrence/17", "", null)]
    public async Task Problem_ThatAPersonMustActOn_SaysWhere(string type, string instance, string link, string? advice)
    {
        var text = $$"""{"type":"urn:ietf:params:acme:error:{{type}}","detail":"The terms have changed","instance":"{{instance}}"}""";
        var failure = await FailAsync(nameof(CaStep.NewOrder), CaReply.Raw(403, "application/problem+json", text, ("Link", link)));
        failure!.ToProblem("a.example.org").Advice.ShouldBe(advice);
    }

    [Theory]
    [InlineData("90")]
    [InlineData("date")]
    public async Task RateLimit_WithRetryAfter_TellsTheAbsoluteTime(string retryAfter)
    {
        var time = new FakeTimeProvider(new DateTimeOffset(DateTimeOffset.UtcNow.Ticks / TimeSpan.TicksPerSecond * TimeSpan.TicksPerSecond, TimeSpan.Zero));
        await using var ca = await ScriptedCa.StartAsync(new CaOptions { Time = time });
        using var client = ca.Client();
        var account = await client.AccountAsync();
        ca.Script(CaStep.NewOrder, CaReply.RateLimited(retryAfter == "date" ? time.GetUtcNow().AddSeconds(90).ToString("r") : retryAfter));
        var failure = await client.OrderAsync(account, "a.example.org").Refused();
        (failure.Kind, failure.RetryAt, failure.Status).ShouldBe((AcmeFailureKind.RateLimited, time.GetUtcNow().AddSeconds(90), 429));
        failure.What.ShouldBe("too many new orders recently");
    }

    [Fact]
    public async Task Busy_WithRetryAfterAndNoDocument_IsARateLimit()
    {
        var failure = await FailAsync(nameof(CaStep.NewOrder), CaReply.Raw(503, "text/plain", "busy", ("Retry-After", "10")));
        failure!.Kind.ShouldBe(AcmeFailureKind.RateLimited);
        failure.RetryAt.ShouldNotBeNull();
    }

    [Fact]
    public async Task Nonce_RefusedManyTimes_IsReplacedByThatOfTheRefusal()
    {
        await using var ca = await ScriptedCa.StartAsync();
        using var client = ca.Client();
        var account = await client.AccountAsync();
        ca.Script(CaStep.NewOrder, [.. Enumerable.Repeat(CaReply.BadNonce, 19)]);
        await client.OrderAsync(account, "a.example.org").Done();
        (ca.Count(CaStep.NewOrder), ca.Count(CaStep.NewNonce), ca.Orders.Count).ShouldBe((20, 1, 1));
        ca.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task Nonce_RefusedForEver_EndsAfterABoundedNumberOfTries()
    {
        await using var ca = await ScriptedCa.StartAsync();
        using var client = ca.Client();
        var account = await client.AccountAsync();
        ca.Script(CaStep.NewOrder, [.. Enumerable.Repeat(CaReply.BadNonce, 100)]);
        var failure = await client.OrderAsync(account, "a.example.org").Refused();
        (failure.Is(AcmeProblemType.BadNonce), failure.MayPass).ShouldBe((true, true));
        ca.Count(CaStep.NewOrder).ShouldBe(20);
    }

    [Fact]
    public async Task Nonce_RefusedWithoutANewOne_IsAskedFor()
    {
        await using var ca = await ScriptedCa.StartAsync();
        using var client = ca.Client();
        var account = await client.AccountAsync();
        ca.Script(CaStep.NewOrder, CaReply.Problem("badNonce", "stale", 400, ("Replay-Nonce", "")), CaReply.Problem("badNonce", "stale", 400, ("Replay-Nonce", "not valid!")));
        await client.OrderAsync(account, "a.example.org").Done();
        ca.Count(CaStep.NewNonce).ShouldBe(3);
    }

    [Fact]
    public async Task Post_Redirected_GoesNowhereElse()
    {
        var failure = await FailAsync(nameof(CaStep.NewOrder), CaReply.Raw(307, "text/plain", "", ("Location", "https://evil.example/")));
        (failure!.Kind, failure.Status).ShouldBe((AcmeFailureKind.NotUnderstood, 307));
        failure.What.ShouldContain("https://evil.example/");
    }

    [Fact]
    public async Task Directory_Redirected_IsFollowedOnHttpsAndLoopbackAlone()
    {
        await using var ca = await ScriptedCa.StartAsync();
        using var client = ca.Client();
        ca.Script(CaStep.Directory, CaReply.Raw(302, "text/plain", "", ("Location", "/directory")));
        await client.Directory.FetchAsync(default).Done();
        ca.Script(CaStep.Directory, CaReply.Raw(302, "text/plain", "", ("Location", "http://ca.example/directory")));
        (await client.Directory.RefreshAsync(default).Refused()).What.ShouldContain("no https URL");
        ca.Script(CaStep.Directory, [.. Enumerable.Repeat(CaReply.Raw(302, "text/plain", "", ("Location", "/directory")), 50)]);
        (await client.Directory.RefreshAsync(default).Refused()).Kind.ShouldBe(AcmeFailureKind.NotUnderstood);
    }

    [Theory]
    [InlineData("{}", "newNonce")]
    [InlineData("""{"newNonce":"https://a/","newAccount":"ftp://a/","newOrder":"https://a/"}""", "newAccount")]
    [InlineData("""{"newNonce":"https://a/","newAccount":"https://a/","newOrder":"order"}""", "newOrder")]
    public async Task Directory_ThatIsBroken_NamesWhatIsMissing(string body, string member)
    {
        var failure = await FailAsync(nameof(CaStep.Directory), CaReply.Raw(200, "application/json", body));
        failure!.What.ShouldBe($"HTTP 200: the member “{member}” is missing or not what it should be.");
    }

    [Fact]
    public async Task Server_ThatNeverAnswers_IsLeftAfterTheTimeout()
    {
        await using var ca = await ScriptedCa.StartAsync();
        ca.Script(CaStep.Directory, CaReply.Hang);
        using var client = new AcmeClient(ca.Server with { Timeout = TimeSpan.FromMilliseconds(200) }, TimeProvider.System);
        var failure = await client.Directory.FetchAsync(default).Refused();
        (failure.Kind, failure.What).ShouldBe((AcmeFailureKind.Unreachable, "no whole answer within 0.2 s."));
    }

    [Fact]
    public async Task Server_ThatIsNotThere_IsUnreachable()
    {
        // Bound and not listening: whoever connects is refused, and nobody else can take the port meanwhile.
        using var bound = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        bound.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        using var client = new AcmeClient(new AcmeServer(new Uri($"https://127.0.0.1:{((IPEndPoint)bound.LocalEndPoint!).Port}/dir")), TimeProvider.System);
        var failure = await client.Directory.FetchAsync(default).Refused();
        failure.Kind.ShouldBe(AcmeFailureKind.Unreachable);
        failure.What.ShouldStartWith("no connection: ");
    }

    [Fact]
    public async Task Server_OverPlainHttpElsewhere_IsNeverAsked()
    {
        using var client = new AcmeClient(new AcmeServer(new Uri("http://ca.example/dir")), TimeProvider.System);
        (await client.Directory.FetchAsync(default).Refused()).What.ShouldBe("http://ca.example/dir is no https URL.");
    }

    [Fact]
    public async Task Caller_WhoStops_IsTheOnlyOneToGetAnException()
    {
        await using var ca = await ScriptedCa.StartAsync();
        ca.Script(CaStep.Directory, CaReply.Hang);
        using var client = ca.Client();
        using var stop = new CancellationTokenSource();
        var asking = client.Directory.FetchAsync(stop.Token);
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => asking);
    }

    [Fact]
    public async Task Order_MadeButNeverHeardOf_IsFoundInTheListOfOrders()
    {
        await using var ca = await ScriptedCa.StartAsync();
        using var client = ca.Client();
        var account = await client.AccountAsync();
        ca.Script(CaStep.NewOrder, CaReply.DoAndDrop);
        (await client.OrderAsync(account, "a.example.org").Refused()).Kind.ShouldBe(AcmeFailureKind.Unreachable);
        var orders = (await client.Accounts.FetchAsync(account, default).Done()).Orders!;
        (await client.Accounts.OrdersAsync(account, orders, default).Done()).ShouldBe([new Uri(ca.Orders.Single().Url)]);
    }

    /// <summary>What comes of the step when the CA does this once; afterwards the same step passes.</summary>
    private static async Task<AcmeFailure?> FailAsync(string name, CaReply reply)
    {
        var step = Enum.Parse<CaStep>(name);
        await using var ca = await ScriptedCa.StartAsync(new CaOptions { RenewalWindow = _ => (DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddDays(1)) });
        using var client = ca.Client();
        var account = await client.AccountAsync();
        ca.Script(step, reply);
        var failure = await Steps[step](client, account);
        if (step != CaStep.KeyChange) (await Steps[step](client, account)).ShouldBeNull();
        return failure;
    }
}
