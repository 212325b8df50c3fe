using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Signalbox.Model;
using Signalbox.Model.Wire;
using Signalbox.Tests.Control;

namespace Signalbox.Tests.Admin;

public sealed class AdminApiTests
{
    [Fact]
    public async Task Socket_IsForItsOwnerOnly()
    {
        await using var rig = await AdminRig.StartAsync();
        if (!OperatingSystem.IsWindows()) File.GetUnixFileMode(rig.Socket).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Theory]
    [InlineData("status")]
    [InlineData("routes")]
    [InlineData("why?url=https://a.localhost")]
    [InlineData("history")]
    [InlineData("history?limit=10000&owner=site/a.localhost")]
    [InlineData("certs")]
    [InlineData("check")]
    [InlineData("check?fix=true")]
    public async Task Get_EveryCallThatTells_IsJson(string call)
    {
        await using var rig = await AdminRig.StartAsync();
        await rig.Control.AddAsync("a.localhost", "1");
        using var answer = await rig.Client.GetAsync(call, TestContext.Current.CancellationToken);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/json");
        using var document = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Route_PutListedAndDeleted_IsLiveAndThenGone()
    {
        await using var rig = await AdminRig.StartAsync();
        using var backend = ControlRig.Listen();
        using var put = await rig.Client.PutAsync("routes", AdminRig.Json($$"""{"hosts":["b.localhost","a.localhost"],"path":"/v1","backends":["{{ControlRig.Url(backend)}}"]}"""), TestContext.Current.CancellationToken);
        put.StatusCode.ShouldBe(HttpStatusCode.OK);
        var routes = await put.Content.ReadFromJsonAsync(SignalboxJson.Default.RouteReportArray, TestContext.Current.CancellationToken);
        routes!.Select(route => (route.Host, route.Path, route.State)).ShouldBe([("a.localhost", "/v1", "live"), ("b.localhost", "/v1", "live")]);
        (await rig.Client.GetFromJsonAsync("routes", SignalboxJson.Default.RouteReportArray, TestContext.Current.CancellationToken))!.Length.ShouldBe(2);

        using var other = await rig.Client.DeleteAsync("routes?host=b.localhost&path=/v1", TestContext.Current.CancellationToken);
        (await ProblemAsync(other, HttpStatusCode.NotFound)).Detail.ShouldContain("signalbox route rm a.localhost/v1");
        using var gone = await rig.Client.DeleteAsync("routes?host=a.localhost&path=/v1/", TestContext.Current.CancellationToken);
        gone.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        using var again = await rig.Client.DeleteAsync("routes?host=a.localhost&path=/v1", TestContext.Current.CancellationToken);
        await ProblemAsync(again, HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("PUT", "routes", "{}", 400)]
    [InlineData("PUT", "routes", "", 400)]
    [InlineData("PUT", "routes", "null", 400)]
    [InlineData("PUT", "routes", "[]", 400)]
    [InlineData("PUT", "routes", "{\"hosts\":\"a.localhost\"}", 400)]
    [InlineData("PUT", "routes", "{\"hosts\":[\"a.localhost\"],\"backends\":[\"1\"],\"unknown\":1}", 400)]
    [InlineData("PUT", "routes", "{\"hosts\":[\"\\ud800\"],\"backends\":[\"1\"]}", 400)]
    [InlineData("PUT", "routes", "{\"hosts\":[null],\"backends\":[null]}", 400)]
    [InlineData("POST", "leases", "{\"hosts\":[\"a.localhost\"]}", 400)]
    [InlineData("POST", "leases", "<xml/>", 400)]
    [InlineData("PUT", "leases/none", "{}", 404)]
    [InlineData("PUT", "leases/none", "{\"backends\":7}", 400)]
    [InlineData("DELETE", "routes", "", 400)]
    [InlineData("DELETE", "routes?host=a.localhost&host=b.localhost", "", 400)]
    [InlineData("DELETE", "routes?host=a.localhost&path=v1", "", 400)]
    [InlineData("GET", "why", "", 400)]
    [InlineData("GET", "history?limit=0", "", 400)]
    [InlineData("GET", "history?limit=10001", "", 400)]
    [InlineData("GET", "history?limit=x", "", 400)]
    [InlineData("GET", "nothing", "", 404)]
    [InlineData("PATCH", "routes", "", 404)]
    public async Task Call_ThatIsWrong_IsAProblemDocument(string method, string call, string body, int status)
    {
        await using var rig = await AdminRig.StartAsync();
        using var request = new HttpRequestMessage(new HttpMethod(method), call) { Content = body.Length == 0 ? null : AdminRig.Json(body) };
        using var answer = await rig.Client.SendAsync(request, TestContext.Current.CancellationToken);
        var problem = await ProblemAsync(answer, (HttpStatusCode)status);
        problem.Problems.ShouldNotBeEmpty();
        rig.Control.Edge.Book.Count.ShouldBe(0);
    }

    [Fact]
    public async Task Body_PastTheLimit_Is413AndTheServerGoesOn()
    {
        await using var rig = await AdminRig.StartAsync();
        foreach (var call in new[] { "PUT /v1/routes", "POST /v1/leases", "PUT /v1/leases/none" })
        {
            // Only announced, never sent: the answer must not wait for it.
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(rig.Socket), TestContext.Current.CancellationToken);
            await socket.SendAsync(Encoding.ASCII.GetBytes($"{call} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 300000\r\n\r\n"), TestContext.Current.CancellationToken);
            using var reader = new StreamReader(new NetworkStream(socket));
            var answer = await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
            answer.ShouldStartWith("HTTP/1.1 413 ");
            answer.ShouldContain("\"problems\":[");
        }

        (await rig.Client.GetAsync("status", TestContext.Current.CancellationToken)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Name_HeldByAnother_Is409WithTheHolderForRoutesAndLeases()
    {
        await using var rig = await AdminRig.StartAsync();
        using var held = await rig.LeaseAsync("""{"hosts":["a.localhost"],"project":"/home/ann/shop","holder":"1"}""");
        held.Content.Headers.ContentType!.MediaType.ShouldBe("application/x-ndjson");
        using var lease = await rig.LeaseAsync("""{"hosts":["a.localhost"],"project":"/home/ann/other","holder":"2"}""");
        (await ProblemAsync(lease, HttpStatusCode.Conflict)).Detail.ShouldContain("/home/ann/shop");
        using var route = await rig.Client.PutAsync("routes", AdminRig.Json("""{"hosts":["a.localhost"],"backends":["1"]}"""), TestContext.Current.CancellationToken);
        await ProblemAsync(route, HttpStatusCode.Conflict);
    }

    [Fact]
    public async Task Disk_Full_Is507()
    {
        await using var rig = await AdminRig.StartAsync();
        rig.Control.Store.Refusal = new Problem(ProblemType.StoreFull, ProblemSide.System, "signalbox.db", "The disk is full.");
        using var answer = await rig.Client.PutAsync("routes", AdminRig.Json("""{"hosts":["a.localhost"],"backends":["1"]}"""), TestContext.Current.CancellationToken);
        await ProblemAsync(answer, HttpStatusCode.InsufficientStorage);
    }

    [Fact]
    public async Task History_StoreThrows_Is500AsAProblem()
    {
        await using var rig = await AdminRig.StartAsync();
        rig.Control.Store.HistoryFault = new InvalidOperationException("unreadable");
        using var answer = await rig.Client.GetAsync("history", TestContext.Current.CancellationToken);
        (await ProblemAsync(answer, HttpStatusCode.InternalServerError)).Detail.ShouldContain("unreadable");
    }

    [Fact]
    public async Task Ports_AskedForTogether_AreAllDifferent()
    {
        await using var rig = await AdminRig.StartAsync();
        var ports = await Task.WhenAll(Enumerable.Range(0, 50).Select(async _ =>
        {
            using var answer = await rig.Client.PostAsync("ports", null);
            return (await answer.Content.ReadFromJsonAsync(SignalboxJson.Default.PortGrant))!.Port;
        }));
        ports.Distinct().Count().ShouldBe(50);
    }

    [Fact]
    public async Task Shutdown_Is202AndStopsOnceAnswered()
    {
        await using var rig = await AdminRig.StartAsync();
        using var answer = await rig.Client.PostAsync("shutdown", null, TestContext.Current.CancellationToken);
        answer.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        await rig.Stopped.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }

    private static async Task<ProblemDocument> ProblemAsync(HttpResponseMessage answer, HttpStatusCode status)
    {
        answer.StatusCode.ShouldBe(status, await answer.Content.ReadAsStringAsync());
        answer.Content.Headers.ContentType!.MediaType.ShouldBe(ProblemDocument.MediaType);
        var problem = (await answer.Content.ReadFromJsonAsync(SignalboxJson.Default.ProblemDocument))!;
        problem.Status.ShouldBe((int)status);
        return problem;
    }
}
