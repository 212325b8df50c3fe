using System.Runtime.InteropServices;
using System.Security.Cryptography.X509Certificates;
using Signalbox.Certificates.Book;
using Signalbox.Model;
using Signalbox.Tests.Certificates.Own;
using Signalbox.Tests.Support;

namespace Signalbox.Tests.Certificates.Book;

/// <summary>Which certificate the book shows for a name, and what it does with files it reads.</summary>
public sealed partial class PublicBookTests : IDisposable
{
    private const string Name = "www.example.com";
    private readonly TemporaryHome _home = new();
    private readonly OwnCa _ca = new();
    private readonly CertificateShelf _shelf;
    private readonly PublicBook _book;
    private readonly List<string> _damaged = [];

    public PublicBookTests()
    {
        _shelf = new CertificateShelf(_home.Layout);
        _book = new PublicBook(_shelf) { Damaged = (name, _) => _damaged.Add(name), Unreadable = problem => _damaged.Add(problem.Text) };
    }

    public void Dispose()
    {
        _ca.Dispose();
        _home.Dispose();
    }

    [Theory]
    [InlineData("www.example.com", "www.example.com")]
    [InlineData("other.example.com", "*.example.com")]
    [InlineData("deep.www.example.com", null)]
    [InlineData("example.com", null)]
    [InlineData("com", null)]
    [InlineData("www.example.org", null)]
    public async Task Name_AskedFor_HasItsOwnThenTheWildcardOfOneLabelThenNone(string host, string? shown)
    {
        foreach (var kept in new[] { "*.example.com", Name })
        {
            _shelf.Write(kept, Held(kept)).ShouldBeNull();
            _book.Put(kept);
        }

        _book.Covers(host).ShouldBe(shown is not null);
        var name = (await _book.FindAsync(host, keep: true))?.Leaf.GetNameInfo(X509NameType.SimpleName, forIssuer: false);
        name.ShouldBe(shown);
    }

    [Fact]
    public async Task Name_ThatIsRemoved_IsLeftToTheWildcard()
    {
        var (own, wildcard) = (Held(Name), Held("*.example.com"));
        _book.Put(Name, own);
        _book.Put("*.example.com", wildcard);
        (await _book.FindAsync(Name, keep: true)).ShouldBeSameAs(own.Server);
        _book.Remove(Name);
        (await _book.FindAsync(Name, keep: true)).ShouldBeSameAs(wildcard.Server);
    }

    /// <summary>Read when it is first asked for, once for all who ask, and not again.</summary>
    [Fact]
    public async Task File_OfAName_IsReadOnceHoweverManyAsk()
    {
        if (OperatingSystem.IsWindows()) return;
        var held = Held(Name);
        MakePipe();
        _book.Put(Name);
        var asking = Enumerable.Range(0, 20).Select(_ => _book.FindAsync(Name, keep: true).AsTask()).ToList();
        asking.ShouldAllBe(one => !one.IsCompleted);
        await File.WriteAllTextAsync(Path, held.Pem, Cancellation);
        var shown = (await Task.WhenAll(asking).WaitAsync(Cancellation)).Distinct().ShouldHaveSingleItem()!;
        shown.Leaf.SerialNumber.ShouldBe(held.Server.Leaf.SerialNumber);
        File.Delete(Path);
        (await _book.FindAsync(Name, keep: true)).ShouldBeSameAs(shown);
        _damaged.ShouldBeEmpty();
    }

    /// <summary>Whoever asked before has what was there then, or nothing where that is damaged; whoever asks after it has the new one at once, and keeps it.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Certificate_ThatComesWhileTheFormerIsRead_IsTheOneFromThenOn(bool isDamaged)
    {
        if (OperatingSystem.IsWindows()) return;
        var (former, next) = (Held(Name), Held(Name));
        MakePipe();
        _book.Put(Name);
        var asking = _book.FindAsync(Name, keep: true).AsTask();
        _book.Put(Name, next);
        (await _book.FindAsync(Name, keep: true)).ShouldBeSameAs(next.Server);
        asking.IsCompleted.ShouldBeFalse();
        await File.WriteAllTextAsync(Path, isDamaged ? "rubbish" : former.Pem, Cancellation);
        var earlier = (await asking.WaitAsync(Cancellation))?.Leaf.SerialNumber;
        earlier.ShouldBe(isDamaged ? null : former.Server.Leaf.SerialNumber);
        (await _book.FindAsync(Name, keep: true)).ShouldBeSameAs(next.Server);

        // Nobody is told to order anew what is sound.
        _damaged.ShouldBeEmpty();
    }

    [Fact]
    public async Task File_ThatIsDamaged_TakesItsNameAloneOutOfTheBook()
    {
        _shelf.Write(Name, Held("other.example.com")).ShouldBeNull();
        var wildcard = Held("*.example.com");
        _book.Put(Name);
        _book.Put("*.example.com", wildcard);
        (await _book.FindAsync(Name, keep: true)).ShouldBeNull();
        _damaged.ShouldBe([Name]);
        (await _book.FindAsync(Name, keep: true)).ShouldBeSameAs(wildcard.Server);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Path => _home.Layout.PublicCertificate(Name);

    /// <summary>A file whose reader waits until somebody writes it.</summary>
    private void MakePipe()
    {
        Directory.CreateDirectory(_home.Layout.PublicCertificates);
        MakePipe(Path, 0x180).ShouldBe(0);
    }

    [LibraryImport("libc", EntryPoint = "mkfifo", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MakePipe(string path, uint mode);

    private HeldCertificate Held(params string[] names)
    {
        var leaf = _ca.Issue(names);
        return HeldCertificate.Parse("test", leaf.Certificate, leaf.Key).Value!;
    }
}
