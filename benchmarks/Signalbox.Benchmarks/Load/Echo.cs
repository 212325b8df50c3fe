using System.Globalization;
using System.Text;
using Signalbox.EndToEnd.Support;

namespace Signalbox.Benchmarks.Load;

/// <summary>An <see cref="EchoServer"/> in a process of its own, whose processor time and memory are nobody else's.</summary>
internal sealed class Echo : IAsyncDisposable
{
    private readonly ChildProcess _process;

    private Echo(ChildProcess process, string name, int port)
    {
        _process = process;
        Name = name;
        Body = Encoding.ASCII.GetBytes(name);
        Port = port;
    }

    public string Name { get; }

    /// <summary>What it answers: its name.</summary>
    public byte[] Body { get; }

    public int Port { get; }

    public string Target => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Port}");

    public static async Task<Echo> StartAsync(string name, int port = 0)
    {
        var process = ChildProcess.Start(Environment.ProcessPath!, ["echo", port.ToString(CultureInfo.InvariantCulture), name]);
        const string Says = "listening on ";
        var line = await process.LineAsync("where it listens", line => line.StartsWith(Says, StringComparison.Ordinal));
        return new Echo(process, name, int.Parse(line[Says.Length..], CultureInfo.InvariantCulture));
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
