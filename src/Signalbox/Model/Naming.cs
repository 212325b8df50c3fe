using System.Security.Cryptography;
using System.Text;

namespace Signalbox.Model;

/// <summary>The one place where ids, slugs, owner keys and default names are formed, so that the same input always gives the same bytes.</summary>
internal static class Naming
{
    /// <summary>Hex digits of SHA-256 in ids and cut slugs: 40 bits, a chance of 1 in 10^6 for one clash among 1,000 names of one kind.</summary>
    private const int HashDigits = 10;

    /// <summary><c>sb-&lt;source&gt;-&lt;10 hex of SHA-256 of the normalised owner key&gt;</c>.</summary>
    public static string Id(Owner owner) => $"sb-{owner.Source}-{Hash(owner.Key.Trim())}";

    /// <summary>First ten lower-case hex digits of the SHA-256 of the UTF-8 bytes.</summary>
    public static string Hash(string text)
    {
        Span<byte> digest = stackalloc byte[32];
        SHA256.HashData(Encoding.UTF8.GetBytes(text), digest);
        return Convert.ToHexStringLower(digest[..(HashDigits / 2)]);
    }

    /// <summary>
    /// One DNS label of any text: lower case, everything else than a-z, 0-9 becomes one hyphen, none at the ends. A label past
    /// 63 characters is cut and gets a hyphen and ten hex digits of the whole, so that two long ones stay apart. Empty when nothing is left.
    /// </summary>
    public static string Slug(string text)
    {
        var slug = new StringBuilder(text.Length);
        foreach (var c in text.ToLowerInvariant())
        {
            if (char.IsAsciiLetterOrDigit(c)) slug.Append(c);
            else if (slug.Length > 0 && slug[^1] != '-') slug.Append('-');
        }

        var label = slug.ToString().TrimEnd('-');
        return label.Length <= HostName.MaxLabelLength ? label : label[..(HostName.MaxLabelLength - HashDigits - 1)].TrimEnd('-') + "-" + Hash(text);
    }

    /// <summary>The template of dev servers: <c>{repo}.{branch}[.{label}].{base}</c>; parts that are null or clean to nothing are left out.</summary>
    /// <returns>The name, or a problem when nothing usable is left of <paramref name="repo"/>.</returns>
    public static Outcome<string> DevHost(string repo, string? branch, string? label, string baseDomain)
    {
        var first = Slug(repo);
        if (first.Length == 0)
        {
            return new Problem(ProblemType.InvalidHost, ProblemSide.Request, repo, "Nothing is left of this name once it holds only a-z, 0-9 and hyphens.",
                "Give one with --name.");
        }

        if (label is { Length: > 0 } && Slug(label).Length == 0)
        {
            return new Problem(ProblemType.InvalidHost, ProblemSide.Request, label, "Nothing is left of this label once it holds only a-z, 0-9 and hyphens.",
                "Give another --label.");
        }

        var parts = new[] { first, Slug(branch ?? ""), Slug(label ?? ""), baseDomain }.Where(part => part.Length > 0);
        return HostName.Parse(string.Join('.', parts));
    }

    /// <summary>The owner of a dev server: stable for one holder (a process), different between two in the same place.</summary>
    public static Owner DevOwner(string project, string host, string holder) => new(Owner.Dev, $"{project}@{host}#{holder}");

    /// <summary>The owner of a route made by <c>route add</c>.</summary>
    public static Owner RouteOwner(string host, string path) => new(Owner.Site, path == "/" ? host : host + path);

    /// <summary>The owner of an entry of a config file. The file's own path is part of it: two files are two owners.</summary>
    public static Owner FileOwner(string file, string host, string path) => new(Owner.File, $"{file}#{host}{(path == "/" ? "" : path)}");

    /// <summary>The stem of a root's file among the system's authorities. 16 hex digits of the fingerprint, so that the roots of several homes never meet.</summary>
    public static string TrustFile(string fingerprint) => "signalbox-" + fingerprint[..16].ToLowerInvariant();

    /// <summary>A root's nickname in an NSS database, told apart the same way.</summary>
    public static string TrustNickname(string fingerprint) => "Signalbox local authority " + fingerprint[..16].ToLowerInvariant();

    /// <summary>
    /// A file name for a host name or address: itself, a colon as a hyphen. What is past 180 characters (a file name has 255, with endings) or holds
    /// anything else than letters, digits, hyphens and inner dots gets the hash of the whole, so that two never share a file and none leaves its directory.
    /// </summary>
    public static string FileName(string host)
    {
        const int longest = 180;
        var plain = host.Length is > 0 and <= longest && host[0] != '.' && host.All(c => c is '-' or '.' or ':' || char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c));
        if (plain) return host.Replace(':', '-');
        var slug = Slug(host.Length <= longest ? host : host[..longest]);
        return slug + "~" + Hash(host);
    }
}
