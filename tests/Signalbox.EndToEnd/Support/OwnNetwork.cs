using System.Net.Sockets;
using System.Text;

namespace Signalbox.EndToEnd.Support;

/// <summary>
/// A network of a test's own, of loopback alone: every port is free there, 53, 80 and 443 too, and what listens in it is seen by nobody else. The processes
/// that are started through it live in it; the test itself stays outside and goes in by a door. Files and unix sockets are the machine's.
/// </summary>
internal sealed class OwnNetwork : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sb-").FullName;
    private readonly ChildProcess _door;

    private OwnNetwork()
    {
        // As root a namespace is enough; anybody else is root in a user namespace of their own.
        string[] own = Environment.IsPrivilegedProcess ? ["--net"] : ["--map-root-user", "--net"];
        _door = ChildProcess.Start("unshare", [.. own, "sh", "-c", "ip link set lo up && exec \"$@\"", "sh", DevServer.Python, Product.TestFile("door.py"), Socket]);
    }

    private string Socket => Path.Combine(_folder, "door");

    public static async Task<OwnNetwork> StartAsync()
    {
        var network = new OwnNetwork();
        try
        {
            await network._door.LineAsync("that it is open", line => line == "open");
            return network;
        }
        catch (InvalidOperationException error)
        {
            await network.DisposeAsync();
            throw new InvalidOperationException(
                $"No network of its own could be made, which this test needs: run it as root, or as a user who may make user namespaces, and see unshare(1). {error.Message}", error);
        }
    }

    /// <summary>The arguments of <c>nsenter</c> with which it becomes a program that lives in this network.</summary>
    public string[] Inside(string program, params string[] arguments)
    {
        string[] enter = Environment.IsPrivilegedProcess ? ["--net"] : ["--user", "--preserve-credentials", "--net"];
        return ["--target", $"{_door.Id}", .. enter, program, .. arguments];
    }

    public ChildProcess Start(string program, IEnumerable<string> arguments, string? directory = null, IReadOnlyDictionary<string, string?>? environment = null) =>
        ChildProcess.Start("nsenter", Inside(program, [.. arguments]), directory, environment);

    /// <summary>A connection to an address in this network. Throws <see cref="IOException"/> when nobody takes it.</summary>
    public async Task<Stream> ConnectAsync(string address, int port, CancellationToken cancellation)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(Socket), cancellation);
            var stream = new NetworkStream(socket, ownsSocket: true);
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"{address} {port}\n"), cancellation);
            return await stream.ReadAtLeastAsync(new byte[1], 1, throwOnEndOfStream: false, cancellation) == 1 ? stream : throw new IOException($"Nobody takes connections to {address} port {port}.");
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>What is still running in it has it until its own end.</summary>
    public async ValueTask DisposeAsync()
    {
        await _door.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
