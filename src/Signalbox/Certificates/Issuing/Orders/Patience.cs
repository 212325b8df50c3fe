namespace Signalbox.Certificates.Issuing.Orders;

/// <summary>How long to wait between two looks at what a CA is doing, and for how long in all.</summary>
/// <param name="First">
/// The first wait, where the CA names none. A CA in the same house is done within milliseconds, a public one within a second or two, at which the sixth look is.
/// </param>
/// <param name="Longest">Waits are twice as long each time, up to this.</param>
/// <param name="InAll">After this the order is left as it is and looked at again with the next try: CAs that sign by hand take minutes, and one name must not hold up others for hours.</param>
internal sealed record Patience(TimeSpan First, TimeSpan Longest, TimeSpan InAll)
{
    /// <summary>What a CA may ask for in the middle of an order (Retry-After); more than this is for the next try.</summary>
    public static readonly TimeSpan LongestAsked = TimeSpan.FromMinutes(1);

    public static Patience Default { get; } = new(TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5));

    /// <param name="looks">Looks so far, at least 1.</param>
    /// <param name="asked">What the CA said (Retry-After), or null.</param>
    /// <param name="now">The present time.</param>
    public TimeSpan Wait(int looks, DateTimeOffset? asked, DateTimeOffset now)
    {
        // RFC 8555 7.5.1: "the server MUST provide information about its retry state to the client via the ... Retry-After header field"; a time of its own choice is its to have.
        if (asked is { } at && at - now is var wanted && wanted > TimeSpan.Zero) return wanted < LongestAsked ? wanted : LongestAsked;
        var grown = First * Math.Pow(2, Math.Min(looks - 1, 20));
        return grown < Longest ? grown : Longest;
    }
}
