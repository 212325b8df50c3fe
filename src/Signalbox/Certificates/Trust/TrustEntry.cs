namespace Signalbox.Certificates.Trust;

internal enum TrustKind
{
    /// <summary>A directory of authorities that belongs to the system.</summary>
    Anchors,

    /// <summary>An NSS database: Chromium and Firefox on Linux, Firefox everywhere.</summary>
    Nss,

    /// <summary>The user's keychain on macOS.</summary>
    Keychain,
}

/// <summary>One root in one place.</summary>
/// <param name="Kind">What sort of place.</param>
/// <param name="Place">The file of an anchor, the directory of a database, the file of a keychain.</param>
/// <param name="Name">What the root is called there: a nickname, a file's name, a hash.</param>
/// <param name="Fingerprint">Upper-case hex of the root's SHA-256.</param>
internal sealed record TrustEntry(TrustKind Kind, string Place, string Name, string Fingerprint)
{
    /// <summary>True when the database itself was made for this, so that it goes with the root if nothing else has come into it.</summary>
    public bool MadePlace { get; init; }

    /// <summary>False from before a change until after it: found false, the change was interrupted and is done again.</summary>
    public bool Settled { get; init; }

    public bool IsSamePlace(TrustEntry other) => Kind == other.Kind && Place == other.Place && Fingerprint == other.Fingerprint;
}
