using System.Globalization;
using Signalbox.Host;
using Signalbox.Tests.Support;

namespace Signalbox.Tests.Host;

/// <summary>What the framework's socket engine is told before the first socket, in surroundings of the test's own.</summary>
public sealed class SocketEngineTests : IDisposable
{
    private const string Inline = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";
    private const string Threads = "DOTNET_SYSTEM_NET_SOCKETS_THREAD_COUNT";

    private static readonly string Cores = Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture);

    private readonly TemporaryHome _home = new();
    private readonly Dictionary<string, string> _surroundings = [];

    [Theory]
    [InlineData("transport: sockets\n", null)]
    [InlineData("listen: { http: 0 }\n\"transport\": 'sockets'\n", "epoll")]
    [InlineData("baseDomains: [localhost]\n", "sockets")]
    [InlineData(null, "sockets")]
    // A file that cannot be read says nothing; the start that follows tells what is wrong with it.
    [InlineData("transport: sockets\nnonsense: [\n", "sockets")]
    public void Sockets_Wanted_CompletesInlineOnOneThreadACore(string? config, string? surroundings)
    {
        Prepare(config, surroundings);
        _surroundings[Inline].ShouldBe("1");
        _surroundings[Threads].ShouldBe(Cores);
    }

    [Theory]
    [InlineData("transport: epoll\n", "sockets")]
    [InlineData("transport: epoll\n", null)]
    [InlineData("# transport: sockets\n", null)]
    [InlineData(null, null)]
    public void Epoll_Wanted_TellsTheEngineNothing(string? config, string? surroundings)
    {
        Prepare(config, surroundings);
        _surroundings.ShouldNotContainKey(Inline);
        _surroundings.ShouldNotContainKey(Threads);
    }

    [Theory]
    [InlineData(Inline, "0", Threads)]
    [InlineData(Threads, "7", Inline)]
    public void Variable_SetBefore_IsLeftAlone(string set, string value, string other)
    {
        _surroundings[set] = value;
        Prepare("transport: sockets\n", null);
        _surroundings[set].ShouldBe(value);
        _surroundings[other].ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public void Config_OfAnotherName_IsTheOneThatCounts()
    {
        File.WriteAllText(_home.Layout.ConfigFile, "transport: epoll\n");
        var other = Path.Combine(_home.Layout.Root, "other.yaml");
        File.WriteAllText(other, "transport: sockets\n");
        Prepare(new DaemonOptions(_home.Layout, null, null, null, other));
        _surroundings[Inline].ShouldBe("1");
    }

    public void Dispose() => _home.Dispose();

    private void Prepare(string? config, string? surroundings)
    {
        if (config is not null) File.WriteAllText(_home.Layout.ConfigFile, config);
        if (surroundings is not null) _surroundings[TransportChoice.Variable] = surroundings;
        Prepare(new DaemonOptions(_home.Layout, null, null, null, null));
    }

    private void Prepare(DaemonOptions options) => SocketEngine.Prepare(options, _surroundings.GetValueOrDefault, (name, value) => _surroundings[name] = value);
}
