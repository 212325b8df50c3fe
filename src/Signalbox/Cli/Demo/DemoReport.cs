namespace Signalbox.Cli.Demo;

/// <summary>What <c>signalbox demo --json</c> prints once everything is proved.</summary>
/// <param name="Home">The daemon's.</param>
/// <param name="TemporaryHome">True when the home is deleted at the end.</param>
/// <param name="StartedDaemon">True when there was none before.</param>
/// <param name="RootCertificate">The file that clients are to trust.</param>
/// <param name="Services">The two.</param>
internal sealed record DemoReport(string Home, bool TemporaryHome, bool StartedDaemon, string RootCertificate, DemoServiceReport[] Services);

/// <param name="Name">Its short name.</param>
/// <param name="Url">Works at the moment it is printed.</param>
/// <param name="Backend">Where it listens.</param>
/// <param name="State"><c>proved</c>.</param>
/// <param name="Curl">A command to try.</param>
internal sealed record DemoServiceReport(string Name, string Url, string Backend, string State, string Curl);
