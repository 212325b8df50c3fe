using Signalbox.Certificates;
using Signalbox.Certificates.Book;
using Signalbox.Certificates.Own;
using Signalbox.Model;
using Signalbox.Tests.Support;

namespace Signalbox.Tests.Certificates.Own;

/// <summary>Who answers for a name: people's own certificates, then the other books.</summary>
public sealed class OwnBookTests : IDisposable
{
    private readonly OwnCa _ca = new();
    private readonly FakeTimeProvider _time = new();
    private readonly OwnBook _own;
    private readonly OtherBook _other = new();
    private readonly CertificateBooks _books;

    public OwnBookTests()
    {
        _own = new OwnBook(_time);
        _books = new CertificateBooks(_own, _other);
    }

    public void Dispose() => _ca.Dispose();

    [Fact]
    public async Task Find_NothingOwn_AsksTheOthers()
    {
        _other.Names.Add("www.example.com");
        _books.Covers("www.example.com").ShouldBeTrue();
        (await _books.FindAsync("www.example.com", true)).ShouldBe(_other.Certificate);
        _books.Covers("a.example.com").ShouldBeFalse();
        (await _books.FindAsync("a.example.com", true)).ShouldBeNull();
    }

    [Fact]
    public async Task Find_FilesForAHost_ComeBeforeAnyOther()
    {
        _other.Names.Add("www.example.com");
        var held = Held("www.example.com");
        _own.PutFiles([new OwnEntry("www.example.com", "cert.pem", held)]);
        (await _books.FindAsync("www.example.com", true)).ShouldBe(held.Server);
        _own.Keeps("www.example.com").ShouldBeTrue();
    }

    [Fact]
    public async Task Find_RefusedFilesForAHost_NobodyAnswersInTheirPlace()
    {
        _other.Names.Add("www.example.com");
        _own.PutFiles([new OwnEntry("www.example.com", "cert.pem", null)]);
        _books.Covers("www.example.com").ShouldBeFalse();
        (await _books.FindAsync("www.example.com", true)).ShouldBeNull();
        _own.Keeps("www.example.com").ShouldBeTrue();
    }

    [Fact]
    public async Task Find_RefusedFilesForAWildcard_HarmNoNameThatHasAnother()
    {
        _other.Names.Add("www.example.com");
        _own.PutFiles([new OwnEntry("*.example.com", "cert.pem", null)]);
        (await _books.FindAsync("www.example.com", true)).ShouldBe(_other.Certificate);
        _own.Keeps("www.example.com").ShouldBeFalse();
        _own.Keeps("*.example.com").ShouldBeTrue();
    }

    /// <summary>The local authority answered for hosts of a wildcard whose files were refused, though their config says what they are to be shown with.</summary>
    [Fact]
    public async Task Find_RefusedFilesForAWildcard_NobodyAnswersForHostsThatAreHereByItAlone()
    {
        _other.Names.Add("www.example.com");
        _own.HasRoute = host => host == "own.example.com";
        _own.PutFiles([new OwnEntry("*.example.com", "cert.pem", null)]);
        _books.Covers("www.example.com").ShouldBeFalse();
        (await _books.FindAsync("www.example.com", true)).ShouldBeNull();
        _own.Find("www.example.com")!.Name.ShouldBe("*.example.com");

        // One with a route of its own has what that route says, as has a name further down.
        _other.Names.UnionWith(["own.example.com", "a.b.example.com"]);
        (await _books.FindAsync("own.example.com", true)).ShouldBe(_other.Certificate);
        (await _books.FindAsync("a.b.example.com", true)).ShouldBe(_other.Certificate);
    }

    [Fact]
    public async Task Find_FilesThatHaveEnded_AreShownAllTheSame()
    {
        var held = Held("www.example.com");
        _other.Names.Add("www.example.com");
        _own.PutFiles([new OwnEntry("www.example.com", "cert.pem", held)]);
        _time.Advance(TimeSpan.FromDays(61));
        (await _books.FindAsync("www.example.com", true)).ShouldBe(held.Server);
        OwnReports.Of(_own.Find("www.example.com")!, _time.GetUtcNow()).State.ShouldBe("expired");
    }

    [Fact]
    public async Task Find_Wildcard_StandsForExactlyOneLabel()
    {
        var held = Held("*.example.com");
        _own.PutImports([Imported("*.example.com", held)]);
        (await _books.FindAsync("a.example.com", true)).ShouldBe(held.Server);
        (await _books.FindAsync("*.example.com", true)).ShouldBe(held.Server);
        _books.Covers("a.b.example.com").ShouldBeFalse();
        _books.Covers("example.com").ShouldBeFalse();
        _books.Covers(".example.com").ShouldBeFalse();
        _books.Covers("xexample.com").ShouldBeFalse();
    }

    [Fact]
    public async Task Import_NearItsEnd_LetsAnotherBeOrderedAndGivesWayWhenItHasEnded()
    {
        var held = Held("www.example.com");
        _own.PutImports([Imported("www.example.com", held)]);
        _own.Keeps("www.example.com").ShouldBeTrue();

        // Its 90 days end in 60: the last tenth begins in 51.
        _time.Advance(TimeSpan.FromDays(50.5));
        _own.Keeps("www.example.com").ShouldBeTrue();
        _time.Advance(TimeSpan.FromDays(1));
        _own.Keeps("www.example.com").ShouldBeFalse();
        _other.Names.Add("www.example.com");
        (await _books.FindAsync("www.example.com", true)).ShouldBe(held.Server);
        _time.Advance(TimeSpan.FromDays(9));
        (await _books.FindAsync("www.example.com", true)).ShouldBe(_other.Certificate);

        // For want of another, clients are told that it has ended, and not that there is none.
        _other.Names.Clear();
        _books.Covers("www.example.com").ShouldBeTrue();
        (await _books.FindAsync("www.example.com", true)).ShouldBe(held.Server);
    }

    [Fact]
    public void Look_HundredThousandHandshakes_AllocateNothing()
    {
        _own.PutImports([Imported("*.example.com", Held("*.example.com"))]);
        foreach (var host in new[] { "www.example.com", "other.com" })
        {
            _own.Look(host);
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 100_000; i++) _own.Look(host);
            (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(10_000);
        }
    }

    private static OwnEntry Imported(string name, HeldCertificate held) => new(name, "imported.pem", held) { Import = "id" };

    private HeldCertificate Held(params string[] names)
    {
        var leaf = _ca.Issue(names);
        return HeldCertificate.Parse("test", leaf.Certificate, leaf.Key).Value!;
    }

    private sealed class OtherBook : ICertificateBook
    {
        public HashSet<string> Names { get; } = [];

        public ServerCertificate Certificate { get; } = new(null!, []);

        public bool Covers(string host) => Names.Contains(host);

        public ValueTask<ServerCertificate?> FindAsync(string host, bool keep) => new(Certificate);
    }
}
