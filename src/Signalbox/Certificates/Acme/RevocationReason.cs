namespace Signalbox.Certificates.Acme;

/// <summary>Why a certificate is revoked: the codes of RFC 5280 5.3.1 that a subscriber has use for.</summary>
internal enum RevocationReason
{
    Unspecified = 0,
    KeyCompromise = 1,
    AffiliationChanged = 3,
    Superseded = 4,
    CessationOfOperation = 5,
}
