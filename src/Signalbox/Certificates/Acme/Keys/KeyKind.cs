namespace Signalbox.Certificates.Acme.Keys;

/// <summary>The kinds of key we make and sign with.</summary>
internal enum KeyKind
{
    /// <summary>The default: small, quick, and what every CA must take (RFC 8555 6.2).</summary>
    EcdsaP256,
    EcdsaP384,
    Rsa2048,
    Rsa3072,
    Rsa4096,
}
