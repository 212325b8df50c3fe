using System.Text;
using System.Text.Json;
using Signalbox.Cli.Output;
using Signalbox.Sources.Files;
using Signalbox.Tests.Support;

namespace Signalbox.Tests.Cli;

public sealed class ConfigVerbTests : IDisposable
{
    private const string Full = """
        listen: { http: 8080, https: 8443, bind: any }
        transport: sockets
        eventLoops: 2
        baseDomains: [localhost, "example.test"]
        trustedProxies: ["10.0.0.0/8"]
        routes:
          - { host: api.example.test, path: /v1, to: "http://127.0.0.1:8080", tls: off, hostHeader: "x:1" }
          - { host: "*.example.test", to: "h2c://[::1]:9000" }
        certificates:
          resolvers: ["127.0.0.1:5353"]
          issuers:
            - { name: main, directory: "https://acme.example/directory", email: me@example.com, termsAgreed: true, staging: "https://staging.example/directory", profile: shortlived,
                preferredChain: "Some Root", key: rsa-2048, limits: none, preflight: off, challenges: [http-01] }
          names:
            - { host: "*.example.test", issuer: main, challenges: [http-01], key: rsa-3072, profile: classic }
            - { host: api.example.test, off: true }
        """;

    private readonly TemporaryHome _home = new();
    private readonly CliRun _run = new();

    public ConfigVerbTests() => _run.Variables["SIGNALBOX_HOME"] = _home.Layout.Root;

    public void Dispose()
    {
        _run.Dispose();
        _home.Dispose();
    }

    [Theory]
    [InlineData("")]
    [InlineData(Full)]
    public void Show_Yaml_ReadsBackAsTheSameConfig(string yaml)
    {
        var config = ConfigFile.Parse("f", Encoding.UTF8.GetBytes(yaml)).Value!;
        var again = ConfigFile.Parse("f", Encoding.UTF8.GetBytes(ConfigText.ToYaml(config)));
        again.Problems.ShouldBeEmpty();
        ConfigText.ToYaml(again.Value!).ShouldBe(ConfigText.ToYaml(config));
        (again.Value! with { Routes = default }).ShouldBe(config with { Routes = default });
    }

    [Fact]
    public async Task Show_NoFile_PrintsTheDefaultsAndSaysSo()
    {
        (await _run.RunAsync("config", "show", "--json")).ShouldBe(0);
        JsonDocument.Parse(_run.Out).RootElement.GetProperty("baseDomains")[0].GetString().ShouldBe("localhost");
        _run.Error.ShouldContain("defaults");
    }

    [Fact]
    public async Task Validate_SeveralErrors_ListsAllWithLineAndColumn()
    {
        await File.WriteAllTextAsync(_home.Layout.ConfigFile, "listen: { http: many }\nroute: []\n", TestContext.Current.CancellationToken);
        (await _run.RunAsync("config", "validate")).ShouldBe(1);
        _run.Error.ShouldContain("signalbox.yaml:1:");
        _run.Error.ShouldContain("signalbox.yaml:2:1");
    }

    [Fact]
    public async Task Validate_GoodFile_CountsItsRoutes()
    {
        await File.WriteAllTextAsync(_home.Layout.ConfigFile, Full, TestContext.Current.CancellationToken);
        (await _run.RunAsync("config", "validate", _home.Layout.ConfigFile)).ShouldBe(0);
        _run.Out.ShouldContain("is valid, with 2 routes.");
    }

    [Fact]
    public async Task Schema_Printed_IsJson()
    {
        (await _run.RunAsync("config", "schema")).ShouldBe(0);
        JsonDocument.Parse(_run.Out).RootElement.TryGetProperty("$schema", out _).ShouldBeTrue();
    }
}
