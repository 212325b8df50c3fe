namespace Signalbox.Certificates.Issuing.Records;

/// <summary>Our account at one CA. Its key lies in a file of its own, written before the CA is asked for the account.</summary>
/// <param name="Directory">Whose account it is.</param>
/// <param name="Account">Its URL (RFC 8555 7.3).</param>
/// <param name="Email">What the CA was told; another in the config is told it anew.</param>
internal sealed record CaRecord(Uri Directory, Uri Account, string? Email);
