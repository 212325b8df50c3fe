namespace Signalbox.Certificates.Dns;

/// <summary>How long a server may take.</summary>
internal sealed record DnsTiming
{
    /// <summary>
    /// The wait after each sending over UDP: 7 s in all. A second is several times a trip around the world; RFC 1035 4.2.1 would have 2 to 5 s and more
    /// resendings, from a time when networks were slower.
    /// </summary>
    public IReadOnlyList<TimeSpan> Waits { get; init; } = [TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(4)];

    /// <summary>For connecting, sending and the whole answer over TCP.</summary>
    public TimeSpan Tcp { get; init; } = TimeSpan.FromSeconds(5);
}
