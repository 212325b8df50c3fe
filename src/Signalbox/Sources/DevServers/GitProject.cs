using Signalbox.Model;

namespace Signalbox.Sources.DevServers;

/// <summary>
/// What a dev server belongs to: a worktree of a repository, or a plain directory. Two worktrees of one repository are two projects with one
/// repository name. Everything is read from git's own files (gitrepository-layout(5)); no git process is started and nothing is written.
/// </summary>
/// <param name="Root">The worktree's root, or the directory itself where there is no repository. Absolute.</param>
/// <param name="Repository">The name of the main worktree's directory, or of the bare repository without <c>.git</c>.</param>
/// <param name="Branch">The branch checked out, or seven hex digits of a detached commit; null where neither is known.</param>
internal sealed record GitProject(string Root, string Repository, string? Branch)
{
    /// <summary>The project that <paramref name="directory"/> lies in. Never fails: what cannot be read counts as not there.</summary>
    public static GitProject Find(string directory)
    {
        var start = Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory));
        for (var root = start; root is not null; root = Path.GetDirectoryName(root))
        {
            if (GitDirectory.Of(root) is { } git) return new GitProject(root, git.RepositoryName(root), git.Branch());
        }

        return new GitProject(start, Path.GetFileName(start), null);
    }

    /// <summary>The dev server's default host name, <c>{repo}.{branch}[.{label}].{base}</c>.</summary>
    /// <param name="name">Replaces repository and branch when given.</param>
    /// <param name="label">Tells two servers of one project apart; may be null.</param>
    /// <param name="baseDomain">The last labels, such as <c>localhost</c>.</param>
    public Outcome<string> Host(string? name, string? label, string baseDomain) =>
        name is null ? Naming.DevHost(Repository, Branch, label, baseDomain) : Naming.DevHost(name, null, label, baseDomain);
}
