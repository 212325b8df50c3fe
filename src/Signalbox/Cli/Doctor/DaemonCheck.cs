using Signalbox.Cli.Client;
using Signalbox.Cli.Output;
using Signalbox.Cli.Verbs;
using Signalbox.Model;

namespace Signalbox.Cli.Doctor;

/// <summary>The daemon, by its lock and by its socket: the two tell apart running, starting, hanging and gone.</summary>
internal static class DaemonCheck
{
    public static IEnumerable<Finding> Look(DoctorScene scene)
    {
        if (scene.Daemon.Succeeded)
        {
            var status = scene.Daemon.Value;
            yield return Finding.Ok("daemon", $"version {status.Version} runs (pid {status.Pid}), revision {status.Revision}");
            if (status.Version != VersionVerb.Text)
                yield return Finding.Warn("daemon", $"this command is version {VersionVerb.Text}, the daemon {status.Version}", "Start this version's: `signalbox down`, then `signalbox up --detach`.");
            foreach (var problem in status.Problems) yield return Finding.Warn("daemon", $"{problem.Subject}: {problem.Text}", problem.Advice);
            foreach (var plane in status.Planes.Where(plane => plane.State == "failed")) yield return Finding.Fail("plane " + plane.Name, plane.Problem?.Text ?? "cannot be applied", plane.Problem?.Advice);
            yield break;
        }

        var free = DaemonLock.IsFree(scene.Home);
        if (scene.Daemon.Problem.Type != ProblemType.NoDaemon) yield return Finding.Fail("daemon", scene.Daemon.Problem.Text, scene.Daemon.Problem.Advice);
        else if (!free) yield return Finding.Fail("daemon", "a daemon holds the home's lock but does not answer on its socket", $"If it is not just starting, look at {scene.Home.DaemonLog} and end it.");
        else yield return Finding.Warn("daemon", "not running" + (File.Exists(scene.Home.AdminSocket) ? " (it left its socket behind, which does no harm)" : ""), "Start it with `signalbox up --detach`.");
    }
}
