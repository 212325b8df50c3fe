using System.Text.Json;
using Signalbox.Model.Wire;

namespace Signalbox.EndToEnd.Support;

/// <summary>An open lease, read line by line.</summary>
internal sealed class Lease(HttpResponseMessage response, Stream stream) : IDisposable
{
    private readonly StreamReader _reader = new(stream);

    /// <summary>The next event; null when the daemon closed the stream or went away.</summary>
    public async Task<LeaseEvent?> NextAsync()
    {
        try
        {
            var line = await Wait.ForAsync("the next event of a lease", _reader.ReadLineAsync());
            return line is null ? null : JsonSerializer.Deserialize(line, SignalboxJson.Default.LeaseEvent);
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            return null;
        }
    }

    /// <summary>Reads up to the first event of this name.</summary>
    public async Task<LeaseEvent> UntilAsync(string name)
    {
        var seen = new List<LeaseEvent>();
        while (await NextAsync() is { } next)
        {
            if (next.Event == name) return next;
            seen.Add(next);
        }

        throw new InvalidOperationException($"The lease ended without “{name}”, after: {string.Join("; ", seen)}");
    }

    public void Dispose()
    {
        response.Dispose();
        _reader.Dispose();
    }
}
