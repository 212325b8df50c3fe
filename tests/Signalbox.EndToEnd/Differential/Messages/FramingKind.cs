namespace Signalbox.EndToEnd.Differential.Messages;

/// <summary>How the end of a message's body is told (RFC 9112 6.3).</summary>
internal enum FramingKind
{
    None,
    Length,
    Chunked,
    UntilClose,
}
