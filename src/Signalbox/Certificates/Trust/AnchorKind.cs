using System.Collections.Immutable;

namespace Signalbox.Certificates.Trust;

/// <summary>How one family of Linux systems is told of an authority.</summary>
/// <param name="Directory">Where administrators put authorities, from the system's root.</param>
/// <param name="Ending">The ending files must have there.</param>
/// <param name="Program">Makes the bundles anew.</param>
/// <param name="Update">Its arguments after a file came.</param>
/// <param name="UpdateAfterRemoval">Its arguments after a file went.</param>
internal sealed record AnchorKind(string Directory, string Ending, string Program, ImmutableArray<string> Update, ImmutableArray<string> UpdateAfterRemoval)
{
    /// <summary>
    /// In the order they are looked for; each is told by its directory and its program together. Debian's program leaves a dangling link behind for a
    /// removed file unless it is told <c>--fresh</c>.
    /// </summary>
    public static readonly ImmutableArray<AnchorKind> All =
    [
        new("/usr/local/share/ca-certificates", ".crt", "update-ca-certificates", [], ["--fresh"]), // Debian, Ubuntu, Alpine
        new("/etc/pki/trust/anchors", ".pem", "update-ca-certificates", [], []), // openSUSE
        new("/etc/pki/ca-trust/source/anchors", ".pem", "update-ca-trust", ["extract"], ["extract"]), // Fedora, RHEL
        new("/etc/ca-certificates/trust-source/anchors", ".crt", "trust", ["extract-compat"], ["extract-compat"]), // Arch
    ];
}
