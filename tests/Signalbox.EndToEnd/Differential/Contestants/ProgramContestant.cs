using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Signalbox.EndToEnd.Support;
using Signalbox.Tests.Proxy.Support;

namespace Signalbox.EndToEnd.Differential.Contestants;

/// <summary>Another proxy: a process of its own, with a config made for it.</summary>
internal abstract class ProgramContestant : IContestant
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sb-").FullName;
    private ChildProcess? _process;

    public abstract string Name { get; }

    public int Port { get; } = PortPool.Take();

    public int SecurePort { get; } = PortPool.Take();

    /// <summary>A certificate and its key, for whatever name is asked for.</summary>
    protected string Certificate => Path.Combine(_folder, "certificate");

    public async Task StartAsync(IReadOnlyList<BackendOfHost> routes)
    {
        var config = Path.Combine(_folder, "config");
        using var certificate = SelfSignedBook.Make("localhost");
        using var key = certificate.GetECDsaPrivateKey()!;
        await File.WriteAllTextAsync(Certificate, certificate.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem() + "\n");
        await File.WriteAllTextAsync(config, ConfigOf(routes, _folder));
        var (program, arguments) = Command(config, _folder);
        _process = ChildProcess.Start(program, arguments);
        await Wait.UntilAsync(
            $"{Name} takes connections",
            async () =>
            {
                if (_process.HasExited) throw new InvalidOperationException(_process.Transcript);
                using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(IPAddress.Loopback, Port);
                return true;
            },
            () => _process.Transcript);
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null) await _process.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    protected abstract string ConfigOf(IReadOnlyList<BackendOfHost> routes, string folder);

    protected abstract (string Program, string[] Arguments) Command(string config, string folder);
}
