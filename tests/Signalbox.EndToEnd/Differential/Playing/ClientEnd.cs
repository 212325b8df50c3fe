namespace Signalbox.EndToEnd.Differential.Playing;

/// <summary>What became of a client's connection.</summary>
internal enum ClientEnd
{
    /// <summary>It carried one request more.</summary>
    Open,

    /// <summary>The proxy closed it.</summary>
    Closed,

    /// <summary>The client closed it.</summary>
    Left,

    /// <summary>It took the one request more and gave something else than its answer.</summary>
    Confused,

    /// <summary>Nothing more came of it, nor did it end.</summary>
    Stuck,
}
