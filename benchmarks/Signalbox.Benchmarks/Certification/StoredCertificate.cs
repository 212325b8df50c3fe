namespace Signalbox.Benchmarks.Certification;

/// <summary>A certificate as if a CA had issued it earlier.</summary>
/// <param name="Name">The one name it is for.</param>
/// <param name="Key">PEM.</param>
/// <param name="Leaf">PEM.</param>
/// <param name="Chain">PEM: what stands between the leaf and the root.</param>
internal sealed record StoredCertificate(string Name, string Key, string Leaf, string Chain)
{
    public required DateTimeOffset NotBefore { get; init; }

    public required DateTimeOffset NotAfter { get; init; }

    /// <summary>In renewal information (RFC 9773 4.1).</summary>
    public required string Id { get; init; }

    public required string SignedBy { get; init; }
}
