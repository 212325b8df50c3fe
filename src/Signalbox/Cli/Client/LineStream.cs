using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text;

namespace Signalbox.Cli.Client;

/// <summary>An open answer of one JSON value a line (NDJSON). Disposing it closes the connection, which is what ends a lease.</summary>
internal sealed class LineStream : IAsyncDisposable
{
    private readonly HttpResponseMessage _response;
    private readonly StreamReader _reader;

    private LineStream(HttpResponseMessage response, Stream content)
    {
        _response = response;
        _reader = new StreamReader(content, Encoding.UTF8);
    }

    public static async Task<LineStream> OpenAsync(HttpResponseMessage response, CancellationToken cancellation) =>
        new(response, await response.Content.ReadAsStreamAsync(cancellation));

    /// <summary>Lines as they come. Ends when the daemon ends the stream or is gone; which of the two makes no difference to who reads.</summary>
    public async IAsyncEnumerable<string> ReadAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        while (await NextAsync(cancellation) is { } line)
        {
            if (line.Length > 0) yield return line;
        }
    }

    public ValueTask DisposeAsync()
    {
        _reader.Dispose();
        _response.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<string?> NextAsync(CancellationToken cancellation)
    {
        try
        {
            return await _reader.ReadLineAsync(cancellation);
        }
        catch (Exception error) when (error is IOException or SocketException or HttpRequestException or ObjectDisposedException)
        {
            return null;
        }
    }
}
