using System.Buffers.Binary;
using System.Security.Cryptography;
using Signalbox.Model;

namespace Signalbox.Certificates.Dns.Messages;

/// <summary>Signs messages with a shared secret and checks their answers (RFC 8945). Pure: the time is given.</summary>
internal static class Tsig
{
    /// <summary>Seconds. RFC 8945 10: "The RECOMMENDED Fudge value is 300".</summary>
    private const ushort Fudge = 300;

    /// <summary>A message of more octets than the header's twelve has its count of additional records at this place.</summary>
    private const int AdditionalCount = 10;

    /// <summary>The signed message and its MAC, which the answer's signature covers too.</summary>
    public static (byte[] Octets, byte[] Mac) Sign(DnsMessage message, TsigKey key, DateTimeOffset now)
    {
        var unsigned = new TsigData(key.Algorithm, (ulong)now.ToUnixTimeSeconds(), Fudge, [], message.Header.Id, DnsRcode.NoError, []);
        var covered = new DnsWriter();
        covered.Octets(DnsCodec.Encode(message));
        Variables(covered, key.Name, unsigned);
        var mac = key.Mac(covered.ToArray());
        var signature = new DnsRecord(key.Name, DnsType.TSIG, 0, unsigned with { Mac = Items.Of<byte>(mac) }, DnsClass.Any);
        return (DnsCodec.Encode(message with { Additional = message.Additional.Append(signature).ToItems() }), mac);
    }

    /// <summary>Why an answer cannot be trusted to come from who has the key; null when it does.</summary>
    public static string? Distrust(ReadOnlySpan<byte> octets, byte[] requestMac, TsigKey key, DateTimeOffset now)
    {
        if (DnsCodec.Decode(octets, out var last) is not { } message) return "The answer cannot be read.";
        if (message.Signature is not { Data: TsigData tsig } signature) return $"The answer is not signed ({message.Rcode.Word()}).";
        if (Refusal(tsig, now) is { } refusal) return refusal;
        if (!signature.Name.Equals(key.Name) || !tsig.Algorithm.Equals(key.Algorithm)) return $"The answer is signed with another key, {signature.Name}.";

        // RFC 8945 5.3.1: the request's MAC with its length, then the message as it was before it was signed, then the variables.
        var covered = new DnsWriter();
        covered.Number16(requestMac.Length);
        covered.Octets(requestMac);
        var unsigned = octets[..last].ToArray();
        BinaryPrimitives.WriteUInt16BigEndian(unsigned, tsig.OriginalId);
        var count = BinaryPrimitives.ReadUInt16BigEndian(unsigned.AsSpan(AdditionalCount));
        BinaryPrimitives.WriteUInt16BigEndian(unsigned.AsSpan(AdditionalCount), (ushort)(count - 1));
        covered.Octets(unsigned);
        Variables(covered, signature.Name, tsig);
        if (!CryptographicOperations.FixedTimeEquals(key.Mac(covered.ToArray()), tsig.Mac.AsSpan())) return "The answer's signature is wrong.";

        // RFC 8945 5.4: the time is looked at only once the signature is known to be right.
        var difference = Math.Abs(now.ToUnixTimeSeconds() - (long)tsig.TimeSigned);
        return difference > tsig.Fudge ? $"The answer was signed {difference} s away from this machine's time." : null;
    }

    /// <summary>RFC 8945 5.2: what the server says of our own signature, in its words. With a key or a signature it does not accept it cannot sign its answer.</summary>
    private static string? Refusal(TsigData tsig, DateTimeOffset now) => tsig.Error switch
    {
        DnsRcode.NoError => null,
        DnsRcode.BadKey => "The server does not know the key or its algorithm (BADKEY).",
        DnsRcode.BadSig => "The server has another secret under this key's name (BADSIG).",
        DnsRcode.BadTime when tsig.Other.Count == 6 => $"The clocks differ by {Math.Abs(now.ToUnixTimeSeconds() - ServerTime(tsig.Other))} s (BADTIME).",
        DnsRcode.BadTime => "The clocks differ too much (BADTIME).",
        var other => $"The server refused the signature ({other.Word()}).",
    };

    private static long ServerTime(Items<byte> six) => (long)BinaryPrimitives.ReadUInt16BigEndian(six.AsSpan()) << 32 | BinaryPrimitives.ReadUInt32BigEndian(six.AsSpan()[2..]);

    /// <summary>RFC 8945 4.3.3, in this order.</summary>
    private static void Variables(DnsWriter writer, DnsName name, TsigData tsig)
    {
        writer.WholeName(name);
        writer.Number16((int)DnsClass.Any);
        writer.Number32(0);
        writer.WholeName(tsig.Algorithm);
        writer.Number48(tsig.TimeSigned);
        writer.Number16(tsig.Fudge);
        writer.Number16((int)tsig.Error);
        writer.Number16(tsig.Other.Count);
        writer.Octets(tsig.Other.AsSpan());
    }
}
