namespace Signalbox.EndToEnd.Certificates.Killing;

/// <summary>An exact place in an order.</summary>
/// <param name="Number">Of the step, from 1.</param>
/// <param name="Step">What it is.</param>
/// <param name="IsLookedAt">True between the request that has the CA look at the name and the answer that tells what it has found.</param>
/// <param name="Moment">Where the request of this step is.</param>
internal sealed record OrderPlace(int Number, OrderStep Step, bool IsLookedAt, Moment Moment)
{
    /// <summary>
    /// The most orders that the CA may have made in the end. One that the CA has made, and the daemon has not written down where, cannot be found again; one whose name the CA may have
    /// looked at while nobody was there has failed. All others are gone on with.
    /// </summary>
    public int MostOrders => (Step.IsNewOrder && Moment != Moment.Unsent) || IsLookedAt ? 2 : 1;

    /// <summary>True where the daemon has had all it needs, and may have put the certificate in its place.</summary>
    public bool MayBeTheLast => Step.IsCertificate && Moment == Moment.Answered;

    /// <summary>All places of an order that takes these steps.</summary>
    public static IReadOnlyList<OrderPlace> Of(IReadOnlyList<OrderStep> steps) =>
    [
        .. from number in Enumerable.Range(1, steps.Count)
        let step = steps[number - 1]
        from moment in Enum.GetValues<Moment>()
        where step.ChangesSomething || moment != Moment.Orphaned
        let isLookedAt = step.IsChallenge ? moment != Moment.Unsent : step.IsAuthorization && steps.Take(number).Any(earlier => earlier.IsChallenge)
        select new OrderPlace(number, step, isLookedAt, moment),
    ];

    public override string ToString() => $"{Number} {Step} {Moment}";
}
