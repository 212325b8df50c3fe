using System.CommandLine;

namespace Signalbox.Cli;

/// <summary>Options that mean the same on every verb.</summary>
internal static class CommonOptions
{
    public static Option<string?> Home { get; } = new("--home")
    {
        Description = "The daemon's home directory [default: $SIGNALBOX_HOME, else the user's state directory]",
        HelpName = "DIR",
        Recursive = true,
    };

    public static Option<bool> Json { get; } = new("--json") { Description = "Print JSON with stable field names" };
}
