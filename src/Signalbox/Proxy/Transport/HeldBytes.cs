namespace Signalbox.Proxy.Transport;

/// <summary>How far one side of a connection may get ahead of the other before nothing more is read.</summary>
internal static class HeldBytes
{
    /// <summary>
    /// Octets held in one direction for whoever is slower; what the kernel holds is not counted, nor what TLS holds once more while it turns records into what is in them. As much as a
    /// receive brings at most where clients are quick, and little enough for ten thousand slow ones.
    /// </summary>
    public const int Most = 64 * 1024;
}
