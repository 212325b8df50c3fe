namespace Signalbox.Tests.Certificates.Acme.Support;

/// <summary>What kind of CA a <see cref="ScriptedCa"/> is. May be changed while it runs.</summary>
internal sealed record CaOptions
{
    /// <summary>Real HTTPS (HTTP/1.1 and 2) with a certificate of its own; else HTTP, which is quicker.</summary>
    public bool Https { get; init; }

    /// <summary>Whose clock its certificates and time stamps go by.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>From an hour before the issue to this long after it.</summary>
    public TimeSpan CertificateLife { get; set; } = TimeSpan.FromDays(90);

    /// <summary>Key identifier → MAC key. When any is there, an account needs one.</summary>
    public Dictionary<string, byte[]> ExternalAccounts { get; } = [];

    /// <summary>Name → description.</summary>
    public Dictionary<string, string> Profiles { get; } = [];

    /// <summary>Fetches of a finalized order that still find it processing.</summary>
    public int ProcessingPolls { get; set; }

    /// <summary>Fetches of an authorization that still find it pending after the client answered a challenge.</summary>
    public int PendingPolls { get; set; }

    /// <summary>The Retry-After of what is still processing or pending.</summary>
    public string? PollRetryAfter { get; set; }

    /// <summary>Challenges offered for a plain name; a wildcard has dns-01 alone.</summary>
    public List<string> Challenges { get; } = ["http-01", "dns-01", "tls-alpn-01"];

    /// <summary>How a challenge is checked: null when it is fine, else the reason. Without one, every answer is fine.</summary>
    public Func<CaChallenge, Task<string?>>? Validate { get; set; }

    /// <summary>Renewal window of a certificate by its identifier; null for a CA without renewal information.</summary>
    public Func<string, (DateTimeOffset Start, DateTimeOffset End)>? RenewalWindow { get; set; }

    public string? RenewalRetryAfter { get; set; }

    public string? RenewalExplanation { get; set; }

    /// <summary>Valid authorizations of the same account and name are used again.</summary>
    public bool ReuseAuthorizations { get; set; }

    /// <summary>Certificates are for another key than the request's.</summary>
    public bool WrongKey { get; set; }

    /// <summary>Certificates have this name besides.</summary>
    public string? ExtraName { get; set; }

    /// <summary>The chain has another intermediate of the same name, whose key did not sign the leaf.</summary>
    public bool BrokenChain { get; set; }
}

/// <summary>A challenge that a <see cref="ScriptedCa"/> is to check.</summary>
internal sealed record CaChallenge(string Type, string Identifier, string Token, string KeyAuthorization);
