using System.Text.Json;

namespace Signalbox.Tests.Certificates.Acme.Support;

/// <summary>An account at a <see cref="ScriptedCa"/>.</summary>
internal sealed class CaAccount(string url, JsonElement key)
{
    public string Url => url;

    public JsonElement Key { get; set; } = key;

    public string Status { get; set; } = "valid";

    public string[] Contacts { get; set; } = [];

    public List<string> Orders { get; } = [];

    /// <summary>The external account it is bound to.</summary>
    public string? BoundTo { get; set; }
}

/// <summary>An order at a <see cref="ScriptedCa"/>.</summary>
internal sealed class CaOrder(string url, CaAccount account, (string Type, string Value)[] identifiers)
{
    public string Url => url;

    public CaAccount Account => account;

    public (string Type, string Value)[] Identifiers => identifiers;

    public List<CaAuthorization> Authorizations { get; } = [];

    public DateTimeOffset Made { get; init; }

    public string? Replaces { get; init; }

    public string? Profile { get; init; }

    public string? NotBefore { get; init; }

    public string? NotAfter { get; init; }

    public (string Chain, string Alternate)? Issued { get; set; }

    /// <summary>Fetches left that still say processing.</summary>
    public int Processing { get; set; }

    /// <summary>When set, the order has failed with this.</summary>
    public string? Failure { get; set; }

    public string Status =>
        Failure is not null || Authorizations.Any(authorization => authorization is { Pending: 0, Status: not ("pending" or "valid") }) ? "invalid"
        : Issued is not null ? Processing > 0 ? "processing" : "valid"
        : Authorizations.All(authorization => authorization is { Pending: 0, Status: "valid" }) ? "ready" : "pending";
}

/// <summary>An authorization at a <see cref="ScriptedCa"/>.</summary>
internal sealed class CaAuthorization(string url, CaAccount account, (string Type, string Value) identifier, bool wildcard)
{
    public string Url => url;

    public CaAccount Account => account;

    public (string Type, string Value) Identifier => identifier;

    public bool Wildcard => wildcard;

    public string Status { get; set; } = "pending";

    public List<CaOffer> Offers { get; } = [];

    /// <summary>Fetches left that still say pending.</summary>
    public int Pending { get; set; }
}

/// <summary>A challenge of an authorization.</summary>
internal sealed class CaOffer(string url, string type, string token)
{
    public string Url => url;

    public string Type => type;

    public string Token => token;

    public string Status { get; set; } = "pending";

    public string? Error { get; set; }
}

/// <summary>A request that a <see cref="ScriptedCa"/> has seen.</summary>
internal sealed record CaRequest(CaStep Step, string Method, string Path, string? Account, string Payload, string UserAgent);
