namespace Signalbox.Benchmarks.Frame;

/// <summary>What a load client counted in one turn.</summary>
/// <param name="Done">Requests answered as they should be.</param>
/// <param name="Failed">All others.</param>
/// <param name="Took">The client's own measure of its turn.</param>
/// <param name="Median">Latency half of the requests stayed below; null where the client does not tell.</param>
/// <param name="Tail">Latency 99 of 100 stayed below.</param>
/// <param name="Bytes">Of bodies, in the direction that is measured; 0 where nobody asks.</param>
internal sealed record LoadResult(long Done, long Failed, TimeSpan Took, TimeSpan? Median = null, TimeSpan? Tail = null, long Bytes = 0);
