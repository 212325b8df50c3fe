using System.Collections.Immutable;

namespace Signalbox.Certificates.Issuing.Limits;

/// <summary>
/// What was spent of a CA's limits: one account's token buckets, each as the time at which it will be full again, so that a bucket is one number, whatever it
/// holds. Immutable and pure; whoever writes it down does so before the order is sent, so that a crash can only have spent too much in it and never too little.
/// </summary>
/// <remarks>
/// A bucket of n tokens that refills one each interval allows another as long as it is full again at most (n - 1) intervals from now: the
/// generic cell rate algorithm (ITU-T I.371), in whose terms this time is the theoretical arrival time.
/// </remarks>
internal sealed record Ledger(CaLimits Limits, ImmutableDictionary<string, DateTimeOffset> FullAt)
{
    private const string Account = "orders";

    /// <summary>Before the key of what the CA itself said, in place of our count.</summary>
    private const string Held = "held ";

    /// <summary>A clock that is corrected goes back by seconds; one that was wrong goes back by hours or years.</summary>
    private static readonly TimeSpan Corrected = TimeSpan.FromMinutes(10);

    /// <summary>The latest time this ledger has seen, kept with it: by it a clock that was set back is found out, also across a restart.</summary>
    public DateTimeOffset Seen { get; init; }

    /// <summary>True when every bucket has moved since it was written down last.</summary>
    public bool IsMoved { get; init; }

    public static Ledger Empty(CaLimits limits) => new(limits, ImmutableDictionary.Create<string, DateTimeOffset>(StringComparer.Ordinal));

    /// <summary>
    /// The ledger as it is at this time. Where the clock was set back by much, all buckets go back with it: by a clock that was a year ahead they would be full in a
    /// year, and nothing could be ordered until then.
    /// </summary>
    public Ledger At(DateTimeOffset now)
    {
        if (now >= Seen) return this with { Seen = now };
        if (Seen - now < Corrected) return this;
        var back = Seen - now;
        return this with { Seen = now, IsMoved = true, FullAt = FullAt.ToImmutableDictionary(bucket => bucket.Key, bucket => bucket.Value - back, StringComparer.Ordinal) };
    }

    /// <summary>When an order for these names may be sent at the earliest: now or before when it may be sent at once. The key says which bucket is the last to allow it.</summary>
    /// <param name="names">Lower case; their order does not matter.</param>
    /// <param name="kind">Renewals in the CA's own window are exempt from all limits (RFC 9773 5 with letsencrypt.org/docs/rate-limits).</param>
    /// <param name="now">The present time.</param>
    public LedgerAnswer MayOrder(IReadOnlyCollection<string> names, OrderKind kind, DateTimeOffset now)
    {
        var answer = new LedgerAnswer(now, null);
        // What the CA itself said counts for everything, whatever our own count is.
        foreach (var key in KeysOf(names))
        {
            if (FullAt.TryGetValue(Held + key, out var until)) answer = answer.Later(Held + key, until);
        }

        if (kind == OrderKind.InformedRenewal) return answer;
        foreach (var (key, limit) in OrderBuckets(names)) answer = answer.Later(key, AllowedAt(key, limit, now));
        // A name that keeps failing is not asked for again before the CA would hear of it: it refuses the order, not the challenge.
        if (Limits.FailedAuthorizations is not { } failures) return answer;
        foreach (var name in names) answer = answer.Later(FailureKey(name), AllowedAt(FailureKey(name), failures, now));
        return answer;
    }

    /// <summary>The ledger after one order for these names.</summary>
    public Ledger Order(IReadOnlyCollection<string> names, OrderKind kind, DateTimeOffset now) =>
        kind == OrderKind.InformedRenewal ? this : Spend(OrderBuckets(names), now);

    /// <summary>The ledger after an authorization of this name failed.</summary>
    public Ledger AuthorizationFailed(string name, DateTimeOffset now) =>
        Limits.FailedAuthorizations is { } limit ? Spend([(FailureKey(name), limit)], now) : this;

