using System.Collections.Concurrent;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Signalbox.Model;
using Signalbox.Sources.Files;

namespace Signalbox.Tests.Sources.Files;

public sealed class FileSourceTests : IDisposable
{
    private const string One = "routes:\n- { host: one.test, to: 3001 }\n";
    private const string Two = "routes:\n- { host: one.test, to: 3001 }\n- { host: two.test, to: 3002 }\n";

    private readonly string _root = Directory.CreateTempSubdirectory("signalbox-files-").FullName;

    private string Config => Path.Combine(_root, "signalbox.yaml");

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task Watch_FileWithARoute_TellsTheClaim()
    {
        File.WriteAllText(Config, "routes:\n- { host: One.test, path: /v1, to: 3001, tls: off, hostHeader: x.test }\n");
        await using var watch = Watch();
        var claim = (await watch.NextAsync()).Claims.ShouldHaveSingleItem();
        claim.ShouldBe(new Claim
        {
            Owner = Naming.FileOwner(Config, "one.test", "/v1"),
            Hosts = ["one.test"],
            Path = "/v1",
            Backends = [new Backend(BackendScheme.Http, "localhost", 3001)],
            Tls = TlsMode.Off,
            HostHeader = "x.test",
            Label = "signalbox.yaml",
        });
    }

