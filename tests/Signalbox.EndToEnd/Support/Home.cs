using System.Security.Cryptography.X509Certificates;
using System.Text;
using Signalbox.Model;

namespace Signalbox.EndToEnd.Support;

/// <summary>
/// A home directory of a test's own, with ports of its own. Every process that was started for it is killed by its id when the test ends, also those it
/// did not start itself: a daemon started by a command, a dev server whose parent was killed.
/// </summary>
internal sealed class Home : IAsyncDisposable
{
    private readonly string _folder;
    private readonly List<ChildProcess> _children = [];

    /// <param name="yaml">More of <c>signalbox.yaml</c>, beside the ports.</param>
    public Home(string yaml = "")
    {
        // Short: the path of a unix socket holds at most 107 bytes.
        _folder = Directory.CreateTempSubdirectory("sb-").FullName;
        Layout = new HomeLayout(Path.Combine(_folder, "home"));
        Work = Directory.CreateDirectory(Path.Combine(_folder, "work")).FullName;
        Directory.CreateDirectory(Layout.Root, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        WriteConfig(yaml);
        Admin = new AdminClient(Layout.AdminSocket);
    }

    public HomeLayout Layout { get; }

    public int HttpPort { get; } = PortPool.Take();

    public int HttpsPort { get; } = PortPool.Take();

    /// <summary>An empty directory for projects, outside of the home and of every repository.</summary>
    public string Work { get; }

    public AdminClient Admin { get; }

    public string Url(string host, string path = "/") => $"https://{host}:{HttpsPort}{path}";

    public X509Certificate2 RootCertificate() => X509CertificateLoader.LoadCertificateFromFile(Layout.RootCertificate);

    /// <summary>Speaks to this home's router, trusting this home's root and nothing else.</summary>
    public RouterClient Client() => new(this);

    public void WriteConfig(string yaml) => File.WriteAllText(Layout.ConfigFile, $"listen: {{ http: {HttpPort}, https: {HttpsPort} }}\n{yaml}");

    /// <summary>The environment of every process of this home. The variable is also the mark by which left-over ones are found.</summary>
    public Dictionary<string, string?> Environment => new()
    {
        ["SIGNALBOX_HOME"] = Layout.Root, ["HOME"] = _folder, ["XDG_STATE_HOME"] = null, ["NO_COLOR"] = "1", ["TERM"] = "dumb",
        ["GIT_CEILING_DIRECTORIES"] = _folder, ["PORT"] = null, ["SIGNALBOX_TRANSPORT"] = TestTransport.Name,
    };

    public ChildProcess Start(string program, IEnumerable<string> arguments, string? directory = null, IReadOnlyDictionary<string, string?>? more = null)
    {
        var environment = Environment;
        foreach (var (name, value) in more ?? new Dictionary<string, string?>()) environment[name] = value;
        var child = ChildProcess.Start(program, arguments, directory ?? Work, environment);
        lock (_children) _children.Add(child);
        return child;
    }

    /// <summary>Starts one command of the program and does not wait for its end.</summary>
    public ChildProcess Cli(params string[] arguments) => Start(Product.Program, arguments);

    /// <summary>Runs one command of the program to its end.</summary>
    public Task<CliResult> RunAsync(params string[] arguments) => RunInAsync(Work, arguments);

    public async Task<CliResult> RunInAsync(string directory, params string[] arguments)
    {
        var child = Start(Product.Program, arguments, directory);
        var code = await child.ExitAsync();
        return new CliResult(code, string.Join('\n', child.Output), string.Join('\n', child.Errors));
    }

    /// <summary>Starts the daemon in the foreground and waits until it answers.</summary>
    public async Task<Daemon> UpAsync(params string[] more)
    {
        var daemon = new Daemon(this, Cli(["up", .. more]));
        await daemon.AnswersAsync();
        return daemon;
    }

    /// <summary>The processes of this home, found by the mark in their environment, oldest first.</summary>
    public IReadOnlyList<int> Processes()
    {
        var mark = Encoding.UTF8.GetBytes($"SIGNALBOX_HOME={Layout.Root}\0");
        return [.. Directory.EnumerateDirectories("/proc").Select(path => int.TryParse(Path.GetFileName(path), out var id) ? id : 0)
            .Where(id => id > 0 && id != System.Environment.ProcessId && ReadProc(id, "environ").AsSpan().IndexOf(mark) >= 0).Order()];
    }

    /// <summary>The ids of the daemons of this home: <c>signalbox up</c>, however it was started.</summary>
    public IReadOnlyList<int> Daemons() => [.. Processes().Where(id => Encoding.UTF8.GetString(ReadProc(id, "cmdline")).Split('\0') is [var program, "up", ..] && program.EndsWith("signalbox", StringComparison.Ordinal))];

    /// <summary>Waits until one daemon is left: of several started at once all but one find the home taken, and step back.</summary>
    public Task OneDaemonAsync() => Wait.UntilAsync("one daemon is left", () => Daemons().Count == 1, () => string.Join(' ', Daemons()));

    public async ValueTask DisposeAsync()
    {
        Admin.Dispose();
        foreach (var child in _children) await child.DisposeAsync();
        await Wait.UntilAsync("no process of the home is left", () =>
        {
            var left = Processes();
            foreach (var id in left) Signals.Send(id, Signals.Kill);
            return left.Count == 0;
        });
        Directory.Delete(_folder, recursive: true);
    }

    private static byte[] ReadProc(int id, string file)
    {
        try
        {
            return File.ReadAllBytes($"/proc/{id}/{file}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It ended in the meantime, or is another user's.
            return [];
        }
    }
}
