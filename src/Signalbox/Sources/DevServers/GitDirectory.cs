namespace Signalbox.Sources.DevServers;

/// <summary>The git directory of one worktree: <c>.git</c> itself, or the place a <c>.git</c> file points to (linked worktrees, submodules).</summary>
/// <param name="Path">Holds this worktree's <c>HEAD</c>.</param>
/// <param name="Common">The main repository's git directory, when it is another one (gitrepository-layout(5), <c>commondir</c>); else null.</param>
internal sealed record GitDirectory(string Path, string? Common)
{
    private const string BranchPrefix = "refs/heads/";

    /// <summary>Hex digits of a detached commit in a name: what git itself shows, and enough to tell worktrees apart.</summary>
    private const int ShortCommit = 7;

    /// <summary>The git directory of the worktree whose root is <paramref name="root"/>, or null when that is no worktree's root.</summary>
    public static GitDirectory? Of(string root)
    {
        var entry = System.IO.Path.Combine(root, ".git");
        var path = Directory.Exists(entry) ? entry : Pointer(entry, root);
        // A directory without HEAD is no repository, whatever its name; git walks on upwards too.
        if (path is null || !HasHead(path)) return null;
        var common = SmallFile.Read(System.IO.Path.Combine(path, "commondir"))?.Trim();
        return new GitDirectory(path, string.IsNullOrEmpty(common) ? null : Absolute(common, path));
    }

    /// <summary>The repository's name, the same for all its worktrees.</summary>
    /// <param name="root">This worktree's root.</param>
    public string RepositoryName(string root)
    {
        // Without a common directory this is the main worktree, a submodule, or a repository whose git directory lies apart: the worktree has the name.
        if (Common is null) return System.IO.Path.GetFileName(root);
        var name = System.IO.Path.GetFileName(Common);
        // ".git" in the main worktree, or a hidden bare repository such as project/.bare: the directory around it has the name.
        if (name.StartsWith('.')) return System.IO.Path.GetFileName(System.IO.Path.GetDirectoryName(Common) ?? "");
        return name.EndsWith(".git", StringComparison.Ordinal) ? name[..^".git".Length] : name;
    }

    /// <summary>The branch, also one without a commit; seven hex digits when detached; null when HEAD cannot be understood.</summary>
    public string? Branch()
    {
        var path = System.IO.Path.Combine(Path, "HEAD");
        // Very old repositories have HEAD as a symbolic link to the branch's file.
        var text = LinkTarget(path) ?? SmallFile.Read(path)?.Trim();
        if (text is null) return null;
        if (text.StartsWith("ref:", StringComparison.Ordinal)) text = text["ref:".Length..].Trim();
        if (text.StartsWith(BranchPrefix, StringComparison.Ordinal))
        {
            var branch = text[BranchPrefix.Length..];
            // The reftable format keeps HEAD in its own files and leaves this placeholder, which no branch can be called.
            return branch.Length == 0 || branch == ".invalid" ? null : branch;
        }

        return text.Length >= ShortCommit && text.All(char.IsAsciiHexDigit) ? text[..ShortCommit].ToLowerInvariant() : null;
    }

    private static string? Pointer(string file, string root)
    {
        const string Prefix = "gitdir:";
        var text = SmallFile.Read(file);
        if (text is null || !text.StartsWith(Prefix, StringComparison.Ordinal)) return null;
        var target = text[Prefix.Length..].Trim();
        return target.Length == 0 ? null : Absolute(target, root);
    }

    private static string Absolute(string path, string from) =>
        System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path, from));

    private static bool HasHead(string path)
    {
        var head = System.IO.Path.Combine(path, "HEAD");
        return File.Exists(head) || LinkTarget(head) is not null;
    }

    private static string? LinkTarget(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget;
        }
        catch (IOException)
        {
            return null;
        }
        catch (UnauthorizedAccessException)
        {
            return null;
        }
    }
}
