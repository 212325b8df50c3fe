using Signalbox.EndToEnd.Differential.Playing;

namespace Signalbox.EndToEnd.Differential.Wires;

/// <summary>How the octets of HTTP/1.1 that a case is written in reach the other side, and come from there.</summary>
internal interface IWire : IDisposable
{
    /// <summary>True where an exchange can end without its connection.</summary>
    bool HasStreams { get; }

    /// <summary>Reads until the other side has ended the connection.</summary>
    /// <param name="feed">Given what comes, in pieces.</param>
    /// <param name="cut">Given how the present answer was ended before its end, where the connection goes on all the same.</param>
    Task<PeerEnd> ReadAsync(Action<ReadOnlyMemory<byte>> feed, Action<string> cut);

    Task SendAsync(ReadOnlyMemory<byte> octets);

    void FinishSending();

    /// <summary>Gives up the present request: its stream alone where there are streams, else the connection.</summary>
    /// <returns>True when the connection has gone with it.</returns>
    Task<bool> AbandonAsync();

    /// <summary>Ends the connection with a reset.</summary>
    void Reset();

    /// <summary>Ends the connection in order.</summary>
    void Leave();
}
