using System.Text.Json.Serialization;
using Signalbox.Certificates.Acme;
using Signalbox.Model;

namespace Signalbox.Certificates.Issuing.Records;

/// <summary>An order that was begun and has not ended. Written before the CA is asked, so that after a crash it is continued and not begun twice.</summary>
/// <param name="Id">Ours: random, and the name of its key's file.</param>
/// <param name="Names">What is ordered; the first is the certificate's name.</param>
/// <param name="Directory">Whose order it is.</param>
/// <param name="Begun">UTC.</param>
internal sealed record OrderRecord(string Id, [property: JsonConverter(typeof(ItemsConverter<string>))] Items<string> Names, Uri Directory, DateTimeOffset Begun)
{
    /// <summary>Where the CA has it; null until it said so. A crash in between costs the one order that cannot be found again.</summary>
    public Uri? Url { get; init; }

    /// <summary>When an answer about it was not the CA's for the first time (<see cref="AcmeFailure.IsNotOfTheCa"/>); null while all were.</summary>
    public DateTimeOffset? UnclearSince { get; init; }

    /// <summary>True when it is one for practice at the CA's staging directory.</summary>
    public bool Staging { get; init; }
}
