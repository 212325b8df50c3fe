using System.Net;
using System.Net.Sockets;

namespace Signalbox.Sources.DevServers;

/// <summary>One TCP socket in the listening state.</summary>
/// <param name="Address">What it is bound to; any-addresses are kept as such.</param>
/// <param name="Port">1 to 65535.</param>
/// <param name="Inode">The kernel's number of the socket, by which /proc tells whose it is.</param>
internal sealed record ListeningSocket(IPAddress Address, int Port, long Inode)
{
    public bool IsAny => Address.Equals(IPAddress.Any) || Address.Equals(IPAddress.IPv6Any);

    public bool IsV6 => Address.AddressFamily == AddressFamily.InterNetworkV6;

    /// <summary>True when connections from this machine to a loopback address end here.</summary>
    public bool OnLoopback => IsAny || IPAddress.IsLoopback(Address);
}
