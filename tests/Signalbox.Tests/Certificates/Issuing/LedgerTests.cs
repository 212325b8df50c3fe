using Signalbox.Certificates.Issuing.Limits;

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

    /// <summary>Two weeks of everybody wanting everything at once, against a CA that counts in its own way: it never has to refuse.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void TwoWeeks_OfGreedyDemand_TheCaNeverHasToRefuse(int seed)
    {
        var random = new Random(seed);
        var ledger = Ledger.Empty(CaLimits.Public);
        var ca = new CountingCa();
        var names = Enumerable.Range(0, 400).Select(i => $"n{i % 57}.d{i % 7}.example{i % 5}.co.uk").ToArray();
        var (ordered, failed, held) = (0, 0, 0);
        for (var now = Start; now < Start + TimeSpan.FromDays(14); now += TimeSpan.FromSeconds(random.Next(1, 240)))
        {
            for (var burst = random.Next(0, 12); burst > 0; burst--)
            {
                var name = names[random.Next(names.Length)];
                if (ledger.MayOrder([name], OrderKind.New, now).At > now)
                {
                    held++;
                    continue;
                }

                ledger = ledger.Order([name], OrderKind.New, now);
                ca.Order(name, now).ShouldBeTrue($"the order for {name} at {now}");
                ordered++;
                if (random.Next(3) != 0) continue;
                ledger = ledger.AuthorizationFailed(name, now);
                ca.Failed(name, now);
                failed++;
            }

            if (random.Next(100) == 0) ledger = ledger.Swept(now);
        }

        ordered.ShouldBeGreaterThan(300);
        failed.ShouldBeGreaterThan(50);
        held.ShouldBeGreaterThan(1000);
    }

    /// <summary>Counts tokens that drip in, as fractions, and knows the domains by itself.</summary>
    private sealed class CountingCa
    {
        private readonly Dictionary<string, (double Tokens, DateTimeOffset At)> _buckets = [];

        public bool Order(string name, DateTimeOffset now)
        {
            var domain = string.Join('.', name.Split('.')[^3..]);
            return Peek($"f{name}", 5, TimeSpan.FromHours(1), now) >= 1 && Take("all", 300, TimeSpan.FromHours(3), now)
                & Take($"d{domain}", 50, TimeSpan.FromDays(7), now) & Take($"s{name}", 5, TimeSpan.FromDays(7), now);
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
