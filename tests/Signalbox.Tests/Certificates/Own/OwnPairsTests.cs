using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Signalbox.Certificates.Own;
using Signalbox.Model;
using Signalbox.Store;
using Signalbox.Store.Sqlite;
using Signalbox.Tests.Certificates.Issuing;
using Signalbox.Tests.Support;

namespace Signalbox.Tests.Certificates.Own;

/// <summary>Real files, as people and tools write them.</summary>
public sealed class OwnPairsTests : IAsyncDisposable
{
    private const string Host = "www.example.com";

    private readonly OwnCa _ca = new();
    private readonly TemporaryHome _home = new();
    private readonly SqliteClaimStore _store;
    private readonly OwnBook _book = new(TimeProvider.System);
    private readonly OwnPairs _pairs;

    public OwnPairsTests()
    {
        _store = SqliteClaimStore.Open(_home.Layout, TimeProvider.System).Value!;
        _pairs = Make(_book);
    }

    private string Certificate => Path.Combine(_home.Layout.Root, "cert.pem");

    private string Key => Path.Combine(_home.Layout.Root, "key.pem");

    private Items<OwnFiles> Files => [new OwnFiles(Host, Certificate, Key)];

    private OwnEntry Entry => _book.Table.Exact(Host)!;

    public async ValueTask DisposeAsync()
    {
        await _pairs.DisposeAsync();
        await _store.DisposeAsync();
        _home.Dispose();
        _ca.Dispose();
    }

    [Fact]
    public void Set_GoodFiles_AreInTheBookAtOnce()
    {
        var leaf = Write();
        _pairs.Set(Files);
        Serial(_book).ShouldBe(leaf.Serial);
        _pairs.Problems.ShouldBeEmpty();
    }

    [Fact]
    public void Set_RefusedFiles_LeaveTheNameWithoutAndSayWhy()
    {
        Write();
        File.WriteAllText(Key, _ca.Issue(Host).Key);
        _pairs.Set(Files);
        Entry.Held.ShouldBeNull();
        var report = OwnReports.Of(Entry, DateTimeOffset.UtcNow);
        report.State.ShouldBe("failed");
        report.Reason!.ShouldStartWith($"{Key}: The private key does not belong to the certificate for {Host}.");
        _pairs.Problems.ShouldHaveSingleItem().Subject.ShouldBe(Key);
    }

    [Fact]
    public void Set_MissingOrForeignFiles_AreRefusedEachForItself()
    {
        Write();
        var absent = Path.Combine(_home.Layout.Root, "absent.pem");
        _pairs.Set([.. Files, new OwnFiles("a.example.com", absent, absent), new OwnFiles("b.example.com", Certificate, Key), new OwnFiles("c.example.com", _home.Layout.Root, Key)]);
        Entry.Held.ShouldNotBeNull();
        _book.Table.Exact("a.example.com")!.Refusal!.Text.ShouldBe("There is no such file.");
        _book.Table.Exact("b.example.com")!.Refusal!.Text.ShouldBe($"The certificate is for {Host}, not for b.example.com.");
        _book.Table.Exact("c.example.com")!.Refusal!.Text.ShouldStartWith("The file cannot be read");
    }

    [Fact]
    public void Set_KeyEverybodyMayRead_IsANoticeAndNoRefusal()
    {
        Write();
        File.SetUnixFileMode(Key, UnixFileMode.UserRead | UnixFileMode.OtherRead);
        _pairs.Set(Files);
        Entry.Held.ShouldNotBeNull();
        OwnReports.Of(Entry, DateTimeOffset.UtcNow).Reason.ShouldBe($"Everybody on this machine may read the key: chmod o-r {Key}");
    }

    [Fact]
    public void Set_HostTakenOut_IsNoLongerOwn()
    {
        Write();
        _pairs.Set(Files);
        _pairs.Set([]);
        _book.Table.IsEmpty.ShouldBeTrue();
        _book.Keeps(Host).ShouldBeFalse();
    }

    [Fact]
    public void Set_HostMovedToFilesThatAreRefused_KeepsWhatItHas()
    {
        var leaf = Write();
        _pairs.Set(Files);
        var absent = Path.Combine(_home.Layout.Root, "absent.pem");
        _pairs.Set([new OwnFiles(Host, absent, absent)]);
        Serial(_book).ShouldBe(leaf.Serial);
        Entry.Refusal.ShouldNotBeNull();
    }

    [Fact]
    public async Task Replaced_CertificateThenKey_IsTakenUpAndTheHalfWrittenPairIsNeverTold()
    {
        var first = Write();
        _pairs.Set(Files);
        _pairs.Start();
        var told = new List<OwnEntry>();
        _book.Changed = () => told.Add(Entry);
        var second = _ca.Issue(Host);
        File.WriteAllText(Certificate, second.Certificate + _ca.IntermediatePem);

        // In between a handshake goes on with the first.
        Serial(_book).ShouldBe(first.Serial);
        File.WriteAllText(Key, second.Key);
        await UntilAsync("the second is shown", () => Serial(_book) == second.Serial);
        told.ToArray().ShouldAllBe(entry => entry.Refusal == null);
    }

