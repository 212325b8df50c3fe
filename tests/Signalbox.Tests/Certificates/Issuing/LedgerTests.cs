using Signalbox.Certificates.Acme;
using Signalbox.Certificates.Issuing;
using Signalbox.Certificates.Issuing.Limits;
using Signalbox.Certificates.Issuing.Orders;
using Signalbox.Certificates.Issuing.Records;
using Signalbox.Store.Sqlite;
using Signalbox.Tests.Support;

namespace Signalbox.Tests.Certificates.Issuing;

public sealed class LedgerTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void MayOrder_FiveOfOneSet_TheSixthWaitsForARefill()
    {
        var ledger = Ledger.Empty(CaLimits.Public);
        for (var i = 0; i < 5; i++)
        {
            ledger.MayOrder(["a.example"], OrderKind.New, Start).At.ShouldBe(Start);
            ledger = ledger.Order(["a.example"], OrderKind.New, Start);
        }

        var answer = ledger.MayOrder(["a.example"], OrderKind.New, Start);
        (answer.At - Start).ShouldBeInRange(TimeSpan.FromDays(7) / 5, TimeSpan.FromDays(7) / 4);
        Ledger.Describe(answer.Bucket!).ShouldBe("certificates for exactly a.example");
        ledger.MayOrder(["b.example"], OrderKind.New, Start).At.ShouldBe(Start);
        ledger.MayOrder(["a.example"], OrderKind.New, answer.At).At.ShouldBe(answer.At);
    }

    [Fact]
    public void MayOrder_FiftyNamesUnderOneDomain_TheNextWaitsAndOtherDomainsDoNot()
    {
        var ledger = Ledger.Empty(CaLimits.Public);
        for (var i = 0; i < 50; i++) ledger = ledger.Order([$"s{i}.shop.example.co.uk"], OrderKind.New, Start);
        var answer = ledger.MayOrder(["new.example.co.uk"], OrderKind.New, Start);
        answer.At.ShouldBeGreaterThan(Start);
        Ledger.Describe(answer.Bucket!).ShouldBe("certificates for example.co.uk and the names under it");
        ledger.MayOrder(["other.co.uk"], OrderKind.New, Start).At.ShouldBe(Start);
    }

    [Fact]
    public void MayOrder_RenewalTheCaKnowsOf_IsExemptAndCostsNothing()
    {
        var ledger = Ledger.Empty(CaLimits.Public);
        for (var i = 0; i < 5; i++) ledger = ledger.Order(["a.example"], OrderKind.New, Start);
        ledger.MayOrder(["a.example"], OrderKind.InformedRenewal, Start).At.ShouldBe(Start);
        ledger.Order(["a.example"], OrderKind.InformedRenewal, Start).ShouldBe(ledger);
    }

    [Fact]
    public void MayOrder_NameThatFailedFiveTimes_WaitsAsLongAsTheCaWouldMakeIt()
    {
        var ledger = Ledger.Empty(CaLimits.Public);
        for (var i = 0; i < 5; i++) ledger = ledger.AuthorizationFailed("a.example", Start);
        (ledger.MayOrder(["a.example"], OrderKind.New, Start).At - Start).ShouldBeInRange(TimeSpan.FromMinutes(12), TimeSpan.FromMinutes(13));
        ledger.MayOrder(["b.example"], OrderKind.New, Start).At.ShouldBe(Start);
    }

    [Fact]
    public void MayOrder_WithoutLimits_IsAlwaysNow()
    {
        var ledger = Ledger.Empty(CaLimits.None);
        for (var i = 0; i < 1000; i++) ledger = ledger.Order(["a.example"], OrderKind.New, Start).AuthorizationFailed("a.example", Start);
        ledger.MayOrder(["a.example"], OrderKind.New, Start).ShouldBe(new LedgerAnswer(Start, null));
        ledger.FullAt.ShouldBeEmpty();
    }

    [Fact]
    public void Swept_FullBuckets_AreForgottenAndOthersStay()
    {
        var ledger = Ledger.Empty(CaLimits.Public).Order(["a.example"], OrderKind.New, Start);
        ledger.Swept(Start + TimeSpan.FromHours(1)).FullAt.Keys.ShouldBe(["set a.example", "domain a.example"], ignoreOrder: true);
        ledger.Swept(Start + TimeSpan.FromDays(8)).FullAt.ShouldBeEmpty();
    }

    /// <summary>Let's Encrypt's figures as it publishes them (letsencrypt.org/docs/rate-limits): so many in a burst, and then one more each interval.</summary>
    [Theory]
    [InlineData("orders", 300, 3 * 60)]
    [InlineData("domain", 50, 7 * 24 * 60)]
    [InlineData("set", 5, 7 * 24 * 60)]
    [InlineData("failed", 5, 60)]
    public void MayOrder_EachPublishedLimit_AllowsItsFigureAtOnceAndThenOneAnInterval(string limit, int figure, int minutes)
    {
        string[] Names(int i) => [limit switch { "orders" => $"www.site{i}.example", "domain" => $"n{i}.example.co.uk", _ => "a.example" }];
        Ledger Spend(Ledger ledger, int i, DateTimeOffset at) => limit == "failed" ? ledger.AuthorizationFailed("a.example", at) : ledger.Order(Names(i), OrderKind.New, at);
        var ledger = Ledger.Empty(CaLimits.Public);
        for (var i = 0; i < figure; i++)
        {
            ledger.MayOrder(Names(i), OrderKind.New, Start).At.ShouldBe(Start, $"the {i + 1}th");
            ledger = Spend(ledger, i, Start);
        }

        // A fiftieth more than the CA's own interval: its clock is not ours.
        var interval = TimeSpan.FromMinutes(minutes) / figure * 1.02;
        for (var i = 1; i <= 3; i++)
        {
            var answer = ledger.MayOrder(Names(figure + i), OrderKind.New, Start);
            answer.Bucket!.Split(' ')[0].ShouldBe(limit);
            (answer.At - Start).ShouldBe(interval * i, TimeSpan.FromMilliseconds(10));
            ledger = Spend(ledger, figure + i, answer.At);
        }
    }

    /// <summary>
    /// What the CA says of when to come back holds up what it is about, and nothing else. It is told by the address of the explanation, in its words or beside them.
    /// </summary>
    [Theory]
    [InlineData("too many certificates (50) already issued for \"example.co.uk\": see https://letsencrypt.org/docs/rate-limits/#new-certificates-per-registered-domain", "a.example.co.uk b.example.co.uk")]
    [InlineData("too many certificates (5) already issued: see https://letsencrypt.org/docs/rate-limits/#new-certificates-per-exact-set-of-identifiers", "a.example.co.uk")]
    [InlineData("too many failed authorizations (5): see https://letsencrypt.org/docs/rate-limits/#authorization-failures-per-identifier-per-account", "a.example.co.uk")]
    [InlineData("too many failed authorizations: see https://letsencrypt.org/docs/rate-limits/#consecutive-authorization-failures-per-identifier-per-account", "a.example.co.uk")]
    [InlineData("too many new orders (300): see https://letsencrypt.org/docs/rate-limits/#new-orders-per-account", "a.example.co.uk b.example.co.uk other.co.uk")]
    [InlineData("come back later", "a.example.co.uk b.example.co.uk other.co.uk")]
    public void Hold_ByTheCasWords_IsOfWhatTheyAreAboutAlone(string words, string held)
    {
        var until = Start.AddHours(2);
        var ledger = Ledger.Empty(CaLimits.Public).Hold(["a.example.co.uk"], words, until);
        foreach (var kind in Enum.GetValues<OrderKind>())
        {
            foreach (var name in new[] { "a.example.co.uk", "b.example.co.uk", "other.co.uk" })
                ledger.MayOrder([name], kind, Start).At.ShouldBe(held.Split(' ').Contains(name) ? until : Start, $"{kind} of {name}");
        }
    }

    /// <summary>
    /// Two weeks of everybody wanting everything at once, against a CA that counts in its own way: it never has to refuse. Each shape of demand meets another limit, and the
    /// ledger goes through the store again and again, as it does over restarts.
    /// </summary>
    /// <param name="shape">What is wanted: many names of a few domains; thousands of names, each of its own domain; twenty names again and again; a few that always fail.</param>
    /// <param name="binds">The limit that this shape meets.</param>
    /// <param name="seed">Of the draws.</param>
    [Theory]
    [InlineData("few domains", "domain", 1)]
    [InlineData("few domains", "domain", 2)]
    [InlineData("few domains", "domain", 3)]
    [InlineData("many domains", "orders", 1)]
    [InlineData("many domains", "orders", 2)]
    [InlineData("few names", "set", 1)]
    [InlineData("failing names", "failed", 1)]
    public async Task TwoWeeks_OfGreedyDemand_TheCaNeverHasToRefuse(string shape, string binds, int seed)
    {
        using var home = new TemporaryHome();
        await using var store = SqliteClaimStore.Open(home.Layout, TimeProvider.System).Value!;
        var (records, directory) = (new IssuingStore(store), new Uri("https://ca.example/directory"));
        var random = new Random(seed);

        // Names that fail use up the limits of their domain and set before that of failures: these are left out for once, at the CA too.
        var limits = shape == "failing names" ? CaLimits.Public with { RegisteredDomain = null, IdenticalSet = null } : CaLimits.Public;
        var ledger = Ledger.Empty(limits);
        var ca = new CountingCa(shape != "failing names");
        var names = Names(shape);
        var (ordered, free, failed, held) = (0, 0, 0, new Dictionary<string, int>());
        var touched = new HashSet<string>();
        var restart = Start.AddHours(3);
        for (var now = Start; now < Start + TimeSpan.FromDays(14); now += TimeSpan.FromSeconds(random.Next(1, 240)))
        {
            for (var burst = random.Next(0, 12); burst > 0; burst--)
            {
                var name = names[random.Next(names.Length)];

                // Some are renewals, in the CA's window or out of it.
                var renews = random.Next(4) == 0;
                var window = new RenewalWindow(now.AddHours(random.Next(-60, 12)), now.AddHours(random.Next(12, 24)));
                if (random.Next(2) == 0) window = new RenewalWindow(now.AddDays(-2), now.AddHours(-random.Next(1, 40)));
                var wish = new OrderWish(Identifier.Parse(name).Value!, new NameRecord(name)) { Replaces = renews ? "its.predecessor" : null, Window = window };
                var kind = wish.KindAt(now);
                if (ledger.MayOrder([name], kind, now) is { Bucket: { } bucket } answer && answer.At > now)
                {
                    held[bucket.Split(' ')[0]] = held.GetValueOrDefault(bucket.Split(' ')[0]) + 1;
                    continue;
                }

                ledger = ledger.Order([name], kind, now);
                touched.Add(name);
                var isFree = renews && now >= window.Start && now <= window.End;
                ca.Order(name, isFree, now).ShouldBeTrue($"the order for {name} at {now}");
                ordered++;
                if (isFree) free++;
                if (isFree || (shape != "failing names" && random.Next(3) != 0)) continue;
                ledger = ledger.AuthorizationFailed(name, now);
                ca.Failed(name, now);
                failed++;
            }

            if (random.Next(100) == 0) ledger = ledger.Swept(now);
            if (now < restart) continue;
            restart = now.AddHours(random.Next(1, 24));
            (await records.CommitAsync([.. touched.SelectMany(name => IssuingStore.Put(directory, ledger, [name]))])).ShouldBeNull();
            touched.Clear();
            ledger = records.LoadLedger(directory) with { Limits = limits };
        }

        ordered.ShouldBeGreaterThan(100);
        free.ShouldBeGreaterThan(50);
        failed.ShouldBeGreaterThan(50);
        held.GetValueOrDefault(binds).ShouldBeGreaterThan(1000, string.Join(", ", held));
    }

    private static string[] Names(string shape) => shape switch
    {
        "few domains" => [.. Enumerable.Range(0, 400).Select(i => $"n{i % 57}.d{i % 7}.example{i % 5}.co.uk")],
        "many domains" => [.. Enumerable.Range(0, 5000).Select(i => $"www.example{i}.co.uk")],
        "few names" => [.. Enumerable.Range(0, 20).Select(i => $"www.example{i}.co.uk")],
        _ => [.. Enumerable.Range(0, 3).Select(i => $"www.example{i}.co.uk")],
    };

    /// <summary>Counts tokens that drip in, as fractions, and knows the domains by itself.</summary>
    /// <param name="countsCertificates">Whether it has limits of certificates for a domain and for a set besides.</param>
    private sealed class CountingCa(bool countsCertificates)
    {
        private readonly Dictionary<string, (double Tokens, DateTimeOffset At)> _buckets = [];

        public bool Order(string name, bool isFree, DateTimeOffset now)
        {
            if (isFree) return true;
            if (Peek($"f{name}", 5, TimeSpan.FromHours(1), now) < 1 || !Take("all", 300, TimeSpan.FromHours(3), now)) return false;
            var domain = string.Join('.', name.Split('.')[^3..]);
            return !countsCertificates || (Take($"d{domain}", 50, TimeSpan.FromDays(7), now) & Take($"s{name}", 5, TimeSpan.FromDays(7), now));
        }

        public void Failed(string name, DateTimeOffset now) => Take($"f{name}", 5, TimeSpan.FromHours(1), now).ShouldBeTrue();

        private double Peek(string key, int count, TimeSpan window, DateTimeOffset now) =>
            _buckets.TryGetValue(key, out var bucket) ? Math.Min(count, bucket.Tokens + (count * ((now - bucket.At) / window))) : count;

        private bool Take(string key, int count, TimeSpan window, DateTimeOffset now)
        {
            var tokens = Peek(key, count, window, now);
            if (tokens < 1) return false;
            _buckets[key] = (tokens - 1, now);
            return true;
        }
    }
}