    /// <summary>
    /// The ledger after the CA said not to come back before a time (Retry-After). Which of its limits it was is told by the link to its explanation, if at
    /// all; where it is not told, the whole account waits: that costs some time, and another refusal might cost more.
    /// </summary>
    public Ledger Hold(IReadOnlyCollection<string> names, string words, DateTimeOffset until)
    {
        var keys = words switch
        {
            _ when words.Contains("#new-certificates-per-registered-domain", StringComparison.Ordinal) => names.Select(PublicSuffixes.List.RegisteredDomain).Distinct().Select(domain => $"domain {domain}"),
            _ when words.Contains("#new-certificates-per-exact-set", StringComparison.Ordinal) => [SetKey(names)],
            _ when words.Contains("#authorization-failures", StringComparison.Ordinal) || words.Contains("#consecutive-authorization-failures", StringComparison.Ordinal) => names.Select(FailureKey),
            _ => [Account],
        };
        return this with { FullAt = FullAt.SetItems(keys.Select(key => KeyValuePair.Create(Held + key, until))) };
    }

    /// <summary>The buckets, and the CA's own words, that an order for these names has to do with.</summary>
    public static IEnumerable<string> Touched(IReadOnlyCollection<string> names) => KeysOf(names).SelectMany(key => new[] { key, Held + key });

    /// <summary>Without the buckets that are full: they say nothing, and names come and go for years.</summary>
    public Ledger Swept(DateTimeOffset now) => this with { FullAt = FullAt.RemoveRange(FullAt.Where(bucket => bucket.Value <= now).Select(bucket => bucket.Key)) };

    /// <summary>One bucket in words, for people.</summary>
    public static string Describe(string key) => key.StartsWith(Held, StringComparison.Ordinal) ? $"{DescribeBucket(key[Held.Length..])}, by the CA's own word" : DescribeBucket(key);

    private static string DescribeBucket(string key) => key.IndexOf(' ') is var space and >= 0
        ? key[..space] switch
        {
            "domain" => $"certificates for {key[(space + 1)..]} and the names under it",
            "set" => $"certificates for exactly {key[(space + 1)..]}",
            "failed" => $"failed validations of {key[(space + 1)..]}",
            _ => key,
        }
        : "orders of this account";

    private DateTimeOffset AllowedAt(string key, RateLimit limit, DateTimeOffset now) =>
        FullAt.TryGetValue(key, out var full) ? full - ((limit.Count - 1) * limit.Interval) : now;

    private Ledger Spend(IEnumerable<(string Key, RateLimit Limit)> buckets, DateTimeOffset now)
    {
        var changed = FullAt.ToBuilder();
        foreach (var (key, limit) in buckets)
        {
            var from = changed.TryGetValue(key, out var full) && full > now ? full : now;
            changed[key] = from + limit.Interval;
        }

        return this with { FullAt = changed.ToImmutable() };
    }

    private IEnumerable<(string Key, RateLimit Limit)> OrderBuckets(IReadOnlyCollection<string> names)
    {
        if (Limits.Orders is { } orders) yield return (Account, orders);
        if (Limits.IdenticalSet is { } set) yield return (SetKey(names), set);
        if (Limits.RegisteredDomain is not { } domain) yield break;
        foreach (var registered in names.Select(PublicSuffixes.List.RegisteredDomain).Distinct()) yield return ($"domain {registered}", domain);
    }

    private static IEnumerable<string> KeysOf(IReadOnlyCollection<string> names) =>
        [Account, SetKey(names), .. names.Select(PublicSuffixes.List.RegisteredDomain).Distinct().Select(domain => $"domain {domain}"), .. names.Select(FailureKey)];

    private static string SetKey(IReadOnlyCollection<string> names) => $"set {string.Join(' ', names.Order(StringComparer.Ordinal))}";

    private static string FailureKey(string name) => $"failed {name}";
}

/// <summary>When something is allowed, and by which bucket it is held up; null when by none.</summary>
internal readonly record struct LedgerAnswer(DateTimeOffset At, string? Bucket)
{
    public LedgerAnswer Later(string bucket, DateTimeOffset at) => at > At ? new LedgerAnswer(at, bucket) : this;
}

/// <summary>What an order is for, as the limits see it.</summary>
internal enum OrderKind
{
    /// <summary>A first certificate, or a renewal the CA is not told of as one.</summary>
    New,

    /// <summary>A renewal that names the certificate it replaces, in the CA's own window (RFC 9773 5).</summary>
    InformedRenewal,
}
