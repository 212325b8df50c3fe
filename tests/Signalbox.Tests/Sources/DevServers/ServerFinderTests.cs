using System.Net;
using Signalbox.Model;
using Signalbox.Sources.DevServers;

namespace Signalbox.Tests.Sources.DevServers;

/// <summary>Real listeners in real processes. Which port a listener got is read from its output, where it is not told one.</summary>
public sealed class ServerFinderTests
{
    private const string Listener = """
        import http.server, socket, sys, threading
        class V6(http.server.ThreadingHTTPServer):
            address_family = socket.AF_INET6
        class Quiet(http.server.BaseHTTPRequestHandler):
            status = 200
            def do_GET(self):
                self.send_response(self.status); self.end_headers()
            def log_message(self, *rest): pass
        class Upgrade(Quiet):
            status = 426
        def serve(address, port, handler=Quiet):
            server = (V6 if ':' in address else http.server.ThreadingHTTPServer)((address, port), handler)
            threading.Thread(target=server.serve_forever, daemon=True).start()
            return server
        def mute(address):
            s = socket.socket(); s.bind((address, 0)); s.listen(); return s

        """;

    /// <summary>A port on which nobody ever listens (tcpmux, RFC 1078).</summary>
    private const int Unused = 1;

    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Watch_ExpectedPort_IsFound()
    {
        using var child = ChildProcess.Python(Listener + "print(serve('127.0.0.1', 0).server_port)\nsys.stdin.read()");
        var port = await PortAsync(child);
        (await FirstAsync(child, port)).ToString().ShouldBe($"http://127.0.0.1:{port}");
    }

    [Fact]
    public async Task Watch_ExpectedPortOfAGrandchild_IsFound()
    {
        using var child = new ChildProcess("/bin/sh", "-c", "python3 -u -c \"$1\"; true", "sh", Listener + "print(serve('127.0.0.1', 0).server_port)\nsys.stdin.read()");
        var port = await PortAsync(child);
        (await FirstAsync(child, port)).ToString().ShouldBe($"http://127.0.0.1:{port}");
    }

    [Fact]
    public async Task Watch_AnotherPort_IsFound()
    {
        using var child = ChildProcess.Python(Listener + "print(serve('127.0.0.1', 0).server_port)\nsys.stdin.read()");
        var port = await PortAsync(child);
        (await FirstAsync(child, Unused)).ToString().ShouldBe($"http://127.0.0.1:{port}");
    }

    [Fact]
    public async Task Watch_OnlyIPv6Loopback_IsFound()
    {
        using var child = ChildProcess.Python(Listener + "print(serve('::1', 0).server_port)\nsys.stdin.read()");
        var port = await PortAsync(child);
        (await FirstAsync(child, port)).ToString().ShouldBe($"http://[::1]:{port}");
    }

    [Fact]
    public async Task Watch_AnyAddress_IsReachedOverIPv4WhereItTakesThat()
    {
        using var child = ChildProcess.Python(Listener + "s = socket.create_server(('::', 0), family=socket.AF_INET6, dualstack_ipv6=True)\nprint(s.getsockname()[1])\nsys.stdin.read()");
        var port = await PortAsync(child);
        (await FirstAsync(child, port)).ToString().ShouldBe($"http://127.0.0.1:{port}");
    }

    [Fact]
    public async Task Watch_AnyAddressButIPv6Only_IsReachedOverIPv6()
    {
        using var child = ChildProcess.Python(Listener + "s = socket.create_server(('::', 0), family=socket.AF_INET6)\nprint(s.getsockname()[1])\nsys.stdin.read()");
        var port = await PortAsync(child);
        (await FirstAsync(child, port)).ToString().ShouldBe($"http://[::1]:{port}");
    }

    [Fact]
    public async Task Watch_SeveralPorts_TakesTheOneThatServesPages()
    {
        using var child = ChildProcess.Python(Listener + "m = mute('127.0.0.1'); serve('127.0.0.1', 0, Upgrade); print(serve('127.0.0.1', 0).server_port)\nsys.stdin.read()");
        var port = await PortAsync(child);
        (await FirstAsync(child, Unused)).Port.ShouldBe(port);
    }

    [Fact]
    public async Task Watch_NodeWithInspector_TakesThePage()
    {
        using var child = new ChildProcess("node", "--inspect=127.0.0.1:0", "-e",
            "require('http').createServer((q, s) => s.end('x')).listen(0, '127.0.0.1', function () { console.log(this.address().port) })");
        var port = await PortAsync(child);
        (await FirstAsync(child, Unused)).Port.ShouldBe(port);
    }

