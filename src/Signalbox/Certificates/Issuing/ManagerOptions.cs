using Signalbox.Certificates.Issuing.Orders;
using Signalbox.Model;

namespace Signalbox.Certificates.Issuing;

/// <summary>How the manager works; made once by Host.</summary>
internal sealed record ManagerOptions
{
    /// <summary>In order: the next one is asked when one fails.</summary>
    public Items<IssuerSettings> Issuers { get; init; }

    /// <summary>
    /// Names worked on at one time, 1 to 1,000. Mostly each waits for the CA to look, so 32 keep a CA busy; more would only bring one account to its limits sooner.
    /// </summary>
    public int Parallel { get; init; } = 32;

    public Patience Patience { get; init; } = Patience.Default;

    /// <summary>True for names that somebody else answers for, such as those under the local domains.</summary>
    public Func<string, bool> IsElsewhere { get; init; } = _ => false;

    /// <summary>0 to 1, for jitter and renewal times.</summary>
    public Func<double> Draw { get; init; } = Random.Shared.NextDouble;
}
