using Signalbox.Certificates.Own;
using Signalbox.Model;
using Signalbox.Store.Sqlite;
using Signalbox.Tests.Support;

namespace Signalbox.Tests.Certificates.Own;

public sealed class ImportsTests : IAsyncDisposable
{
    private readonly OwnCa _ca = new();
    private readonly TemporaryHome _home = new();
    private readonly SqliteClaimStore _store;
    private OwnBook _book;
    private Imports _imports;

    public ImportsTests()
    {
        _store = SqliteClaimStore.Open(_home.Layout, TimeProvider.System).Value!;
        (_book, _imports) = Start();
    }

    private string[] Kept => [.. Directory.EnumerateFiles(_home.Layout.ImportedCertificates)];

    public async ValueTask DisposeAsync()
    {
        _imports.Dispose();
        await _store.DisposeAsync();
        _home.Dispose();
        _ca.Dispose();
    }

    [Fact]
    public async Task Import_AllNames_AreShownAlsoAfterARestart()
    {
        var leaf = _ca.Issue("www.example.com", "*.example.net");
        var imported = await ImportAsync(leaf);
        imported.Value.Select(entry => entry.Name).ShouldBe(["*.example.net", "www.example.com"]);
        imported.Value.ShouldAllBe(entry => entry.Notice!.StartsWith("The chain ends at", StringComparison.Ordinal));
        Serial("www.example.com").ShouldBe(leaf.Serial);
        Serial("a.example.net").ShouldBe(leaf.Serial);
        Serial("a.example.com").ShouldBeNull();
        File.GetUnixFileMode(Kept.ShouldHaveSingleItem()).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);

        Restart();
        Serial("www.example.com").ShouldBe(leaf.Serial);
        Serial("a.example.net").ShouldBe(leaf.Serial);
    }

    [Fact]
    public async Task Import_NamesTold_AreTheOnlyOnes()
    {
        var leaf = _ca.Issue("www.example.com", "*.example.net");
        (await ImportAsync(leaf, "B.example.net")).Value.ShouldHaveSingleItem().Name.ShouldBe("b.example.net");
        Serial("www.example.com").ShouldBeNull();
        Serial("b.example.net").ShouldBe(leaf.Serial);
        Serial("a.example.net").ShouldBeNull();
    }

    [Fact]
    public async Task Import_NameItIsNotFor_IsRefusedAndNothingIsKept()
    {
        var problem = (await ImportAsync(_ca.Issue("www.example.com"), "a.example.com")).Problem;
        problem.Text.ShouldBe("The certificate is for www.example.com, not for a.example.com.");
        Directory.Exists(_home.Layout.ImportedCertificates).ShouldBeFalse();
        _book.Table.IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public async Task Import_BadOne_LeavesTheEarlierOne()
    {
        var good = _ca.Issue("www.example.com");
        await ImportAsync(good);
        var ended = _ca.Issue(new LeafWish { To = TimeSpan.FromDays(-1) }, "www.example.com");
        (await ImportAsync(ended)).Problem.Text.ShouldContain("ended on");
        Serial("www.example.com").ShouldBe(good.Serial);
        Restart();
        Serial("www.example.com").ShouldBe(good.Serial);
    }

    [Fact]
    public async Task Import_SameOrMoreNames_ReplacesTheEarlierOne()
    {
        await ImportAsync(_ca.Issue("www.example.com"));
        var second = _ca.Issue("www.example.com");
        await ImportAsync(second);
        Kept.ShouldHaveSingleItem();
        Serial("www.example.com").ShouldBe(second.Serial);
        var third = _ca.Issue("www.example.com", "a.example.com");
        await ImportAsync(third);
        Kept.ShouldHaveSingleItem();
        Serial("www.example.com").ShouldBe(third.Serial);
        Restart();
        Serial("www.example.com").ShouldBe(third.Serial);
    }

    [Fact]
    public async Task Import_SomeOfTheNames_ComesBeforeTheEarlierOneForThese()
    {
        var both = _ca.Issue("a.example.com", "b.example.com");
        await ImportAsync(both);
        var one = _ca.Issue("b.example.com");
        await ImportAsync(one);
        Restart();
        Serial("a.example.com").ShouldBe(both.Serial);
        Serial("b.example.com").ShouldBe(one.Serial);
    }

    [Fact]
    public async Task Remove_AnyOfItsNames_TakesItAwayWithItsFile()
    {
        await ImportAsync(_ca.Issue("www.example.com", "*.example.net"));
        (await _imports.RemoveAsync("a.example.net"))!.Advice.ShouldBe("signalbox cert remove '*.example.net'");
        (await _imports.RemoveAsync("*.example.net")).ShouldBeNull();
        Kept.ShouldBeEmpty();
        _book.Table.IsEmpty.ShouldBeTrue();
        (await _imports.RemoveAsync("*.example.net"))!.Type.ShouldBe(ProblemType.NotFound);
        Restart();
        _book.Table.IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public async Task Load_DamagedFile_IsAProblemOfItsNamesAloneAndALeftoverGoes()
    {
        await ImportAsync(_ca.Issue("a.example.com"));
        var good = _ca.Issue("b.example.com");
        await ImportAsync(good);
        File.WriteAllText(Kept.Single(path => path.Contains("a.example.com", StringComparison.Ordinal)), "rubbish");
        var leftover = Path.Combine(_home.Layout.ImportedCertificates, "left.pem");
        File.WriteAllText(leftover, "of a crash");
        Restart();
        File.Exists(leftover).ShouldBeFalse();
        Serial("b.example.com").ShouldBe(good.Serial);
        Serial("a.example.com").ShouldBeNull();
        _imports.Problems.ShouldHaveSingleItem().Advice.ShouldBe("Import it again.");
        OwnReports.Of(_book.Find("a.example.com")!, DateTimeOffset.UtcNow).State.ShouldBe("failed");

        // It is nobody's any more: another one may be had for the name.
        _book.Keeps("a.example.com").ShouldBeFalse();
    }

    private Task<Outcome<Items<OwnEntry>>> ImportAsync(OwnLeaf leaf, params string[] names) =>
        _imports.ImportAsync(new PairText("certificate", "key", leaf.Certificate + _ca.IntermediatePem, leaf.Key), names);

    private string? Serial(string host) => _book.Look(host).Certificate?.Leaf.SerialNumber;

    private void Restart()
    {
        _imports.Dispose();
        (_book, _imports) = Start();
    }

    private (OwnBook, Imports) Start()
    {
        var book = new OwnBook(TimeProvider.System);
        var exam = new CertificateExam(new SystemRoots(() => [], TimeProvider.System), TimeProvider.System);
        var imports = new Imports(book, exam, new OwnStore(_store), _home.Layout, TimeProvider.System);
        imports.Load();
        return (book, imports);
    }
}
