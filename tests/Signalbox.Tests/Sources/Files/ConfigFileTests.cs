using System.Net;
using System.Text;
using Signalbox.Model;
using Signalbox.Sources.Files;

namespace Signalbox.Tests.Sources.Files;

public sealed class ConfigFileTests
{
    private const string File = "/etc/signalbox.yaml";

    private const string Whole = """
        listen: { http: 8080, https: 8443, bind: any }
        transport: sockets
        eventLoops: 3
        baseDomains: [LOCALHOST, dev.test, localhost]
        trustedProxies: [10.0.0.0/8, "::1", 192.168.1.7]
        planes: [embedded]
        routes:
          - { host: api.example.com, path: /v1/, to: "http://127.0.0.1:8080", tls: auto, hostHeader: null }
          - host: "*.Bücher.example"
            to: 3000
            tls: off
            hostHeader: localhost:3000
        certificates:
          resolvers: [9.9.9.9, "[::1]:5353"]
          dns:
            - { name: hook, provider: exec, zones: [Bücher.example, other.example.], command: [/bin/txt, -v, 7], timeout: 300, propagation: 0 }
            - { name: bind, provider: rfc2136, server: "[::1]:5353", zone: acme.example, key: { name: k, algorithm: hmac-sha512, secret: c2VjcmV0 }, ttl: 10 }
            - { name: file, provider: rfc2136, server: ns1.example, keyFile: /etc/k.key }
            - { name: cf, provider: cloudflare, token: s3cret, api: "http://127.0.0.1:1/v4" }
          issuers:
            - { name: main, directory: "https://acme.example/directory", email: me@example.com, termsAgreed: true, rootFile: null,
                challenges: [http-01, tls-alpn-01], staging: "https://staging.example/directory", externalAccount: { keyId: kid-1, macKey: c2VjcmV0 },
                profile: shortlived, preferredChain: Some Root, key: rsa-2048, limits: none, preflight: off }
          names:
            - { host: "*.Shop.example.com", off: true }
            - { host: pay.shop.example.com, issuer: main, challenges: [tls-alpn-01], key: ecdsa-p384, profile: classic, off: false }
        store: sqlite
        """;

    [Fact]
    public void Parse_EveryKey_GivesTheWholeConfig()
    {
        var config = Read(Whole).Value!;

        config.Listen.ShouldBe(new ListenConfig(8080, 8443, "any"));
        config.Transport.ShouldBe("sockets");
        config.EventLoops.ShouldBe(3);
        config.BaseDomains.ShouldBe(["localhost", "dev.test"]);
        config.TrustedProxies.ShouldBe([IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("::1/128"), IPNetwork.Parse("192.168.1.7/32")]);
        config.Planes.ShouldBe(["embedded"]);
        config.Routes.ShouldBe(
        [
            new RouteEntry("api.example.com", "/v1", new Backend(BackendScheme.Http, "127.0.0.1", 8080), TlsMode.Auto, null, 8, 5),
            new RouteEntry("*.xn--bcher-kva.example", "/", new Backend(BackendScheme.Http, "localhost", 3000), TlsMode.Off, "localhost:3000", 9, 5),
        ]);
        config.Resolvers.ShouldBe(["9.9.9.9", "[::1]:5353"]);
        config.Names.ShouldBe(
        [
            new NameConfig("*.shop.example.com") { Off = true },
            new NameConfig("pay.shop.example.com") { Issuer = "main", Challenges = ["tls-alpn-01"], Key = "ecdsa-p384", Profile = "classic" },
        ]);
        config.Issuers.ShouldBe([new IssuerConfig("main", new Uri("https://acme.example/directory"))
        {
            Email = "me@example.com",
            TermsAgreed = true,
            Challenges = ["http-01", "tls-alpn-01"],
            Staging = new Uri("https://staging.example/directory"),
            ExternalAccount = new ExternalAccountConfig("kid-1", "c2VjcmV0"),
            Profile = "shortlived",
            PreferredChain = "Some Root",
            Key = "rsa-2048",
            Limited = false,
            Preflight = false,
        }]);
        config.Issuers[0].ToString().ShouldNotContain("c2VjcmV0");
        config.DnsProviders.ShouldBe(
        [
            new DnsProviderConfig("hook", "exec") { Zones = ["xn--bcher-kva.example", "other.example"], Command = ["/bin/txt", "-v", "7"], Timeout = 300, Propagation = 0 },
            new DnsProviderConfig("bind", "rfc2136") { Server = new DnsEndPoint("::1", 5353), Zone = "acme.example", Key = new DnsKeyConfig("k", "hmac-sha512", "c2VjcmV0"), Ttl = 10 },
            new DnsProviderConfig("file", "rfc2136") { Server = new DnsEndPoint("ns1.example", 53), KeyFile = "/etc/k.key" },
            new DnsProviderConfig("cf", "cloudflare") { Token = "s3cret", Api = new Uri("http://127.0.0.1:1/v4/") },
        ]);
        string.Join(' ', config.DnsProviders).ShouldBe("exec hook rfc2136 bind rfc2136 file cloudflare cf");
        config.DnsProviders[1].Key!.ToString().ShouldNotContain("c2VjcmV0");
    }

