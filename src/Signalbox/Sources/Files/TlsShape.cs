using System.Text.Json.Nodes;
using YamlDotNet.Core.Events;

namespace Signalbox.Sources.Files;

/// <summary>How a route is served over TLS: a word, or the files of a certificate of one's own.</summary>
internal sealed class TlsShape : ConfigShape<TlsDraft>
{
    private static readonly ChoiceShape Word = new("auto", "off");

    private static readonly MapShape<OwnFilesDraft> Files = new(
        "a mapping with cert, key",
        new ConfigKey<OwnFilesDraft, Located<string>>("cert", "A PEM file with the certificate, then its chain; relative to this file. It is watched.",
            new TextShape(), (draft, value) => draft.Certificate = value, Required: true),
        new ConfigKey<OwnFilesDraft, Located<string>>("key", "A PEM file with its private key; the same file when left out.",
            new TextShape(), (draft, value) => draft.Key = value));

    public override string Expected => Word.Expected + ", or { cert: FILE, key: FILE }";

    public override JsonObject Schema() => new() { ["anyOf"] = new JsonArray(Word.Schema(), Files.Schema()) };

    protected override bool TryReadValue(ConfigReader reader, ParsingEvent at, out TlsDraft value)
    {
        value = new TlsDraft(null, null);
        if (at is MappingStart)
        {
            if (!Files.TryRead(reader, out var files)) return false;
            value = new TlsDraft(null, files);
            return true;
        }

        if (at is not Scalar { Value: "auto" or "off" }) return Wrong(reader, at);
        if (!Word.TryRead(reader, out var word)) return false;
        value = new TlsDraft(word, null);
        return true;
    }
}
