using System.Buffers.Text;
using System.Text.Json;
using Signalbox.Certificates.Acme;
using Signalbox.Certificates.Acme.Chains;
using Signalbox.Certificates.Acme.Keys;
using Signalbox.Tests.Certificates.Acme.Support;

namespace Signalbox.Tests.Certificates.Acme;

/// <summary>Each resource, with a CA that checks everything.</summary>
public sealed class ClientTests
{
    [Fact]
    public async Task Order_FromAccountToCertificate_PassesAStrictCa()
    {
        await using var ca = await ScriptedCa.StartAsync(new CaOptions { Https = true });
        using var client = ca.Client();
        var account = await client.AccountAsync();
        var (order, key, chain) = await client.IssueAsync(account, "example.org", "*.example.org", "192.0.2.7");
        using (key)
        using (chain)
        {
            ChainCheck.Find(chain, key, order.Identifiers, DateTimeOffset.UtcNow).ShouldBeNull();
            order.Status.ShouldBe(OrderStatus.Valid);
        }

        ca.Complaints.ShouldBeEmpty();

        // Each answer's nonce served the next request: only the first had to be asked for.
        ca.Count(CaStep.NewNonce).ShouldBe(1);
        ca.Count(CaStep.Directory).ShouldBe(1);
        ca.Requests.Select(request => request.UserAgent).ShouldAllBe(agent => agent.StartsWith("signalbox/", StringComparison.Ordinal) && agent.Contains(" dotnet/"));
    }

    [Fact]
    public async Task Directory_WithEverything_IsRead()
    {
        var options = new CaOptions { RenewalWindow = _ => default };
        options.Profiles["short"] = "six days";
        options.ExternalAccounts["kid"] = [1];
        await using var ca = await ScriptedCa.StartAsync(options);
        using var client = ca.Client();
        var directory = await client.Directory.FetchAsync(default).Done();
        directory.TermsOfService!.AbsolutePath.ShouldBe("/terms");
        (directory.Website, directory.ExternalAccountRequired).ShouldBe(("https://ca.example", true));
        directory.CaaIdentities.ShouldBe(["ca.example"]);
        directory.Profiles.ShouldBe([new CertificateProfile("short", "six days")]);
        new[] { directory.NewAuthz, directory.RevokeCert, directory.KeyChange, directory.RenewalInfo }.ShouldAllBe(url => url != null);
    }

