using Signalbox.Model;

namespace Signalbox.Tests.Model;

public sealed class HomeLayoutTests
{
    [Fact]
    public void Locate_OptionThenVariableThenDefault_InThisOrder()
    {
        Locate("/told", ("SIGNALBOX_HOME", "/variable")).ShouldBe("/told");
        Locate(null, ("SIGNALBOX_HOME", "/variable"), ("HOME", "/home/ann")).ShouldBe("/variable");
        Locate(null, ("XDG_STATE_HOME", "/state"), ("HOME", "/home/ann")).ShouldBe("/state/signalbox");
        Locate(null, ("HOME", "/home/ann")).ShouldBe("/home/ann/.local/state/signalbox");
        HomeLayout.Locate(null, _ => null, isRoot: true).Root.ShouldBe("/var/lib/signalbox");
    }

    [Fact]
    public void Locate_RelativeStateDirectory_IsIgnoredAsXdgWants() =>
        Locate(null, ("XDG_STATE_HOME", "state"), ("HOME", "/home/ann")).ShouldBe("/home/ann/.local/state/signalbox");

    [Fact]
    public void Locate_RelativeOption_BecomesAbsolute() => Path.IsPathRooted(Locate("here")).ShouldBeTrue();

    [Fact]
    public void Paths_AllOfThem_LieInTheHome()
    {
        var home = new HomeLayout("/h");
        string[] paths =
        [
            home.Database, home.Authority, home.Certificates, home.LocalCertificates, home.AdminSocket, home.DaemonLock, home.StartLock, home.DaemonLog,
            home.ConfigFile, home.RootCertificate, home.RootKey, home.RootLock, home.TrustRecord, home.TrustLock, home.LocalCertificate("../../evil"), home.CombinedRoots("ab"),
        ];
        paths.ShouldAllBe(path => Path.GetFullPath(path).StartsWith("/h/", StringComparison.Ordinal));
        paths.Distinct().Count().ShouldBe(paths.Length);
    }

    private static string Locate(string? option, params (string Name, string Value)[] variables) =>
        HomeLayout.Locate(option, name => variables.FirstOrDefault(variable => variable.Name == name).Value, isRoot: false).Root;
}
