namespace Signalbox.Certificates.Dns.Messages;

/// <summary>Types of records this client knows (RFC 1035 3.2.2, RFC 3596, RFC 6891, RFC 8945, RFC 8659); every other one is carried as it is.</summary>
internal enum DnsType : ushort
{
    A = 1,
    NS = 2,
    CNAME = 5,
    SOA = 6,
    TXT = 16,
    AAAA = 28,
    OPT = 41,
    TSIG = 250,
    ANY = 255,
    CAA = 257,
}

/// <summary>RFC 1035 3.2.4; "none" and "any" have a meaning of their own in updates (RFC 2136 2.4, 2.5).</summary>
internal enum DnsClass : ushort
{
    Internet = 1,
    None = 254,
    Any = 255,
}

/// <summary>RFC 1035 4.1.1, RFC 2136 1.3.</summary>
internal enum DnsOpcode : byte
{
    Query = 0,
    Update = 5,
}

/// <summary>What a server says of a question. Those from 16 on need EDNS (RFC 6891 6.1.3) or stand in a TSIG record (RFC 8945 3).</summary>
internal enum DnsRcode : ushort
{
    NoError = 0,
    FormErr = 1,
    ServFail = 2,
    NxDomain = 3,
    NotImp = 4,
    Refused = 5,
    YxDomain = 6,
    YxRrset = 7,
    NxRrset = 8,
    NotAuth = 9,
    NotZone = 10,
    BadSig = 16,
    BadKey = 17,
    BadTime = 18,
    BadTrunc = 22,
}

/// <summary>Codes as the RFCs and every tool write them.</summary>
internal static class DnsCodes
{
    public static string Word(this DnsRcode code) => Enum.IsDefined(code) ? code.ToString().ToUpperInvariant() : $"RCODE{(int)code}";

    /// <summary>RFC 3597 5: a type without a name is written TYPE and its number.</summary>
    public static string Word(this DnsType type) => Enum.IsDefined(type) ? type.ToString() : $"TYPE{(int)type}";
}
