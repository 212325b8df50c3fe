using Signalbox.Model;

namespace Signalbox.Certificates.Acme;

/// <summary>An account at a CA (RFC 8555 7.1.2).</summary>
/// <param name="Url">Its name and address, and the <c>kid</c> of every signature (RFC 8555 6.2).</param>
internal sealed record Account(Uri Url, AccountStatus Status)
{
    /// <summary>URLs, <c>mailto:</c> mostly. Some CAs keep none and tell none.</summary>
    public Items<string> Contacts { get; init; }

    public bool TermsAgreed { get; init; }

    /// <summary>The list of its orders; not every CA has one.</summary>
    public Uri? Orders { get; init; }

    /// <summary>True when this request made it (201), false when it had been there before (200).</summary>
    public bool IsNew { get; init; }
}

/// <summary>RFC 8555 7.1.6.</summary>
internal enum AccountStatus
{
    Valid,
    Deactivated,
    Revoked,
}

/// <summary>What a new account is asked for with (RFC 8555 7.3).</summary>
/// <param name="Contacts">Mail addresses, or URLs with their scheme.</param>
/// <param name="TermsAgreed">True only when a person agreed: "Clients SHOULD NOT automatically agree to terms by default."</param>
/// <param name="Binding">The account the person has with the CA otherwise, where the CA wants that.</param>
internal sealed record NewAccount(Items<string> Contacts, bool TermsAgreed, ExternalAccount? Binding = null);

/// <summary>What a CA gave a customer to bind an account by (RFC 8555 7.3.4).</summary>
/// <param name="KeyId">The key identifier, ASCII.</param>
/// <param name="MacKey">The MAC key's bytes; CAs hand it out in base64url.</param>
internal sealed record ExternalAccount(string KeyId, ReadOnlyMemory<byte> MacKey)
{
    /// <summary>Reads a key as it is handed out: base64url, and leniently also base64 and padding, which some CAs' pages show.</summary>
    public static Outcome<ExternalAccount> Parse(string keyId, string macKey)
    {
        var text = macKey.Trim().TrimEnd('=').Replace('+', '-').Replace('/', '_');
        if (keyId.Length == 0 || !keyId.All(char.IsAscii)) return Invalid("The key identifier is missing or not ASCII.");
        if (text.Length == 0 || !System.Buffers.Text.Base64Url.IsValid(text)) return Invalid("The MAC key is not base64url.");
        return new ExternalAccount(keyId, System.Buffers.Text.Base64Url.DecodeFromChars(text));
    }

    /// <summary>Without the key, so that it reaches no log.</summary>
    public override string ToString() => $"external account {KeyId}";

    private static Problem Invalid(string text) =>
        new(ProblemType.InvalidConfig, ProblemSide.Request, "external account binding", text, "Copy key identifier and MAC key from the CA's pages as they stand there.");
}

/// <summary>Who signs: an account's key, and the account's URL.</summary>
internal sealed record AcmeIdentity(Keys.AcmeKey Key, Uri Account);
