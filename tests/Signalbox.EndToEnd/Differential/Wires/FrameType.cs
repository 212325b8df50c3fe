namespace Signalbox.EndToEnd.Differential.Wires;

/// <summary>RFC 9113 6. Others are passed over.</summary>
internal enum FrameType : byte
{
    Data = 0,
    Headers = 1,
    Reset = 3,
    Settings = 4,
    Ping = 6,
    GoAway = 7,
    WindowUpdate = 8,
    Continuation = 9,
}
