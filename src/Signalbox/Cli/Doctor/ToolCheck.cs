using Signalbox.Certificates.Trust;
using Signalbox.Cli.Output;

namespace Signalbox.Cli.Doctor;

/// <summary>Programs that Signalbox makes use of where they are.</summary>
internal static class ToolCheck
{
    public static Finding Look(TrustPlaces places) => places.Program("git") is { } git
        ? Finding.Ok("git", git)
        : Finding.Warn("git", "not installed; `signalbox dev` reads repositories by itself and does without it", null);
}
