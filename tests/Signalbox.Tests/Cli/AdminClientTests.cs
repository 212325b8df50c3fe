using System.Net.Sockets;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Signalbox.Cli.Client;
using Signalbox.Model;
using Signalbox.Model.Wire;
using Signalbox.Tests.Support;

namespace Signalbox.Tests.Cli;

public sealed class AdminClientTests : IDisposable
{
    private readonly TemporaryHome _home = new();
    private readonly AdminClient _client;

    public AdminClientTests() => _client = new AdminClient(_home.Layout.AdminSocket);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _client.Dispose();
        _home.Dispose();
    }

    [Fact]
    public async Task Status_NoSocket_TellsHowToStartADaemon()
    {
        var problem = (await _client.StatusAsync(Token)).Problem;
        problem.Type.ShouldBe(ProblemType.NoDaemon);
        problem.Advice.ShouldNotBeNull().ShouldContain("signalbox up");
    }

    [Fact]
    public async Task Status_LeftoverSocket_IsNoDaemon()
    {
        Leftovers.Socket(_home.Layout);
        (await _client.StatusAsync(Token)).Problem.Type.ShouldBe(ProblemType.NoDaemon);
    }

    [Fact]
    public async Task Status_PathTooLongForASocket_BlamesTheHome()
    {
        using var client = new AdminClient("/tmp/" + new string('a', 120) + "/admin.sock");
        var problem = (await client.StatusAsync(Token)).Problem;
        problem.Type.ShouldBe(ProblemType.HomeUnusable);
        problem.Text.ShouldContain("108");
    }

    [Fact]
    public async Task Status_FieldOfALaterVersion_IsPassedOver()
    {
        await using var admin = await FakeAdmin.StartAsync(_home.Layout, 200, Reports.StatusJson.Insert(1, "\"colour\":\"blue\","));
        (await _client.StatusAsync(Token)).Value!.Pid.ShouldBe(4711);
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    public async Task Status_BodyThatIsNoStatus_IsAProblemNotAnException(string body)
    {
        await using var admin = await FakeAdmin.StartAsync(_home.Layout, 200, body);
        (await _client.StatusAsync(Token)).Problem.Type.ShouldBe(ProblemType.CommandFailed);
    }

    [Fact]
    public async Task PutRoute_SeveralProblems_AllComeBack()
    {
        var document = ProblemDocument.Of(400, new Problem(ProblemType.InvalidHost, ProblemSide.Request, "a b", "one"), new Problem(ProblemType.InvalidPort, ProblemSide.Request, "0", "two", "do"));
        await using var admin = await FakeAdmin.StartAsync(_home.Layout, 400, JsonSerializer.Serialize(document, SignalboxJson.Default.ProblemDocument), ProblemDocument.MediaType);
        var answer = await _client.PutRouteAsync(new ClaimRequest { Hosts = ["a b"] }, Token);
        answer.Problems.ShouldBe(document.Problems);
    }

    [Fact]
    public async Task PutRoute_ConflictWithoutList_KeepsTypeAndText()
    {
        await using var admin = await FakeAdmin.StartAsync(_home.Layout, 409, """{"type":"urn:signalbox:problem:host-in-use","title":"t","status":409,"detail":"held by x"}""", ProblemDocument.MediaType);
        var problem = (await _client.PutRouteAsync(new ClaimRequest(), Token)).Problem;
        (problem.Type, problem.Text).ShouldBe((ProblemType.HostInUse, "held by x"));
    }

    [Theory]
    [InlineData(404, ProblemType.NotFound)]
    [InlineData(500, ProblemType.CommandFailed)]
    public async Task Routes_ErrorWithoutDocument_TellsItsStatus(int status, string type)
    {
        await using var admin = await FakeAdmin.StartAsync(_home.Layout, status, "<html>", "text/html");
        var problem = (await _client.RoutesAsync(Token)).Problem;
        (problem.Type, problem.Text.Contains(status.ToString())).ShouldBe((type, true));
    }

    [Fact]
    public async Task Status_DaemonDiesBeforeItAnswers_IsNoDaemon()
    {
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(_home.Layout.AdminSocket));
        listener.Listen();
        var asked = _client.StatusAsync(Token);
        (await listener.AcceptAsync(Token)).Dispose();
        (await asked).Problem.Type.ShouldBe(ProblemType.NoDaemon);
    }

    [Fact]
    public async Task Status_CallersCancellation_IsNotAProblem()
    {
        using var own = new CancellationTokenSource();
        await using var admin = await FakeAdmin.StartAsync(_home.Layout, async context =>
        {
            await own.CancelAsync();
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        });
        await Should.ThrowAsync<OperationCanceledException>(() => _client.StatusAsync(own.Token));
    }

    [Fact]
    public async Task RemoveRoute_HostAndPath_AreEscaped()
    {
        string? asked = null;
        await using var admin = await FakeAdmin.StartAsync(_home.Layout, context =>
        {
            asked = $"{context.Request.Method} {context.Request.Query["host"]} {context.Request.Query["path"]}";
            context.Response.StatusCode = 204;
            return Task.CompletedTask;
        });
        (await _client.RemoveRouteAsync("*.a.localhost", "/x&y=z", Token)).ShouldBeNull();
        asked.ShouldBe("DELETE *.a.localhost /x&y=z");
    }

    [Fact]
    public async Task Lease_Events_ComeOneByOneWhileTheStreamIsOpen()
    {
        var released = new TaskCompletionSource();
        var next = new SemaphoreSlim(0);
        await using var admin = await FakeAdmin.StartAsync(_home.Layout, async context =>
        {
            context.RequestAborted.Register(released.SetResult);
            foreach (var line in (string[])["""{"event":"granted","id":"sb-dev-1","urls":["https://a.localhost"],"later":1}""", """{"event":"proved","revision":7}""", """{"event":"pro"""])
            {
                await context.Response.WriteAsync(line + "\n", Token);
                await context.Response.Body.FlushAsync(Token);
                await next.WaitAsync(context.RequestAborted);
            }
        });
        var lease = await _client.LeaseAsync(new ClaimRequest { Hosts = ["a.localhost"], Holder = "h" }, Token);
        var seen = new List<string>();
        await using (lease.Value)
        {
            await foreach (var told in lease.Value!.ReadAsync(Token))
            {
                seen.Add($"{told.Event} {told.Id}{told.Revision}");
                next.Release();
                if (seen.Count == 2) break;
            }

            released.Task.IsCompleted.ShouldBeFalse();
        }

        await released.Task.WaitAsync(Token);
        seen.ShouldBe(["granted sb-dev-1", "proved 7"]);
    }

    [Fact]
    public async Task Lease_DaemonEndsInTheMiddleOfALine_StreamEndsQuietly()
    {
        var seenFirst = new TaskCompletionSource();
        await using var admin = await FakeAdmin.StartAsync(_home.Layout, async context =>
        {
            await context.Response.WriteAsync("{\"event\":\"granted\"}\n{\"event\":", Token);
            await context.Response.Body.FlushAsync(Token);
            await seenFirst.Task;
            context.Abort();
        });
        var lease = await _client.LeaseAsync(new ClaimRequest { Hosts = ["a.localhost"], Holder = "h" }, Token);
        var seen = new List<string>();
        await using (lease.Value)
        {
            await foreach (var told in lease.Value!.ReadAsync(Token))
            {
                seen.Add(told.Event);
                seenFirst.SetResult();
            }
        }

        seen.ShouldBe(["granted"]);
    }
}