    [Fact]
    public async Task Directory_AskedByManyAtOnce_IsFetchedOnceAndAgainWhenRefreshed()
    {
        await using var ca = await ScriptedCa.StartAsync();
        using var client = ca.Client();
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => client.Directory.FetchAsync(default).Done()));
        ca.Count(CaStep.Directory).ShouldBe(1);
        await client.Directory.RefreshAsync(default).Done();
        ca.Count(CaStep.Directory).ShouldBe(2);
    }

    [Fact]
    public async Task Account_WithABinding_IsBound()
    {
        var options = new CaOptions();
        options.ExternalAccounts["kid-7"] = [1, 2, 3, 4];
        await using var ca = await ScriptedCa.StartAsync(options);
        using var client = ca.Client();
        using var key = AcmeKey.Generate();
        (await client.Accounts.CreateAsync(key, new NewAccount([], true), default).Refused()).Is(AcmeProblemType.ExternalAccountRequired).ShouldBeTrue();
        (await client.Accounts.CreateAsync(key, new NewAccount([], true, new ExternalAccount("kid-7", new byte[] { 9 })), default).Refused()).Is(AcmeProblemType.Unauthorized).ShouldBeTrue();
        await client.Accounts.CreateAsync(key, new NewAccount([], true, new ExternalAccount("kid-7", new byte[] { 1, 2, 3, 4 })), default).Done();
        ca.Accounts.Single().BoundTo.ShouldBe("kid-7");
    }

    [Fact]
    public async Task Account_ThroughItsLife_IsWhatTheCaSays()
    {
        await using var ca = await ScriptedCa.StartAsync();
        using var client = ca.Client();
        using var key = AcmeKey.Generate(KeyKind.Rsa2048);
        (await client.Accounts.FindAsync(key, default).Refused()).Is(AcmeProblemType.AccountDoesNotExist).ShouldBeTrue();
        (await client.Accounts.CreateAsync(key, new NewAccount([], TermsAgreed: false), default).Refused()).Is(AcmeProblemType.UserActionRequired).ShouldBeTrue();
        var made = await client.Accounts.CreateAsync(key, new NewAccount(["a@example.org", "tel:+123"], true), default).Done();
        made.Contacts.ShouldBe(["mailto:a@example.org", "tel:+123"]);
        var account = new AcmeIdentity(key, made.Url);
        (await client.Accounts.UpdateContactsAsync(account, [], default).Done()).Contacts.ShouldBeEmpty();
        (await client.Accounts.FetchAsync(account, default).Done()).Status.ShouldBe(AccountStatus.Valid);
        var changed = await client.Accounts.ChangeKeyAsync(account, AcmeKey.Generate(KeyKind.EcdsaP384), default).Done();
        (await client.Accounts.FindAsync(changed.Key, default).Done()).Url.ShouldBe(made.Url);
        (await client.Accounts.DeactivateAsync(changed, default).Done()).Status.ShouldBe(AccountStatus.Deactivated);
        ca.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task Account_KeyChangeToAKeyOfAnother_NamesTheOther()
    {
        await using var ca = await ScriptedCa.StartAsync();
        using var client = ca.Client();
        var (one, other) = (await client.AccountAsync(), await client.AccountAsync());
        var refused = await client.Accounts.ChangeKeyAsync(one, other.Key, default).Refused();
        (refused.Status, refused.Location).ShouldBe((409, other.Account));
    }

    [Fact]
    public async Task Order_WithEveryWish_SendsThemAndReadsThemBack()
    {
        var options = new CaOptions();
        options.Profiles["short"] = "six days";
        await using var ca = await ScriptedCa.StartAsync(options);
        using var client = ca.Client();
        var account = await client.AccountAsync();
        var begin = new DateTimeOffset(2027, 1, 1, 1, 0, 0, TimeSpan.FromHours(1));
        var wanted = new NewOrder(ClientSteps.Names("a.example.org")) { NotBefore = begin, NotAfter = begin.AddDays(6), Replaces = "aYhba4dGQEHhs3uEe6CuLN4ByNQ.AIdlQyE", Profile = "short" };
        var order = await client.Orders.CreateAsync(account, wanted, default).Done();
        (order.NotBefore, order.NotAfter, order.Replaces, order.Profile).ShouldBe((begin, begin.AddDays(6), wanted.Replaces, "short"));
        ca.Orders.Single().NotBefore.ShouldBe("2027-01-01T00:00:00Z");
        (await client.Orders.CreateAsync(account, wanted, default).Refused()).Is(AcmeProblemType.AlreadyReplaced).ShouldBeTrue();
        (await client.Orders.CreateAsync(account, wanted with { Replaces = null, Profile = "none" }, default).Refused()).Is(AcmeProblemType.InvalidProfile).ShouldBeTrue();
    }

    [Fact]
    public async Task Order_InProcessing_TellsWhenToLookAgain()
    {
        var time = new Signalbox.Tests.Support.FakeTimeProvider();
        await using var ca = await ScriptedCa.StartAsync(new CaOptions { Time = time, ProcessingPolls = 2, PollRetryAfter = "300" });
        using var client = ca.Client();
        var account = await client.AccountAsync();
        var ready = await client.ReadyAsync(account, "a.example.org");
        using var key = AcmeKey.Generate();
        var order = await client.Orders.FinalizeAsync(account, ready, SigningRequest.Create(key, ready.Identifiers), default).Done();
        for (var poll = 0; poll < 2; poll++)
        {
            (order.Status, order.RetryAt, order.Certificate).ShouldBe((OrderStatus.Processing, time.GetUtcNow().AddSeconds(300), null));
            time.Advance(TimeSpan.FromMinutes(5));
            order = await client.Orders.FetchAsync(account, order.Url, default).Done();
        }

        order = await client.Orders.FetchAsync(account, order.Url, default).Done();
        (order.Status, order.RetryAt).ShouldBe((OrderStatus.Valid, null));
    }

    [Fact]
    public async Task Authorization_ThatFails_KeepsTheWordsOfTheCa()
    {
        await using var ca = await ScriptedCa.StartAsync(new CaOptions { Validate = challenge => Task.FromResult<string?>($"{challenge.Type} at {challenge.Identifier} said something else") });
        using var client = ca.Client();
        var account = await client.AccountAsync();
        var order = await client.OrderAsync(account, "a.example.org").Done();
        var authorization = await client.Authorizations.FetchAsync(account, order.Authorizations[0], default).Done();
        await client.Challenges.RespondAsync(account, authorization.Find(ChallengeType.Http)!, default).Done();
        authorization = await client.Authorizations.FetchAsync(account, authorization.Url, default).Done();
        authorization.Status.ShouldBe(AuthorizationStatus.Invalid);
        authorization.Find(ChallengeType.Http)!.Error!.ToString().ShouldBe("http-01 at a.example.org said something else");
        (await client.Orders.FetchAsync(account, order.Url, default).Done()).Status.ShouldBe(OrderStatus.Invalid);
    }

    [Fact]
    public async Task Authorization_WithAnUnknownChallengeAndABadToken_IsStillUsable()
    {
        await using var ca = await ScriptedCa.StartAsync();
        using var client = ca.Client();
        var account = await client.AccountAsync();
        const string text = """
            {"status":"pending","identifier":{"type":"dns","value":"a.example.org"},"challenges":[
            {"type":"sky-01","url":"https://ca.example/1","status":"pending","star":"Vega"},
            {"type":"http-01","url":"https://ca.example/2","status":"pending","token":"../../etc/passwd"},
            {"type":"dns-01","url":"https://ca.example/3","token":"good"},
            {"type":"tls-alpn-01","status":"pending","token":"no-url"}, {"type":5}]}
            """;
        ca.Script(CaStep.Authorization, CaReply.Raw(200, "application/json", text));
        var order = await client.OrderAsync(account, "a.example.org").Done();
        var authorization = await client.Authorizations.FetchAsync(account, order.Authorizations[0], default).Done();
        authorization.Challenges.Select(challenge => (challenge.Type, challenge.Token)).ShouldBe([("sky-01", null), ("http-01", null), ("dns-01", "good")]);
        authorization.Find("sky-01")!.Json.ShouldContain("Vega");
    }

    [Fact]
    public async Task Authorization_AheadOfAnOrder_AndGivenUp_IsWhatTheCaSays()
    {
        await using var ca = await ScriptedCa.StartAsync();
        using var client = ca.Client();
        var account = await client.AccountAsync();
        var made = await client.Authorizations.CreateAsync(account, Identifier.Parse("a.example.org").Value!, default).Done();
        made.Status.ShouldBe(AuthorizationStatus.Pending);
        (await client.Authorizations.DeactivateAsync(account, made.Url, default).Done()).Status.ShouldBe(AuthorizationStatus.Deactivated);
        (await client.Authorizations.CreateAsync(account, Identifier.Parse("*.example.org").Value!, default).Refused()).Is(AcmeProblemType.Malformed).ShouldBeTrue();
    }

    [Fact]
    public async Task Chain_PreferredByItsIssuer_IsTakenFromTheAlternates()
    {
        await using var ca = await ScriptedCa.StartAsync();
        using var client = ca.Client();
        var account = await client.AccountAsync();
        var (order, _, first) = await client.IssueAsync(account, "a.example.org");
        first.IsIssuedBy("Scripted Root").ShouldBeTrue();
        using var other = await client.Certificates.DownloadPreferredAsync(account, order.Certificate!, "Scripted Other Root", default).Done();
        other.IsIssuedBy("Scripted Other Root").ShouldBeTrue();
        other.Leaf.RawData.ShouldBe(first.Leaf.RawData);
        using var none = await client.Certificates.DownloadPreferredAsync(account, order.Certificate!, "Nobody", default).Done();
        none.Pem.ShouldBe(first.Pem);

        // An alternate that cannot be had does not cost the certificate.
        ca.Script(CaStep.Certificate, CaReply.Usual, CaReply.Drop);
        using var still = await client.Certificates.DownloadPreferredAsync(account, order.Certificate!, "Scripted Other Root", default).Done();
        still.Pem.ShouldBe(first.Pem);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Revocation_ByEitherKey_SendsTheCertificateAndTheReason(bool byCertificateKey)
    {
        await using var ca = await ScriptedCa.StartAsync();
        using var client = ca.Client();
        var account = await client.AccountAsync();
        var (_, key, chain) = await client.IssueAsync(account, "a.example.org");
        for (var time = 0; time < 2; time++)
        {
            (await (byCertificateKey
                ? client.Revocations.RevokeAsync(key, chain.Leaf, RevocationReason.KeyCompromise, default)
                : client.Revocations.RevokeAsync(account, chain.Leaf, RevocationReason.KeyCompromise, default)).Done()).ShouldBeTrue();
        }

        ca.Revoked[chain.Leaf.SerialNumber].ShouldBe(1);
        (ca.Requests.Last(request => request.Step == CaStep.RevokeCert).Account is null).ShouldBe(byCertificateKey);
    }

    [Fact]
    public async Task RenewalInformation_OfACertificate_IsReadWithTheTimeToAskAgain()
    {
        var time = new Signalbox.Tests.Support.FakeTimeProvider();
        var (start, end) = (time.GetUtcNow().AddDays(60), time.GetUtcNow().AddDays(62));
        var asked = "";
        var options = new CaOptions { Time = time, RenewalWindow = id => { asked = id; return (start, end); }, RenewalRetryAfter = "21600", RenewalExplanation = "https://ca.example/why" };
        await using var ca = await ScriptedCa.StartAsync(options);
        using var client = ca.Client();
        var account = await client.AccountAsync();
        var (_, _, chain) = await client.IssueAsync(account, "a.example.org");
        var id = CertificateId.Of(chain.Leaf)!;
        var info = await client.Renewals.FetchAsync(id, default).Done();
        info.ShouldBe(new RenewalInfo(start, end) { Explanation = new Uri("https://ca.example/why"), RetryAt = time.GetUtcNow().AddHours(6) });
        asked.ShouldBe(id);

        // RFC 9773 4.2: a window that ends before it starts is none.
        options.RenewalWindow = _ => (end, start);
        (await client.Renewals.FetchAsync(id, default).Refused()).Kind.ShouldBe(AcmeFailureKind.NotUnderstood);
    }

    [Fact]
    public async Task Request_OfEveryKind_HasTheExactUrlTheCaGave()
    {
        await using var ca = await ScriptedCa.StartAsync();
        using var client = ca.Client();
        var account = await client.AccountAsync();

        // An order at a URL that a URI library would like to write otherwise.
        const string odd = "http://127.0.0.1:1/order/%7Ea/../b?x=%2f";
        ca.Script(CaStep.NewOrder, CaReply.With(("Location", odd)));
        (await client.OrderAsync(account, "a.example.org").Done()).Url.OriginalString.ShouldBe(odd);
        using var key = AcmeKey.Generate();
        using var body = JsonDocument.Parse(Jws.Sign(key, odd, odd, "n", []));
        Base64Url.DecodeFromChars(body.RootElement.GetProperty("protected").GetString()).ShouldBe(
            System.Text.Encoding.ASCII.GetBytes($$"""{"alg":"ES256","kid":"{{odd}}","nonce":"n","url":"{{odd}}"}"""));
    }
}