    /// <summary>Whoever lives by other parts of the file hears of each right one, also where the routes stay the same, and of no wrong one.</summary>
    [Fact]
    public async Task Watch_ChangeOfAnotherPartThanRoutes_IsRead()
    {
        var read = new ConcurrentQueue<int>();
        File.WriteAllText(Config, One);
        await using var watch = new Watching(new FileSource(Config, TimeProvider.System, NullLogger.Instance) { Read = config => read.Enqueue(config.Names.Count) });
        await watch.ShouldTell("one.test");
        File.WriteAllText(Config, One + "certificates: { names: [{ host: one.test, off: true }] }");
        await Eventually(() => read.LastOrDefault() == 1);
        File.WriteAllText(Config, One + "certificates: { names: [{ host: one.test, of: true }] }");
        (await watch.NextAsync()).Claims.ShouldBeNull();
        read.Last().ShouldBe(1);
        File.WriteAllText(Config, One);
        await watch.ShouldTell("one.test");
        read.Last().ShouldBe(0);

        static async Task Eventually(Func<bool> condition)
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
            while (!condition()) await Task.Delay(5, limit.Token);
        }
    }

    [Fact]
    public async Task Watch_NoFileYet_TellsNothingAndThenWhatIsMade()
    {
        await using var watch = Watch();
        (await watch.NextAsync()).Claims.ShouldBeEmpty();
        File.WriteAllText(Config, One);
        await watch.ShouldTell("one.test");
    }

    [Fact]
    public async Task Watch_DirectoriesThatComeLater_AreNoticed()
    {
        var deep = Path.Combine(_root, "a", "b", "signalbox.yaml");
        await using var watch = Watch(deep);
        (await watch.NextAsync()).Claims.ShouldBeEmpty();
        Directory.CreateDirectory(Path.GetDirectoryName(deep)!);
        File.WriteAllText(deep, One);
        await watch.ShouldTell("one.test");
    }

    [Fact]
    public async Task Watch_AtomicRenames_AreEachPickedUp()
    {
        File.WriteAllText(Config, One);
        await using var watch = Watch();
        await watch.ShouldTell("one.test");
        for (var round = 0; round < 5; round++)
        {
            var text = round % 2 == 0 ? Two : One;
            File.WriteAllText(Config + ".tmp", text);
            File.Move(Config + ".tmp", Config, overwrite: true);
            await watch.ShouldTell(round % 2 == 0 ? ["one.test", "two.test"] : ["one.test"]);
        }
    }

    [Fact]
    public async Task Watch_EditorThatRemovesAndWritesAnew_NeverTellsAnEmptySet()
    {
        File.WriteAllText(Config, One);
        await using var watch = Watch();
        await watch.ShouldTell("one.test");

        // As vim does with a backup file, and as a shell's redirection does.
        File.Move(Config, Config + "~");
        File.WriteAllText(Config, Two);
        await watch.ShouldTell("one.test", "two.test");
        File.WriteAllText(Config, "");
        File.WriteAllText(Config, One);
        await watch.ShouldTell("one.test");
    }

    [Fact]
    public async Task Watch_EditorThatTakesItsTimeToWriteAnew_NeverTellsAnEmptySet()
    {
        File.WriteAllText(Config, One);
        var time = new SourceTime { HoldDoubt = true };
        await using var watch = Watch(time: time);
        await watch.ShouldTell("one.test");
        File.Delete(Config);
        await time.DoubtedAsync();
        File.WriteAllText(Config, Two);
        await watch.ShouldTell("one.test", "two.test");
    }

    [Fact]
    public async Task Watch_DeletedAndMadeAgain_TellsBoth()
    {
        File.WriteAllText(Config, One);
        await using var watch = Watch();
        await watch.ShouldTell("one.test");
        File.Delete(Config);
        await watch.ShouldTell();
        File.WriteAllText(Config, One);
        await watch.ShouldTell("one.test");
    }

    [Fact]
    public async Task Watch_DirectoryDeletedAndMadeAgain_TellsBoth()
    {
        var directory = Directory.CreateDirectory(Path.Combine(_root, "conf")).FullName;
        var file = Path.Combine(directory, "signalbox.yaml");
        File.WriteAllText(file, One);
        await using var watch = Watch(file);
        await watch.ShouldTell("one.test");
        Directory.Delete(directory, recursive: true);
        await watch.ShouldTell();
        Directory.CreateDirectory(directory);
        File.WriteAllText(file, Two);
        await watch.ShouldTell("one.test", "two.test");
        File.WriteAllText(file, One);
        await watch.ShouldTell("one.test");
    }

    [Fact]
    public async Task Watch_ChangeThatSendsNoEvent_IsFoundByThePoll()
    {
        // Events come from the link's directory only; the file it leads to lies in another one.
        var target = Path.Combine(Directory.CreateDirectory(Path.Combine(_root, "elsewhere")).FullName, "real.yaml");
        File.WriteAllText(target, One);
        File.CreateSymbolicLink(Config, target);
        await using var watch = Watch(time: new SourceTime { Speed = 20 });
        await watch.ShouldTell("one.test");
        File.WriteAllText(target, Two);
        await watch.ShouldTell("one.test", "two.test");
    }

    [Fact]
    public async Task Watch_BadEdit_TellsAllProblemsWithoutClaimsUntilItIsHealed()
    {
        File.WriteAllText(Config, One);
        await using var watch = Watch();
        await watch.ShouldTell("one.test");

        File.WriteAllText(Config, "routes:\n- { host: one_.test, to: 0 }\n");
        var bad = await watch.NextAsync();
        bad.Claims.ShouldBeNull();
        bad.Problems.Select(problem => problem.Subject).ShouldBe([$"{Config}:2:11", $"{Config}:2:26"]);

        File.WriteAllText(Config, One);
        var healed = await watch.NextAsync();
        healed.Problems.ShouldBeEmpty();
        healed.Claims!.Select(claim => claim.Hosts[0]).ShouldBe(["one.test"]);
    }

    [Fact]
    public async Task Watch_EditsThatMeanTheSame_AreNotTold()
    {
        File.WriteAllText(Config, One);
        var time = new SourceTime();
        await using var watch = Watch(time: time);
        await watch.ShouldTell("one.test");
        await time.LookedAsync();

        // Written again, touched, and moved down by a comment: what is told next is the next change of meaning.
        foreach (var text in (string[])[One, "# first\n\n\n" + One, One.Replace("one.test", "ONE.test.")])
        {
            File.WriteAllText(Config + ".tmp", text);
            File.Move(Config + ".tmp", Config, overwrite: true);
            await time.LookedAsync();
        }

        File.WriteAllText(Config, Two);
        await watch.ShouldTell("one.test", "two.test");
        watch.Told.ShouldBe(2);
    }

    [Fact]
    public async Task Watch_OneHundredThousandRoutes_AreToldWholeAndSoIsAChangeOfOne()
    {
        var text = new StringBuilder("routes:\n");
        for (var i = 0; i < 100_000; i++) text.Append($"- {{ host: app-{i}.test, to: \"http://127.0.0.1:3000\" }}\n");
        File.WriteAllText(Config, text.ToString());
        await using var watch = Watch();
        (await watch.NextAsync()).Claims!.Count.ShouldBe(100_000);
        File.AppendAllText(Config, "- { host: one-more.test, to: 1 }\n");
        var more = (await watch.NextAsync()).Claims!;
        more.Count.ShouldBe(100_001);
        more[^1].Hosts[0].ShouldBe("one-more.test");
    }

    private Watching Watch(string? path = null, TimeProvider? time = null) =>
        new(new FileSource(path ?? Config, time ?? TimeProvider.System, NullLogger.Instance));
}
