namespace Signalbox.Certificates.Issuing;

/// <summary>
/// When a certificate is to be renewed: a time in the window the CA suggests, drawn once and kept (RFC 9773 4.2), or, where it suggests none, at two thirds of
/// the lifetime, whatever that is. Near the end two rules overrule what the CA and past failures say. Pure.
/// </summary>
/// <param name="At">When the renewal is due.</param>
/// <param name="Window">The window the time was drawn from; null when the CA gave none. Another window draws anew.</param>
internal sealed record RenewalPlan(DateTimeOffset At, RenewalWindow? Window)
{
    /// <summary>The part of the lifetime that is left when a CA without renewal information is asked: a third, as certificates of 90 days have always been renewed at 60.</summary>
    private const double LeftWithoutWindow = 1.0 / 3;

    /// <summary>First emergency rule: with less than this part of the lifetime left, a window that is still to come is no longer waited for. 4.5 days of 45.</summary>
    private const double LeftDespiteWindow = 0.1;

    /// <summary>Second emergency rule: with less than this part left, waits after failures are cut short. About two days of 45, 7 hours of 6 days.</summary>
    private const double LeftDespiteBackOff = 0.05;

    /// <summary>
    /// A certificate this young is not replaced by the CA's window, be that in the past: RFC 9773 4.2 has such a one renewed at once, and a CA that gave one for each
    /// new certificate would be asked for another without a pause. A day costs nothing where certificates live for weeks; a twentieth of those that live for days.
    /// </summary>
    private const double TooYoung = 0.05;
    private static readonly TimeSpan TooYoungAtMost = TimeSpan.FromDays(1);

    /// <summary>Under the second rule a try an hour: within what CAs allow of failures, and still a dozen tries before the end.</summary>
    public static readonly TimeSpan LongestWaitNearTheEnd = TimeSpan.FromHours(1);

    /// <summary>The plan for a certificate about which the CA says nothing.</summary>
    public static RenewalPlan Without(DateTimeOffset notBefore, DateTimeOffset notAfter) => new(notAfter - ((notAfter - notBefore) * LeftWithoutWindow), null);

    /// <summary>The plan in the CA's window; the one so far when it was drawn from this very window. “Clients MUST attempt renewal at a time of their choosing based on the suggested renewal window” (RFC 9773 4.2).</summary>
    /// <param name="window">What the CA suggests now.</param>
    /// <param name="known">The plan so far; null when there is none.</param>
    /// <param name="draw">0 to 1.</param>
    public static RenewalPlan Within(RenewalWindow window, RenewalPlan? known, double draw) =>
        known is not null && known.Window == window ? known : new RenewalPlan(window.Start + ((window.End - window.Start) * draw), window);

    /// <summary>True when the renewal is due, by the plan or because the end is near.</summary>
    public bool IsDue(DateTimeOffset notBefore, DateTimeOffset notAfter, DateTimeOffset now) => now >= DueAt(notBefore, notAfter);

    /// <summary>The earlier of the plan's time and the first emergency rule's, and not before the certificate has some age.</summary>
    public DateTimeOffset DueAt(DateTimeOffset notBefore, DateTimeOffset notAfter) => DueAt(At, notBefore, notAfter);

    /// <summary>The same of a plan for this time, without an object for it.</summary>
    public static DateTimeOffset DueAt(DateTimeOffset planned, DateTimeOffset notBefore, DateTimeOffset notAfter)
    {
        var life = notAfter - notBefore;
        var latest = notAfter - (life * LeftDespiteWindow);
        var young = life * TooYoung;
        var soonest = notBefore + (young < TooYoungAtMost ? young : TooYoungAtMost);
        return planned > latest ? latest : planned < soonest ? soonest : planned;
    }

    /// <summary>The next try after a failure: what back-off says, cut short once the certificate in use is about to end.</summary>
    /// <param name="backOff">What back-off says.</param>
    /// <param name="notBefore">Of the certificate in use.</param>
    /// <param name="notAfter">Of the certificate in use.</param>
    /// <param name="failed">When the try failed. Not the present time, by which the hour would never be over.</param>
    public static DateTimeOffset NextTry(DateTimeOffset backOff, DateTimeOffset notBefore, DateTimeOffset notAfter, DateTimeOffset failed)
    {
        var emergency = notAfter - ((notAfter - notBefore) * LeftDespiteBackOff);
        var soonest = (failed > emergency ? failed : emergency) + LongestWaitNearTheEnd;
        return backOff < soonest ? backOff : soonest;
    }
}

/// <summary>When a CA suggests that a certificate be replaced (RFC 9773 4.2, <c>suggestedWindow</c>).</summary>
internal sealed record RenewalWindow(DateTimeOffset Start, DateTimeOffset End)
{
    public bool Has(DateTimeOffset time) => Start <= time && time <= End;
}
