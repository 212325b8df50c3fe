using Signalbox.Certificates.Acme;

namespace Signalbox.Certificates.Issuing.Records;

/// <summary>
/// A certificate that is to be revoked. Written before the CA is asked and removed together with the certificate's entry: after a crash in between it is asked for again,
/// and a CA that had said yes says so once more.
/// </summary>
/// <param name="Name">The certificate's.</param>
/// <param name="Reason">Null: none is told.</param>
internal sealed record RevocationRecord(string Name, RevocationReason? Reason);
