using Signalbox.Benchmarks.Certification;
using Signalbox.EndToEnd.Support;

namespace Signalbox.Benchmarks.Contestants.Certified;

/// <summary>Signalbox as a user starts it, with an issuer in its config and the routes stored in its home.</summary>
internal sealed class CertifiedSignalbox() : CertifiedRouter(Names.Signalbox)
{
    private Home? _home;

    public override string Version => Tool.FirstLine(Product.Program, "--version");

    public override int HttpPort => Home.HttpPort;

    public override int HttpsPort => Home.HttpsPort;

    public override string ConfigText => File.ReadAllText(Home.Layout.ConfigFile);

    public Home Home => _home ?? throw new InvalidOperationException($"{Name} was not prepared.");

    public override CertifiedRouter Another() => new CertifiedSignalbox();

    public override void Prepare()
    {
        if (_home is not null) throw new InvalidOperationException($"{Name} is to be disposed of first.");
        _home = new Home();
    }

    public override Task KeepAsync(IReadOnlyList<StoredCertificate> certificates) => StoredCertificates.WriteAsync(Home.Layout, Issuer!.Directory, certificates);

    public override async Task StartAsync(RouteLayout layout)
    {
        // No pre-flight, as the others have none; no count of the CA's limits, as a public CA's 300 orders would end the turn; http-01 for everyone.
        Home.WriteConfig($"""
            certificates:
              issuers:
                - name: pebble
                  directory: "{Issuer!.Directory}"
                  email: bench@example.com
                  termsAgreed: true
                  rootFile: "{Issuer.RootFile}"
                  challenges: [http-01]
                  limits: none
                  preflight: off

            """);
        await StoredRoutes.WriteAsync(Home.Layout, layout);
        Child = Home.Cli("up");
    }

    public override Task SettleAsync() => Wait.UntilAsync("no route is pending", async () => (await Home.Admin.StatusAsync()).Routes.Pending == 0);

    public override async Task StopAsync()
    {
        Child!.Signal(Signals.Terminate);
        await Child.ExitAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        if (_home is not null) await _home.DisposeAsync();
        _home = null;
    }
}
