using System.Diagnostics;
using Signalbox.Model;
using Signalbox.Sources.DevServers;

namespace Signalbox.Tests.Sources.DevServers;

public sealed class GitProjectTests : IDisposable
{
    private const string Commit = "0123456789abcdef0123456789abcdef01234567";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("ref: refs/heads/main\n", "main", "shop.main.localhost")]
    [InlineData("ref: refs/heads/feature/foo\n", "feature/foo", "shop.feature-foo.localhost")]
    [InlineData("ref: refs/heads/feature-foo\n", "feature-foo", "shop.feature-foo.localhost")]
    [InlineData("ref:refs/heads/main", "main", "shop.main.localhost")]
    [InlineData(Commit + "\n", "0123456", "shop.0123456.localhost")]
    [InlineData("ref: refs/heads/.invalid\n", null, "shop.localhost")]
    [InlineData("ref: refs/remotes/origin/main\n", null, "shop.localhost")]
    [InlineData("nonsense", null, "shop.localhost")]
    [InlineData("", null, "shop.localhost")]
    [InlineData("ref: refs/heads/Привет\n", "Привет", "shop.localhost")]
    [InlineData("ref: refs/heads/UPPER_case\n", "UPPER_case", "shop.upper-case.localhost")]
    public void Find_Head_GivesBranchAndHost(string head, string? branch, string host)
    {
        _folder.File("shop/.git/HEAD", head);
        var project = GitProject.Find(_folder.Folder("shop", "src", "deep"));
        project.Root.ShouldBe(Path.Combine(_folder.Root, "shop"));
        project.Branch.ShouldBe(branch);
        project.Host(null, null, "localhost").Value.ShouldBe(host);
    }

    [Fact]
    public void Host_OverLongBranches_StayApartWithinALabel()
    {
        var first = new GitProject("/x", "shop", new string('a', 80) + "1").Host(null, null, "localhost").Value!;
        var second = new GitProject("/x", "shop", new string('a', 80) + "2").Host(null, null, "localhost").Value!;
        first.ShouldNotBe(second);
        first.Split('.')[1].Length.ShouldBeLessThanOrEqualTo(63);
    }

    [Theory]
    [InlineData("Café Shop", null, null, "caf-shop.main.localhost")]
    [InlineData("shop", null, "Storybook 1", "shop.main.storybook-1.localhost")]
    [InlineData("shop", "My Shop", null, "my-shop.localhost")]
    [InlineData("shop", "admin", "two", "admin.two.localhost")]
    public void Host_NameAndLabel_AreCleaned(string repository, string? name, string? label, string host) =>
        new GitProject("/x", repository, "main").Host(name, label, "localhost").Value.ShouldBe(host);

    [Theory]
    [InlineData("Магазин", null, null)]
    [InlineData("shop", "___", null)]
    [InlineData("shop", null, "///")]
    public void Host_NothingLeftAfterCleaning_IsAProblem(string repository, string? name, string? label) =>
        new GitProject("/x", repository, "main").Host(name, label, "localhost").Problem.Type.ShouldBe(ProblemType.InvalidHost);

    [Fact]
    public void Find_NoRepository_TakesTheDirectory()
    {
        // A directory called .git that is none must not count.
        _folder.Folder("plain", ".git");
        var project = GitProject.Find(_folder.Folder("plain") + "/");
        project.ShouldBe(new GitProject(Path.Combine(_folder.Root, "plain"), "plain", null));
    }

    [Fact]
    public void Find_RealRepository_UnbornThenDetached()
    {
        var shop = _folder.Folder("shop");
        Git(shop, "init", "-q", "-b", "start");
        GitProject.Find(shop).ShouldBe(new GitProject(shop, "shop", "start"));
        Git(shop, "commit", "-q", "--allow-empty", "-m", "one");
        Git(shop, "checkout", "-q", "--detach");
        GitProject.Find(shop).Branch.ShouldBe(Git(shop, "rev-parse", "HEAD")[..7]);
    }

    [Fact]
    public void Find_LinkedWorktrees_AreProjectsOfOneRepository()
    {
        var shop = _folder.Folder("shop");
        Git(shop, "init", "-q", "-b", "main");
        Git(shop, "commit", "-q", "--allow-empty", "-m", "one");
        Git(shop, "worktree", "add", "-q", "-b", "feature/foo", "../elsewhere");
        GitProject.Find(_folder.Folder("elsewhere", "src")).ShouldBe(new GitProject(Path.Combine(_folder.Root, "elsewhere"), "shop", "feature/foo"));
        GitProject.Find(shop).ShouldBe(new GitProject(shop, "shop", "main"));
    }

    [Theory]
    [InlineData("shop.git", "shop")]
    [InlineData("shop", "shop")]
    [InlineData("shop/.bare", "shop")]
    public void Find_WorktreeOfABareRepository_HasItsName(string bare, string name)
    {
        var seed = _folder.Folder("seed");
        Git(seed, "init", "-q", "-b", "main");
        Git(seed, "commit", "-q", "--allow-empty", "-m", "one");
        Git(_folder.Root, "clone", "-q", "--bare", "seed", bare);
        var tree = Path.Combine(_folder.Root, "tree");
        Git(Path.Combine(_folder.Root, bare), "worktree", "add", "-q", tree, "main");
        GitProject.Find(tree).ShouldBe(new GitProject(tree, name, "main"));
    }

    [Fact]
    public void Find_Submodule_IsAProjectOfItsOwn()
    {
        var part = _folder.Folder("library");
        Git(part, "init", "-q", "-b", "main");
        Git(part, "commit", "-q", "--allow-empty", "-m", "one");
        var shop = _folder.Folder("shop");
        Git(shop, "init", "-q", "-b", "main");
        Git(shop, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", part, "vendor/part");
        GitProject.Find(Path.Combine(shop, "vendor", "part")).ShouldBe(new GitProject(Path.Combine(shop, "vendor", "part"), "part", "main"));
    }

    private static string Git(string directory, params string[] arguments)
    {
        var start = new ProcessStartInfo("git") { WorkingDirectory = directory, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])["-c", "user.name=t", "-c", "user.email=t@example.com", .. arguments]) start.ArgumentList.Add(argument);
        using var git = Process.Start(start)!;
        var error = git.StandardError.ReadToEndAsync();
        var output = git.StandardOutput.ReadToEnd();
        git.WaitForExit();
        git.ExitCode.ShouldBe(0, error.Result);
        return output.Trim();
    }
}
