using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Signalbox.Proxy.Tls;

/// <summary>
/// Reads a ClientHello strictly (RFC 8446 4.1.2 and RFC 5246 7.4.1.2, which differ in nothing that is looked at here): every length must fit, no extension
/// comes twice, nothing is left over.
/// </summary>
internal ref struct HelloParser
{
    private const byte ClientHelloType = 1;
    private const int RandomBytes = 32;
    private const int MostSessionId = 32;
    private const ushort ServerNameExtension = 0;
    private const ushort ProtocolsExtension = 16;
    private const byte HostNameType = 0;

    /// <summary>Octets of a host name as text at most (RFC 1035 2.3.4), the dot at its end included.</summary>
    private const int MostName = 254;

    /// <summary>Extensions that are told apart. Clients send about 20; twice may none come, and a bound keeps the search for that small.</summary>
    private const int MostExtensions = 64;

    /// <summary>What may stand in a host name: US-ASCII (RFC 6066 3) that can be seen. Whether it is a name is for others to say.</summary>
    private static readonly SearchValues<byte> NameOctets = SearchValues.Create([.. Enumerable.Range(0x21, 0x5E).Select(octet => (byte)octet)]);

    private ReadOnlySpan<byte> _rest;

    private HelloParser(ReadOnlySpan<byte> rest) => _rest = rest;

    /// <param name="message">The whole handshake message with its own head of four octets.</param>
    /// <returns>Null when it is not one.</returns>
    public static ClientHello? Parse(ReadOnlySpan<byte> message)
    {
        if (message.Length < 4 || message[0] != ClientHelloType) return null;
        var body = new HelloParser(message[1..]);
        return body.TryTakeBlock(3, out var hello) && body._rest.IsEmpty ? ParseBody(hello) : null;
    }

    private static ClientHello? ParseBody(ReadOnlySpan<byte> hello)
    {
        var body = new HelloParser(hello);
        if (!body.TrySkip(2 + RandomBytes)) return null;
        if (!body.TryTakeBlock(1, out var session) || session.Length > MostSessionId) return null;
        if (!body.TryTakeBlock(2, out var suites) || suites.IsEmpty || suites.Length % 2 != 0) return null;
        if (!body.TryTakeBlock(1, out var compressions) || compressions.IsEmpty) return null;
        // TLS 1.2 knows a hello without extensions.
        if (body._rest.IsEmpty) return new ClientHello(null, []);
        return body.TryTakeBlock(2, out var extensions) && body._rest.IsEmpty ? ParseExtensions(extensions) : null;
    }

    private static ClientHello? ParseExtensions(ReadOnlySpan<byte> extensions)
    {
        var rest = new HelloParser(extensions);
        Span<ushort> seen = stackalloc ushort[MostExtensions];
        var count = 0;
        string? name = null;
        IReadOnlyList<string> protocols = [];
        while (!rest._rest.IsEmpty)
        {
            if (!rest.TryTakeNumber(out var type) || !rest.TryTakeBlock(2, out var content)) return null;
            if (count == MostExtensions || seen[..count].Contains(type)) return null;
            seen[count++] = type;
            if (type == ServerNameExtension && (name = NameIn(content)) is null) return null;
            if (type == ProtocolsExtension && (protocols = ProtocolsIn(content)).Count == 0) return null;
        }

        return new ClientHello(name, protocols);
    }

    /// <summary>Of names there is one kind only, and a list holds one of a kind (RFC 6066 3).</summary>
    private static string? NameIn(ReadOnlySpan<byte> extension)
    {
        var outer = new HelloParser(extension);
        if (!outer.TryTakeBlock(2, out var list) || !outer._rest.IsEmpty || list.IsEmpty || list[0] != HostNameType) return null;
        var entry = new HelloParser(list[1..]);
        if (!entry.TryTakeBlock(2, out var name) || !entry._rest.IsEmpty) return null;
        return name.Length is > 0 and <= MostName && !name.ContainsAnyExcept(NameOctets) ? Encoding.ASCII.GetString(name) : null;
    }

    /// <returns>Empty when it is not well formed, for a list without an entry is not.</returns>
    private static IReadOnlyList<string> ProtocolsIn(ReadOnlySpan<byte> extension)
    {
        var outer = new HelloParser(extension);
        if (!outer.TryTakeBlock(2, out var list) || !outer._rest.IsEmpty) return [];
        var rest = new HelloParser(list);
        var protocols = new List<string>();
        while (!rest._rest.IsEmpty)
        {
            if (!rest.TryTakeBlock(1, out var protocol) || protocol.IsEmpty) return [];
            protocols.Add(Encoding.Latin1.GetString(protocol));
        }

        return protocols;
    }

    private bool TrySkip(int octets)
    {
        if (_rest.Length < octets) return false;
        _rest = _rest[octets..];
        return true;
    }

    private bool TryTakeNumber(out ushort number)
    {
        if (!BinaryPrimitives.TryReadUInt16BigEndian(_rest, out number)) return false;
        _rest = _rest[2..];
        return true;
    }

    /// <summary>A length of so many octets, and as many octets as it says.</summary>
    private bool TryTakeBlock(int lengthOctets, out ReadOnlySpan<byte> block)
    {
        block = default;
        if (_rest.Length < lengthOctets) return false;
        var length = 0;
        foreach (var octet in _rest[..lengthOctets]) length = (length << 8) | octet;
        if (_rest.Length - lengthOctets < length) return false;
        block = _rest.Slice(lengthOctets, length);
        _rest = _rest[(lengthOctets + length)..];
        return true;
    }
}