    [Fact]
    public async Task Watch_ExpectedPortLater_WinsThen()
    {
        using var child = ChildProcess.Python(Listener + """
            late = socket.socket(); late.bind(('127.0.0.1', 0))
            print(late.getsockname()[1])
            print(serve('127.0.0.1', 0).server_port)
            sys.stdin.readline()
            late.listen()
            sys.stdin.read()
            """);
        var expected = await PortAsync(child);
        var port = await PortAsync(child);
        await using var found = new ServerFinder(child.Id, expected, false, TimeProvider.System).WatchAsync(Ended).GetAsyncEnumerator(Ended);
        await found.MoveNextAsync();
        found.Current.Port.ShouldBe(port);
        child.Tell("go");
        await found.MoveNextAsync();
        found.Current.Port.ShouldBe(expected);
    }

    [Fact]
    public async Task Watch_RestartOnAnotherPort_IsFollowed()
    {
        using var child = ChildProcess.Python(Listener + "s = serve('127.0.0.1', 0)\nprint(s.server_port)\nsys.stdin.readline()\nt = serve('127.0.0.1', 0)\ns.shutdown(); s.server_close()\nprint(t.server_port)\nsys.stdin.read()");
        var first = await PortAsync(child);
        await using var found = new ServerFinder(child.Id, Unused, false, TimeProvider.System).WatchAsync(Ended).GetAsyncEnumerator(Ended);
        await found.MoveNextAsync();
        found.Current.Port.ShouldBe(first);
        child.Tell("go");
        var second = await PortAsync(child);
        await found.MoveNextAsync();
        found.Current.Port.ShouldBe(second);
    }

    [Fact]
    public async Task Watch_ListenerOutsideTheTree_CountsOnlyWhereAllowed()
    {
        using var idle = ChildProcess.Python("import sys; sys.stdin.read()");
        using var server = ChildProcess.Python(Listener + "print(serve('127.0.0.1', 0).server_port)\nsys.stdin.read()");
        var port = await PortAsync(server);
        (await FirstAsync(idle, port, elsewhere: true)).Port.ShouldBe(port);
        ListeningPorts.OfTree(idle.Id).ShouldBeEmpty();
    }

    [Fact]
    public async Task Watch_TlsServer_IsSpokenToOverTls()
    {
        using var folder = new TemporaryFolder();
        using var key = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        using var certificate = new System.Security.Cryptography.X509Certificates.CertificateRequest("CN=localhost", key, System.Security.Cryptography.HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
        var file = folder.File("both.pem", certificate.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem());
        using var child = new ChildProcess("node", "-e",
            $"const pem = require('fs').readFileSync('{file}'); require('https').createServer({{ key: pem, cert: pem }}, (q, s) => s.end('x')).listen(0, '127.0.0.1', function () {{ console.log(this.address().port) }})");
        var port = await PortAsync(child);
        (await FirstAsync(child, Unused)).ToString().ShouldBe($"https://127.0.0.1:{port}");
    }

    [Fact]
    public async Task Holder_TakenPort_NamesTheProcess()
    {
        using var child = ChildProcess.Python(Listener + "print(serve('127.0.0.1', 0).server_port)\nsys.stdin.read()");
        var port = await PortAsync(child);
        ListeningPorts.Holder(port).ShouldNotBeNull().ShouldContain($"(process {child.Id})");
        ListeningPorts.Holder(Unused).ShouldBeNull();
    }

    [Fact]
    public void Parse_Table_ReadsListenersOfBothVersions()
    {
        var sockets = ListenTable.Parse([
            "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode",
            "   0: 0100007F:101B 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 11 1 0000000000000000 100 0 0 10 0",
            "   1: 0100007F:101C 0100007F:9999 01 00000000:00000000 00:00000000 00000000     0        0 12 1 0000000000000000 100 0 0 10 0",
            "   2: 00000000000000000000000001000000:0BB8 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 13 1 0 100 0 0 10 0",
            "   3: 0000000000000000FFFF00000100007F:0BB9 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 14 1 0 100 0 0 10 0",
            "   4: broken",
        ]);
        sockets.ShouldBe([
            new ListeningSocket(IPAddress.Loopback, 4123, 11),
            new ListeningSocket(IPAddress.IPv6Loopback, 3000, 13),
            new ListeningSocket(IPAddress.Loopback, 3001, 14),
        ]);
    }

    private static async Task<int> PortAsync(ChildProcess child) => int.Parse((await child.ReadLineAsync())!);

    private static async Task<Backend> FirstAsync(ChildProcess child, int expected, bool elsewhere = false)
    {
        await using var found = new ServerFinder(child.Id, expected, elsewhere, TimeProvider.System).WatchAsync(Ended).GetAsyncEnumerator(Ended);
        (await found.MoveNextAsync()).ShouldBeTrue();
        return found.Current;
    }
}
