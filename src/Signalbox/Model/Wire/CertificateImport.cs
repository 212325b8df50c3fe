namespace Signalbox.Model.Wire;

/// <summary>Body of <c>POST /v1/certs/import</c>. Its text never holds the key.</summary>
internal sealed record CertificateImport
{
    /// <summary>PEM: the certificate, then its chain.</summary>
    public required string Certificate { get; init; }

    /// <summary>PEM: its private key; null when it stands in <see cref="Certificate"/>.</summary>
    public string? Key { get; init; }

    /// <summary>What it is to be shown for; empty: all of its names.</summary>
    public string[] Names { get; init => field = value ?? []; } = [];

    public override string ToString() => $"import for {string.Join(", ", Names)}";
}