    [Fact]
    public void Parse_OwnCertificates_ArePathsFromTheFileOnAndOneAHost()
    {
        var config = Read("""
            routes:
              - { host: a.test, to: 1, tls: { cert: certs/a.pem, key: /keys/a.key } }
              - { host: a.test, path: /x, to: 1, tls: { cert: ./certs/a.pem, key: ../keys/a.key } }
              - { host: a.test, path: /y, to: 1, tls: off }
              - host: "*.B.test"
                to: 1
                tls: { cert: both.pem, key: null }
            """).Value!;
        config.OwnFiles.ShouldBe([new OwnFiles("a.test", "/etc/certs/a.pem", "/keys/a.key"), new OwnFiles("*.b.test", "/etc/both.pem", "/etc/both.pem")]);
        config.Routes.Select(route => route.Tls).ShouldBe([TlsMode.Own, TlsMode.Own, TlsMode.Off, TlsMode.Own]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("# nothing but a comment\n")]
    [InlineData("---\n...\n")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("routes:\nlisten: ~\nbaseDomains: null\ncertificates:\nstore:\n")]
    [InlineData("\uFEFFroutes: []\r\n")]
    public void Parse_NothingTold_GivesTheDefaults(string text) => Read(text).Value.ShouldBe(SignalboxConfig.Default);

    [Theory]

    // Keys
    [InlineData("rotues: []", 1, 1, "“rotues” is not known", "Did you mean “routes”?")]
    [InlineData("routes:\n  - { host: a.test, to: 3000, hostheader: x }", 2, 31, "“hostheader” is not known", "Did you mean “hostHeader”?")]
    [InlineData("listen: { port: 80 }", 1, 11, "“port” is not known", "http, https, bind")]
    [InlineData("colour: red", 1, 1, "“colour” is not known", "listen, transport, eventLoops, baseDomains, trustedProxies, planes, routes, certificates, store")]
    [InlineData("store: sqlite\nstore: sqlite", 2, 1, "twice; it first stands in line 1", "Remove one")]
    [InlineData("? [a]\n: 1", 1, 3, "A key is a plain word", null)]
    [InlineData("<<: { store: sqlite }", 1, 1, "“<<” is not known", null)]

    // Types
    [InlineData("just text", 1, 1, "a mapping of settings, not the text “just text”", null)]
    [InlineData("routes: { host: a.test }", 1, 9, "a list, not a mapping", "hyphen")]
    [InlineData("routes:\n  - a.test", 2, 5, "a route such as", null)]
    [InlineData("routes:\n  -\n", 2, 4, "This entry is empty", null)]
    [InlineData("listen: 80", 1, 9, "a mapping with http, https, bind, not the number 80", null)]
    [InlineData("listen: { http: eighty }", 1, 17, "a number from 0 to 65535, not the text “eighty”", null)]
    [InlineData("listen: { http: \"80\" }", 1, 17, "a number from 0 to 65535, not the text “80”", null)]
    [InlineData("listen: { http: 65536 }", 1, 17, "a number from 0 to 65535, not the number 65536", null)]
    [InlineData("listen: { https: -1 }", 1, 18, "a number from 0 to 65535", null)]
    [InlineData("transport: kqueue", 1, 12, "one of epoll, sockets, not the text “kqueue”", null)]
    [InlineData("tranport: epoll", 1, 1, "“tranport” is not known", "Did you mean “transport”?")]
    [InlineData("store: sqlite\neventLoops: 257", 2, 13, "a number from 0 to 256, not the number 257", null)]
    [InlineData("eventloops: 2", 1, 1, "“eventloops” is not known", "Did you mean “eventLoops”?")]
    [InlineData("routes: [{ host: true, to: 1 }]", 1, 18, "text, not true", "quotes")]
    [InlineData("routes: [{ host: 12, to: 1 }]", 1, 18, "text, not the number 12", "quotes")]
    [InlineData("routes: [{ host: [a.test], to: 1 }]", 1, 18, "text, not a list", null)]
    [InlineData("routes: [{ host: a.test, to: 1, tls: on }]", 1, 38, "one of auto, off, or { cert: FILE, key: FILE }, not the text “on”", null)]
    [InlineData("routes: [{ host: a.test, to: 1, tls: [auto] }]", 1, 38, "one of auto, off, or { cert: FILE, key: FILE }, not a list", null)]
    [InlineData("routes: [{ host: a.test, to: 1, tls: { key: k.pem } }]", 1, 38, "“cert” is missing", null)]
    [InlineData("routes: [{ host: a.test, to: 1, tls: { cert: , key: k.pem } }]", 1, 46, "“cert” is empty", null)]
    [InlineData("routes: [{ host: a.test, to: 1, tls: { cert: c.pem, keys: k.pem } }]", 1, 53, "“keys” is not known", "Did you mean “key”?")]
    [InlineData("routes: [{ host: a.test, to: 1, tls: { cert: \"\" } }]", 1, 46, "This is no path of a file.", "certs/example.pem")]
    [InlineData("routes:\n- { host: a.test, to: 1, tls: { cert: c.pem } }\n- { host: a.test, path: /x, to: 1, tls: { cert: d.pem } }", 3, 41, "a.test has another certificate already, in line 2", "same files")]

    // Values
    [InlineData("routes: [{ to: 1 }]", 1, 10, "“host” is missing", null)]
    [InlineData("routes: [{ host: a.test }]", 1, 10, "“to” is missing", null)]
    [InlineData("routes: [{ host: , to: 1 }]", 1, 18, "“host” is empty", null)]
    [InlineData("routes:\n- host: a_b.test\n  to: 1", 2, 9, "underscore", "a-b")]
    [InlineData("routes: [{ host: a.test/x, to: 1 }]", 1, 18, "slash", null)]
    [InlineData("routes: [{ host: a.test, to: 0 }]", 1, 30, "“0” is not a port", null)]
    [InlineData("routes: [{ host: a.test, to: \"ftp://x\" }]", 1, 30, "“ftp”", null)]
    [InlineData("routes: [{ host: a.test, to: 1, path: v1 }]", 1, 39, "starts with a slash", null)]
    [InlineData("routes: [{ host: a.test, to: 1, hostHeader: \"a b\" }]", 1, 45, "cannot stand in a Host header", null)]
    [InlineData("routes:\n- { host: a.test, to: 1 }\n- { host: A.test., to: 2 }", 3, 3, "a.test has a route already, in line 2", null)]
    [InlineData("routes:\n- { host: a.test, path: /x, to: 1 }\n- { host: a.test, path: /x/, to: 2 }", 3, 3, "a.test/x has a route already, in line 2", null)]
    [InlineData("listen: { http: 80, https: 80 }", 1, 28, "cannot share port 80", null)]
    [InlineData("listen: { bind: everywhere }", 1, 17, "neither loopback, any, nor an IP address", null)]
    [InlineData("listen: { bind: \"1\" }", 1, 17, "neither loopback, any, nor an IP address", null)]
    [InlineData("baseDomains: []", 1, 14, "empty", null)]
    [InlineData("baseDomains: [\"*.test\"]", 1, 15, "wildcard", "Write test")]
    [InlineData("trustedProxies: [10.0.0.0/33]", 1, 18, "neither an IP address nor a network", null)]
    [InlineData("planes: [emedded]", 1, 10, "is no plane", "embedded")]
    [InlineData("certificates: { dns: [{ name: a, provider: exec }] }", 1, 23, "“command” is missing", null)]
    [InlineData("certificates: { dns: [{ name: a, provider: exec, command: [x], token: s3cret }] }", 1, 71, "“token” belongs to providers of the kind cloudflare", null)]
    [InlineData("certificates: { dns: [{ name: a, provider: exec, command: [x], ttl: 5 }] }", 1, 69, "“ttl” is the command's own affair", null)]
    [InlineData("certificates:\n  dns:\n  - { name: a, provider: exec, command: [x] }\n  - { name: a, provider: exec, command: [y] }", 4, 13, "already, in line 3", null)]
    [InlineData("certificates: { dns: [{ name: a, provider: rfc2136 }] }", 1, 23, "“server” is missing", null)]
    [InlineData("certificates: { dns: [{ name: a, provider: rfc2136, server: \"a b\" }] }", 1, 61, "no server", null)]
    [InlineData("certificates: { dns: [{ name: a, provider: rfc2136, server: ns1, zones: [\"*.example.com\"] }] }", 1, 74, "has a wildcard", null)]
    [InlineData("certificates: { dns: [{ name: a, provider: rfc2136, server: ns1, key: { name: k, secret: \"?\" } }] }", 1, 90, "not base64", null)]
    [InlineData("certificates: { dns: [{ name: a, provider: rfc2136, server: ns1, timeout: 5 }] }", 1, 75, "“timeout” is for commands", null)]
    [InlineData("certificates: { dns: [{ name: a, provider: rfc2136, server: ns1, key: { name: k, secret: c2VjcmV0 }, keyFile: f }] }", 1, 111, "“key” is here already, in line 1", null)]
    [InlineData("certificates: { dns: [{ name: a, provider: cloudflare }] }", 1, 23, "“token” is missing", null)]
    [InlineData("certificates: { dns: [{ name: a, provider: cloudflare, token: x, api: \"http://elsewhere\" }] }", 1, 71, "no https URL", null)]
    [InlineData("certificates: { dns: [{ name: a, provider: route53 }] }", 1, 44, "one of exec, rfc2136, cloudflare", null)]
    [InlineData("certificates: { issuers: [{ name: a }] }", 1, 27, "“directory” is missing", null)]
    [InlineData("certificates: { issuers: [{ name: a, directory: \"http://x\" }] }", 1, 49, "no https URL", null)]
    [InlineData("certificates:\n  issuers:\n  - { name: a, directory: \"https://x\" }\n  - { name: a, directory: \"https://y\" }", 4, 13, "already, in line 3", null)]
    [InlineData("certificates: { issuers: [{ name: a, directory: \"https://x\", email: nobody }] }", 1, 69, "no mail address", null)]
    [InlineData("certificates:\n  issuers:\n  - { name: a, directory: \"https://x\", email: a@x.org }\n  - { name: b, directory: \"https://x\", email: b@x.org }", 4, 27, "“a” has this directory too", "the same email")]
    [InlineData("certificates: { issuers: [{ name: a, directory: \"https://x\", challenges: [http] }] }", 1, 75, "one of http-01, tls-alpn-01, dns-01", null)]
    [InlineData("certificates:\n  issuers: [{ name: main, directory: \"https://x\" }]\n  names: [{ host: a.example.com, issuer: maim }]", 3, 42, "no issuer “maim”", "Did you mean “main”?")]
    [InlineData("certificates: { names: [{ host: a.example.com, issuer: main }] }", 1, 56, "no issuer “main”", "certificates.issuers")]
    [InlineData("certificates: { names: [{ issuer: main }], issuers: [{ name: main, directory: \"https://x\" }] }", 1, 25, "“host” is missing", null)]
    [InlineData("certificates: { names: [{ host: a.*.example.com }] }", 1, 33, "The host “a.*.example.com” is not valid", null)]
    [InlineData("certificates:\n  names:\n  - { host: a.example.com }\n  - { host: A.example.com., off: true }", 4, 13, "already, in line 3", null)]
    [InlineData("certificates: { names: [{ host: a.example.com, challenges: [] }] }", 1, 60, "empty", null)]
    [InlineData("certificates: { names: [{ host: a.example.com, key: rsa-1024 }] }", 1, 53, "one of ecdsa-p256", null)]

    // What YAML has and this file does not
    [InlineData("store: &a sqlite", 1, 8, "anchor", null)]
    [InlineData("store: !!str sqlite", 1, 8, "tag", null)]
    [InlineData("store: sqlite\n---\nstore: sqlite", 2, 1, "second document", null)]
    [InlineData("routes: [{ host: a.test, to: 1 }", 2, 1, "not valid YAML", null)]
    [InlineData("store: \"sqlite", 1, 8, "not valid YAML", null)]
    [InlineData("listen:\n\thttp: 80", 1, 1, "not valid YAML", null)]
    public void Parse_OneFault_IsToldAtItsPlace(string text, int line, int column, string said, string? advice)
    {
        var problem = Read(text).Problems.ShouldHaveSingleItem();
        problem.Subject.ShouldBe($"{File}:{line}:{column}");
        problem.Type.ShouldBe(ProblemType.InvalidConfig);
        problem.Text.ShouldContain(said);
        (problem.Advice ?? "").ShouldContain(advice ?? "");
    }

    [Theory]
    [InlineData("planes: [embedded, caddy]", 1, 20)]
    [InlineData("store: \"postgres://me:hush@db/x\"", 1, 8)]
    public void Parse_WhatALaterVersionKnows_IsNotSupportedYet(string text, int line, int column)
    {
        var problem = Read(text).Problems.ShouldHaveSingleItem();
        problem.Subject.ShouldBe($"{File}:{line}:{column}");
        problem.Type.ShouldBe(ProblemType.Unsupported);
        problem.ToString().ShouldNotContain("hush");
    }

    [Fact]
    public void Parse_ManyFaults_AreToldAllAtOnceInTheOrderOfTheFile()
    {
        var problems = Read("""
            listen: { http: x }
            routes:
              - { host: a_b.test, to: 0, path: x }
              - { hosts: a.test, to: 1 }
            nonsense: { deep: [1, { er: 2 }] }
            store: mysql
            routes: [
            """).Problems;

        problems.Select(problem => problem.Subject[(File.Length + 1)..]).ShouldBe(["1:17", "3:13", "3:27", "3:36", "4:5", "4:7", "5:1", "6:8", "7:1", "8:1"]);
    }

    [Fact]
    public void Parse_AliasesThatWouldGrowExponentially_AreRefusedWhereTheyStand()
    {
        var text = new StringBuilder("a0: &a0 [x]\n");
        for (var i = 1; i < 60; i++) text.Append($"a{i}: &a{i} [*a{i - 1}, *a{i - 1}]\n");
        Read(text.ToString()).Problems.ShouldContain(problem => problem.Text.Contains("alias"));
    }

    [Fact]
    public void Parse_NestingWithoutEnd_IsCutOffAtOnce()
    {
        var problems = Read("listen: { http: x }\nroutes: " + new string('[', 1_000_000)).Problems;
        problems[0].Subject.ShouldBe($"{File}:1:17");
        problems.ShouldContain(problem => problem.Text.Contains("deeper than 32"));
    }

    [Fact]
    public void Parse_MoreProblemsThanAnybodyReads_AreCountedBeyondABound()
    {
        var text = new StringBuilder("routes:\n");
        for (var i = 0; i < 5000; i++) text.Append("- { host: a_b, to: 1 }\n");
        var problems = Read(text.ToString()).Problems;
        problems.Count.ShouldBe(ConfigReader.MaxProblems + 1);
        problems[^1].Text.ShouldBe("4000 more problems are not listed.");
    }

    [Fact]
    public void Read_NoFile_IsNotFound() => ConfigFile.Read("/nonexistent/signalbox.yaml").Problem.Type.ShouldBe(ProblemType.NotFound);

    [Fact]
    public void Read_ADirectory_SaysThatItCannotBeRead() => ConfigFile.Read(Path.GetTempPath()).Problem.Text.ShouldContain("cannot be read");

    [Fact]
    public void Parse_OtherEncodings_AreRefused() => ConfigFile.Parse(File, [0x61, 0x3a, 0xff]).Problem.Text.ShouldContain("not UTF-8");

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Parse_OneHundredThousandRoutes_AreOrdinary(bool flow)
    {
        var text = new StringBuilder("routes:\n");
        for (var i = 0; i < 100_000; i++)
            text.Append(flow ? $"  - {{ host: app-{i}.example.localhost, path: /v1, to: \"http://127.0.0.1:{3000 + (i % 1000)}\" }}\n" : $"  - host: app-{i}.example.localhost\n    path: /v1\n    to: http://127.0.0.1:{3000 + (i % 1000)}\n");
        var bytes = Encoding.UTF8.GetBytes(text.ToString());
        var config = ConfigFile.Parse(File, bytes);
        config.Value!.Routes.Count.ShouldBe(100_000);
        config.Value.Routes[99_999].Host.ShouldBe("app-99999.example.localhost");
    }

    private static Outcome<SignalboxConfig> Read(string text) => ConfigFile.Parse(File, Encoding.UTF8.GetBytes(text));
}