    [Fact]
    public async Task Replaced_ByABadOne_KeepsTheLastGoodAndHealsByItself()
    {
        var first = Write();
        _pairs.Set(Files);
        _pairs.Start();
        File.WriteAllText(Key, _ca.Issue(Host).Key);
        await UntilAsync("the refusal is told", () => Entry.Refusal is not null);
        Serial(_book).ShouldBe(first.Serial);
        var report = OwnReports.Of(Entry, DateTimeOffset.UtcNow);
        report.State.ShouldBe("valid");
        report.Reason!.ShouldStartWith("What was given last is not used:");
        File.WriteAllText(Key, first.Key);
        await UntilAsync("it has healed", () => Entry.Refusal is null);
        Serial(_book).ShouldBe(first.Serial);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Replaced_BySwappedLinks_IsTakenUp(bool ofTheDirectory)
    {
        // As certbot does, whose live/NAME/*.pem lead to archive/NAME; or as Kubernetes does, where the directory itself is a link.
        string Archive(string name) => Directory.CreateDirectory(Path.Combine(_home.Layout.Root, "archive", name)).FullName;
        var live = Path.Combine(_home.Layout.Root, "live");
        var (one, two) = (Archive("one"), Archive("two"));
        var (first, second) = (_ca.Issue(Host), _ca.Issue(Host));
        foreach (var (directory, leaf) in new[] { (one, first), (two, second) })
        {
            File.WriteAllText(Path.Combine(directory, "fullchain.pem"), leaf.Certificate + _ca.IntermediatePem);
            File.WriteAllText(Path.Combine(directory, "privkey.pem"), leaf.Key);
        }

        if (!ofTheDirectory) Directory.CreateDirectory(live);
        (string, string, string) Link(string name) => (Path.Combine(live, name), Path.Combine(one, name), Path.Combine(two, name));
        List<(string, string, string)> links = ofTheDirectory ? [(live, one, two)] : [Link("fullchain.pem"), Link("privkey.pem")];
        foreach (var (link, before, _) in links) File.CreateSymbolicLink(link, before);
        _pairs.Set([new OwnFiles(Host, Path.Combine(live, "fullchain.pem"), Path.Combine(live, "privkey.pem"))]);
        _pairs.Start();
        Serial(_book).ShouldBe(first.Serial);
        foreach (var (link, _, after) in links)
        {
            File.CreateSymbolicLink(link + ".new", after);

            // rename(2), which the framework does not offer for a link to a directory.
            using var move = Process.Start("mv", ["-T", link + ".new", link]);
            await move.WaitForExitAsync(TestContext.Current.CancellationToken);
            move.ExitCode.ShouldBe(0);
        }

        await UntilAsync("the second is shown", () => Serial(_book) == second.Serial);
    }

    [Fact]
    public async Task Files_OfTheLastRightConfig_AreKnownToTheNextStart()
    {
        Write();
        _pairs.Set(Files);
        _pairs.Start();
        var store = new OwnStore(_store);
        await UntilAsync("they are kept", () => store.LoadFiles().ToItems() == Files);
        _pairs.Set([]);
        await UntilAsync("they are forgotten", () => store.LoadFiles().Count == 0);
    }

    /// <summary>A database that could not be read in the moment of the start left the files unwatched for good.</summary>
    [Fact]
    public async Task Store_ThatCannotBeRead_KeepsNoFileFromBeingWatched()
    {
        Write();
        await using var pairs = Make(_book, new RefusingStore(_store) { Fails = _ => true });
        pairs.Set(Files);
        pairs.Start();
        var next = Write();
        await UntilAsync("the next one is shown", () => Serial(_book) == next.Serial);
    }

    private static string? Serial(OwnBook book) => book.Look(Host).Certificate?.Leaf.SerialNumber;

    private static async Task UntilAsync(string what, Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!condition())
        {
            if (limit.IsCancellationRequested) throw new TimeoutException($"Waited in vain until {what}.");
            await Task.Delay(5, CancellationToken.None);
        }
    }

    private OwnPairs Make(OwnBook book, IRecordStore? store = null) =>
        new(book, new CertificateExam(new SystemRoots(() => [_ca.Root], TimeProvider.System), TimeProvider.System), new OwnStore(store ?? _store), TimeProvider.System, NullLogger.Instance);

    private OwnLeaf Write()
    {
        var leaf = _ca.Issue(Host);
        File.WriteAllText(Certificate, leaf.Certificate + _ca.IntermediatePem);
        File.WriteAllText(Key, leaf.Key);
        File.SetUnixFileMode(Key, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return leaf;
    }
}
