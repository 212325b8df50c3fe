namespace Signalbox.Tests.Proxy.Connections;

/// <summary>Octets a client sends (each char one octet), the requests that may come of them, and the status of the refusal (0: none).</summary>
public sealed record GuardCase(string Name, string Raw, int Status, params string[] Seen)
{
    public override string ToString() => Name;
}
