using Signalbox.Model;
using Signalbox.Sources.DevServers;

namespace Signalbox.Tests.Sources.DevServers;

public sealed class CommandEnvironmentTests : IDisposable
{
    private static readonly CommandEnvironment Environment = new(4123, "127.0.0.1", "https://shop.main.localhost");

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Fill_Placeholders_AreReplaced() =>
        Environment.Fill("--listen={host}:{port} --public {url} {other}").ShouldBe("--listen=127.0.0.1:4123 --public https://shop.main.localhost {other}");

    [Theory]
    [InlineData("a.localhost", null)]
    [InlineData("a.example.test", "a.example.test")]
    [InlineData("a.localhost b.test", "b.test")]
    [InlineData("app.example.test admin.example.test", ".example.test")]
    [InlineData("example.test admin.example.test", ".example.test")]
    [InlineData("*.example.test", ".example.test")]
    [InlineData("a.test b.test", "a.test")]
    [InlineData("notlocalhost", "notlocalhost")]
    public void AllowedHost_Names_GiveViteOneEntry(string hosts, string? entry) => CommandEnvironment.AllowedHost(hosts.Split(' ')).ShouldBe(entry);

    [Fact]
    public void Variables_OwnAllowedHost_IsKept()
    {
        Environment.Variables(["a.test"], null, _ => null)["__VITE_ADDITIONAL_SERVER_ALLOWED_HOSTS"].ShouldBe("a.test");
        Environment.Variables(["a.test"], null, _ => "mine.test").Keys.ShouldNotContain("__VITE_ADDITIONAL_SERVER_ALLOWED_HOSTS");
    }

    [Fact]
    public void Combine_OwnRoots_AreJoinedInOneFileOnce()
    {
        var home = new HomeLayout(_folder.Root);
        var root = _folder.File("authority/root.pem", "OURS\n");
        var own = _folder.File("corp.pem", "THEIRS\n");
        NodeCertificates.Combine(home, root, null).Value.ShouldBe(root);
        NodeCertificates.Combine(home, root, _folder.Root + "/missing.pem").Value.ShouldBe(root);
        var joined = NodeCertificates.Combine(home, root, own).Value!;
        File.ReadAllText(joined).ShouldBe("THEIRS\nOURS\n");
        var written = File.GetLastWriteTimeUtc(joined);
        NodeCertificates.Combine(home, root, own).Value.ShouldBe(joined);
        File.GetLastWriteTimeUtc(joined).ShouldBe(written);
        // A command started by a command of ours already has both.
        NodeCertificates.Combine(home, root, joined).Value.ShouldBe(joined);
    }

    [Fact]
    public async Task Combine_ManyAtOnce_AllGetTheWholeFile()
    {
        var home = new HomeLayout(_folder.Root);
        var root = _folder.File("authority/root.pem", "OURS\n");
        var own = _folder.File("corp.pem", "THEIRS\n");
        var contents = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => File.ReadAllText(NodeCertificates.Combine(home, root, own).Value!))));
        contents.Distinct().ShouldBe(["THEIRS\nOURS\n"]);
    }

    [Fact]
    public void Combine_HomeNotThere_KeepsTheUsersOwn()
    {
        var root = _folder.File("root.pem", "OURS\n");
        var own = _folder.File("corp.pem", "THEIRS\n");
        NodeCertificates.Combine(new HomeLayout(_folder.Root + "/none"), root, own).Problem.Subject.ShouldBe(own);
    }
}
