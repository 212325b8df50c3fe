using System.Runtime.CompilerServices;
using System.Text.Json;
using Signalbox.Model.Wire;

namespace Signalbox.Cli.Client;

/// <summary>A lease that is held: its events, and its life.</summary>
internal sealed class LeaseStream(LineStream lines) : IAsyncDisposable
{
    /// <summary>Events as they come. Ends when the daemon is gone; then the lease is, too, and the holder asks for it anew. Read it once.</summary>
    public async IAsyncEnumerable<LeaseEvent> ReadAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var line in lines.ReadAsync(cancellation))
        {
            if (Parse(line) is { } told) yield return told;
        }
    }

    public ValueTask DisposeAsync() => lines.DisposeAsync();

    /// <summary>Null for a line cut off by a daemon that was killed while it wrote: the end follows.</summary>
    private static LeaseEvent? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, AdminJson.Lenient.LeaseEvent);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
