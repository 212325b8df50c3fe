using System.Net;

namespace Signalbox.Certificates.Dns;

/// <summary>One name server at one address.</summary>
/// <param name="Name">As its zone or the configuration calls it; the address when it has no name.</param>
internal sealed record DnsServer(string Name, IPEndPoint EndPoint)
{
    /// <summary>RFC 1035 4.2.</summary>
    public const int StandardPort = 53;

    public DnsServer(IPEndPoint endPoint)
        : this(endPoint.Address.ToString(), endPoint)
    {
    }

    /// <summary>As people write it: the port only when it is another one.</summary>
    public string Address => EndPoint.Port == StandardPort ? EndPoint.Address.ToString() : EndPoint.ToString();

    public override string ToString() => Name == EndPoint.Address.ToString() ? Address : $"{Name} ({Address})";
}
