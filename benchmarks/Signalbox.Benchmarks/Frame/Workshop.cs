using Signalbox.EndToEnd.Support;

namespace Signalbox.Benchmarks.Frame;

/// <summary>Where a run keeps its files, and what all contestants share: the certificate and the backends.</summary>
internal sealed class Workshop : IAsyncDisposable
{
    private readonly List<ChildProcess> _children = [];
    private int _folders;

    /// <summary>Short: the path of a unix socket holds at most 107 bytes.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("sbb-").FullName;

    /// <summary>The certificate and its key, in PEM: ECDSA P-256 for <c>bench.localhost</c> and every name one level below it.</summary>
    public string CertificateFile => Path.Combine(Folder, "certificate.pem");

    public string KeyFile => Path.Combine(Folder, "key.pem");

    /// <summary>Both in one file, as HAProxy wants them.</summary>
    public string BundleFile => Path.Combine(Folder, "bundle.pem");

    /// <summary>Workers, threads, loops: one a core, for every contestant.</summary>
    public static int Cores => Environment.ProcessorCount;

    /// <summary>Started by root, nginx would run its workers as another user, who may not read what is in the folder.</summary>
    public static string NginxUser => Environment.UserName == "root" ? "user root;" : "";

    /// <summary>A new folder of one contestant.</summary>
    public string NewFolder(string name) => Directory.CreateDirectory(Path.Combine(Folder, $"{Interlocked.Increment(ref _folders)}-{name}")).FullName;

    /// <summary>A program that is ended by its id at the latest when the run ends. Its caller may end it before, and does not dispose of it.</summary>
    public ChildProcess Start(string program, IEnumerable<string> arguments, string? directory = null, IReadOnlyDictionary<string, string?>? environment = null)
    {
        var child = ChildProcess.Start(program, arguments, directory ?? Folder, environment);
        lock (_children) _children.Add(child);
        return child;
    }

    /// <summary>Ends a program as a service manager does: nginx and HAProxy end their own children only when they are asked to.</summary>
    public static async Task EndAsync(ChildProcess? child)
    {
        if (child is null || child.HasExited) return;
        child.Signal(Signals.Terminate);
        await child.ExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var child in _children)
        {
            await EndAsync(child);
            await child.DisposeAsync();
        }

        Directory.Delete(Folder, recursive: true);
    }
}
