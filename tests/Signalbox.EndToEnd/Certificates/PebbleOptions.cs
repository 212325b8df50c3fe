using Signalbox.EndToEnd.Support;

namespace Signalbox.EndToEnd.Certificates;

/// <summary>How a test wants its Pebble.</summary>
internal sealed record PebbleOptions
{
    /// <summary>Good nonces refused, of a hundred. Pebble's own default is 5.</summary>
    public int NonceReject { get; init; }

    /// <summary>Orders that find their names authorized already, of a hundred. Pebble's own default is 50.</summary>
    public int AuthorizationReuse { get; init; }

    /// <summary>The most seconds that Pebble waits at random before it validates; 0 to begin at once.</summary>
    public int ValidationSleep { get; init; }

    /// <summary>Further roots that Pebble has, each with a chain of its own.</summary>
    public int AlternateRoots { get; init; }

    /// <summary>Orders on a page of an account's list.</summary>
    public int OrdersPerPage { get; init; } = 3;

    /// <summary>When any are named, an account must be bound to one: key identifier → MAC key in base64url.</summary>
    public Dictionary<string, string> ExternalAccounts { get; init; } = [];

    /// <summary>Where http-01 is asked: the test's own responder instead of the challenge server's.</summary>
    public int? HttpPort { get; init; }

    /// <summary>Where tls-alpn-01 is asked, likewise.</summary>
    public int? TlsPort { get; init; }

    /// <summary>The port of the DNS server on 127.0.0.1 that Pebble asks: a test's own instead of the challenge server's.</summary>
    public int? DnsPort { get; init; }

    /// <summary>The network it lives in; the machine's own when there is none.</summary>
    public OwnNetwork? Network { get; init; }
}
