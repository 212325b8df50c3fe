using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Signalbox.Model;

namespace Signalbox.Proxy.Transport;

/// <summary>Translates what the system says when a port cannot be bound.</summary>
internal static class BindFailure
{
    /// <summary>Ports below this are reserved by default; the kernel's setting tells the real bound.</summary>
    private const int DefaultUnprivilegedStart = 1024;

    /// <summary>Null when the error is not one of binding, so that the caller lets it go on.</summary>
    public static Problem? Translate(Exception error, IPEndPoint endPoint)
    {
        for (var cause = error; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case AddressInUseException or SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse }:
                    return InUse(endPoint, PortHolder.Describe(endPoint));
                case SocketException { SocketErrorCode: SocketError.AccessDenied }:
                    return Denied(endPoint);
                case SocketException { SocketErrorCode: SocketError.AddressNotAvailable or SocketError.AddressFamilyNotSupported }:
                    return Missing(endPoint);
            }
        }

        return null;
    }

    internal static Problem InUse(IPEndPoint endPoint, string holder) => new(
        ProblemType.PortInUse,
        ProblemSide.System,
        endPoint.ToString(),
        $"Port {endPoint.Port} on {endPoint.Address} is held by {holder}.",
        "It is taken as soon as it is free: stop that program, or choose another port with --http or --https.",
        Retry: true);

    /// <summary>The kernel may know the family, but no interface has the address: one that is not up yet, or IPv6 switched off.</summary>
    internal static Problem Missing(IPEndPoint endPoint) => new(
        ProblemType.AddressMissing,
        ProblemSide.System,
        endPoint.ToString(),
        $"This machine has no address {endPoint.Address}.",
        "It is listened on as soon as an interface has it; for another one use --bind.",
        Retry: true);

    internal static Problem Denied(IPEndPoint endPoint) => new(
        ProblemType.PortDenied,
        ProblemSide.System,
        endPoint.ToString(),
        endPoint.Port < DefaultUnprivilegedStart
            ? $"Port {endPoint.Port} on {endPoint.Address} may not be bound by an ordinary user."
            : $"Binding port {endPoint.Port} on {endPoint.Address} is forbidden on this system.",
        "Run `sudo sysctl net.ipv4.ip_unprivileged_port_start=80`, or choose other ports: `--http 8080 --https 8443`.",
        Retry: true);
}
