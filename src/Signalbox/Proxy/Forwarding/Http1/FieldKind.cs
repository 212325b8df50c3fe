namespace Signalbox.Proxy.Forwarding.Http1;

/// <summary>Fields of an answer that say where it ends and what becomes of its connection.</summary>
internal enum FieldKind : byte
{
    Other,
    ContentLength,
    TransferEncoding,
    Connection,
}
