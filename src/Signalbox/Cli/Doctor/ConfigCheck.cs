using Signalbox.Cli.Output;
using Signalbox.Model;
using Signalbox.Sources.Files;

namespace Signalbox.Cli.Doctor;

/// <summary>The home's config file.</summary>
internal static class ConfigCheck
{
    public static IEnumerable<Finding> Look(HomeLayout home)
    {
        if (!File.Exists(home.ConfigFile)) return [Finding.Ok("config", "none; the defaults are in force")];
        var read = ConfigFile.Read(home.ConfigFile);
        return read.Succeeded
            ? [Finding.Ok("config", $"{home.ConfigFile} is valid")]
            : read.Problems.Select(problem => Finding.Fail("config", $"{problem.Subject}: {problem.Text}", problem.Advice));
    }
}
