using System.Net;

namespace Signalbox.Proxy.Forwarding;

/// <summary>
/// The fields of our own (<c>X-Forwarded-*</c>, <c>Forwarded</c>, <c>Via</c>) as they were last written to one connection. They are made of a few facts,
/// which most requests on a backend's connection share with the one before; then the octets are copied instead of put together from some thirty pieces.
/// </summary>
internal sealed class OwnFields
{
    /// <summary>What an idle connection may keep of them. Usual ones have 150 to 300 octets; longer ones are put together each time.</summary>
    private const int MostOctets = 512;

    private Facts _facts;
    private byte[] _octets = [];
    private int _count;

    /// <summary>The fields where they were made of the same facts; else nothing.</summary>
    public ReadOnlySpan<byte> Find(in Facts facts) => _count > 0 && facts.Equals(_facts) ? _octets.AsSpan(0, _count) : default;

    public void Keep(in Facts facts, ReadOnlySpan<byte> fields)
    {
        _count = 0;
        if (fields.Length > MostOctets) return;
        if (fields.Length > _octets.Length) _octets = new byte[fields.Length];
        fields.CopyTo(_octets);
        (_facts, _count) = (facts, fields.Length);
    }

    /// <summary>All that the fields are made of, where nothing of the request's own of that kind is passed on.</summary>
    /// <param name="Peer">The client.</param>
    /// <param name="Host">As the client sent it.</param>
    /// <param name="Scheme">Of the client's connection.</param>
    /// <param name="Protocol">Of the client's request.</param>
    /// <param name="RouteId">By which our entry in Via is known.</param>
    public readonly record struct Facts(IPAddress? Peer, string Host, string Scheme, string Protocol, string RouteId);
}
