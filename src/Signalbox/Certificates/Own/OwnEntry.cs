using Signalbox.Certificates.Book;
using Signalbox.Model;

namespace Signalbox.Certificates.Own;

/// <summary>What there is of its own for one name.</summary>
/// <param name="Name">A host or wildcard.</param>
/// <param name="Place">The certificate's file.</param>
/// <param name="Held">What is shown; null when nothing usable was ever given.</param>
internal sealed record OwnEntry(string Name, string Place, HeldCertificate? Held)
{
    /// <summary>Which import it comes from; null for the config's files.</summary>
    public string? Import { get; init; }

    /// <summary>Why what was given last is not shown; null when it is.</summary>
    public Problem? Refusal { get; init; }

    /// <summary>Something worth a word; null when there is nothing.</summary>
    public string? Notice { get; init; }

    /// <summary>A tenth of the lifetime before the end: 9 days of 90, time enough to have another one, by whichever way.</summary>
    public DateTimeOffset? NearEnd => Held is { } held ? held.NotAfter - (held.NotAfter - held.NotBefore) / 10 : null;

    public bool IsUsable(DateTimeOffset now) => Held is { } held && now < held.NotAfter;
}
