using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Signalbox.Host;
using Signalbox.Model;
using Signalbox.Model.Wire;
using Signalbox.Tests.Support;

namespace Signalbox.Tests.Host;

/// <summary>A start that fails at any floor leaves nothing behind; a stop ends everything whatever hangs.</summary>
public sealed class CompositionTests
{
    [Fact]
    public async Task Start_ThenStop_FreesPortsSocketAndLock()
    {
        using var home = new TemporaryHome();
        var (http, https) = (FreePort(), FreePort());
        var built = await BuildAsync(home.Layout, http, https);
        built.Succeeded.ShouldBeTrue(built.Problems.ToString());
        await built.Value!.DisposeAsync();
        File.Exists(home.Layout.AdminSocket).ShouldBeFalse();
        ShouldBeFree(home.Layout, http, https);
    }

    [Fact]
    public async Task Start_TransportInTheConfig_IsUsedAndTold()
    {
        using var home = new TemporaryHome();
        File.WriteAllText(home.Layout.ConfigFile, "transport: sockets\n");
        var built = await BuildAsync(home.Layout, 0, 0);
        built.Value!.Status.Tell().Transport.ShouldBe(new TransportReport(TransportReport.Sockets, 0, null));
        built.Value.Status.Notices.ShouldNotContain(notice => notice.Contains("runs on"));
        await built.Value.DisposeAsync();
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("eventLoops: 3\n", 3)]
    public async Task Start_OnEpoll_HasOneLoopACoreOrAsManyAsToldAndTellsTheLongestTurn(string told, int loops)
    {
        using var home = new TemporaryHome();
        File.WriteAllText(home.Layout.ConfigFile, "transport: epoll\n" + told);
        var built = await BuildAsync(home.Layout, 0, 0);
        var transport = built.Value!.Status.Tell().Transport!;
        (transport.Kind, transport.Reason).ShouldBe((TransportReport.Epoll, null));
        transport.Loops.ShouldBe(loops > 0 ? loops : Environment.ProcessorCount);
        // The loops have begun to listen by now, which took some time.
        transport.LongestTurnMilliseconds!.Value.ShouldBeGreaterThan(0);
        await built.Value.DisposeAsync();
    }

    [Fact]
    public async Task Start_WhileAnotherRuns_IsInUse()
    {
        using var home = new TemporaryHome();
        var first = await BuildAsync(home.Layout, 0, 0);
        (await BuildAsync(home.Layout, 0, 0)).Problem.Type.ShouldBe(ProblemType.HomeInUse);
        await first.Value!.DisposeAsync();
    }

    [Fact]
    public async Task Start_BadConfig_FailsAtThatFloorAndLeavesNothing()
    {
        using var home = new TemporaryHome();
        File.WriteAllText(home.Layout.ConfigFile, "nonsense: true\n");
        var (http, https) = (FreePort(), FreePort());
        (await BuildAsync(home.Layout, http, https)).Problem.Type.ShouldBe(ProblemType.InvalidConfig);
        ShouldBeFree(home.Layout, http, https);
    }

    [Fact]
    public async Task Start_ForeignDatabase_FailsAtTheStoreAndLeavesNothing()
    {
        using var home = new TemporaryHome();
        Directory.CreateDirectory(home.Layout.Authority);
        using (var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={home.Layout.Database};Pooling=False"))
        {
            SQLitePCL.Batteries_V2.Init();
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "create table other (x); pragma application_id = 7";
            command.ExecuteNonQuery();
        }

        var (http, https) = (FreePort(), FreePort());
        (await BuildAsync(home.Layout, http, https)).Succeeded.ShouldBeFalse();
        ShouldBeFree(home.Layout, http, https);
    }

    [Fact]
    public async Task Start_AuthorityCannotBeMade_FailsAndLeavesNothing()
    {
        using var home = new TemporaryHome();
        File.WriteAllText(home.Layout.Authority, "a file where the directory belongs");
        var (http, https) = (FreePort(), FreePort());
        (await BuildAsync(home.Layout, http, https)).Succeeded.ShouldBeFalse();
        ShouldBeFree(home.Layout, http, https);
    }

    [Fact]
    public async Task Start_OnePortInUse_StartsAllTheSameAndSaysSo()
    {
        using var home = new TemporaryHome();
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var http = FreePort();
        var built = await BuildAsync(home.Layout, http, ((IPEndPoint)taken.LocalEndpoint).Port);
        var status = built.Value!.Status.Tell();
        status.Listeners.ShouldContain(listener => listener.Port == http && listener.Protocol == "http");
        status.Waiting.ShouldHaveSingleItem().Problem!.Type.ShouldBe(ProblemType.PortInUse);
        status.Problems.ShouldContain(problem => problem.Type == ProblemType.PortInUse);
        await built.Value.DisposeAsync();
        ShouldBeFree(home.Layout, http);
    }

    [Fact]
    public async Task Start_AdminSocketPathTooLong_FailsAtTheTopAndFreesEverything()
    {
        using var home = new TemporaryHome();
        var deep = new HomeLayout(Path.Combine(home.Layout.Root, new string('d', 100)));
        var (http, https) = (FreePort(), FreePort());
        (await BuildAsync(deep, http, https)).Problem.Type.ShouldBe(ProblemType.HomeUnusable);
        ShouldBeFree(deep, http, https);
    }

    [Fact]
    public async Task Start_Cancelled_FreesEverything()
    {
        using var home = new TemporaryHome();
        var (http, https) = (FreePort(), FreePort());
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => Composition.BuildAsync(new DaemonOptions(home.Layout, http, https, null, null), NullLoggerFactory.Instance, () => { }, stop.Token));
        ShouldBeFree(home.Layout, http, https);
    }

    [Fact]
    public async Task Stop_HomeRemovedMeanwhile_StillEndsEveryFloor()
    {
        using var home = new TemporaryHome();
        var inner = new HomeLayout(Path.Combine(home.Layout.Root, "home"));
        var (http, https) = (FreePort(), FreePort());
        var built = await BuildAsync(inner, http, https);
        // In one step: whoever deletes file by file meets what is written meanwhile.
        Directory.Move(inner.Root, Path.Combine(home.Layout.Root, "gone"));
        await built.Value!.DisposeAsync();
        ShouldBeFree(inner, http, https);
    }

    [Fact]
    public async Task Stop_WithManyLeasesAndAHangingCall_TellsTheHoldersAndEnds()
    {
        using var home = new TemporaryHome();
        var built = await BuildAsync(home.Layout, 0, 0);
        var holders = new List<Socket>();
        for (var number = 0; number < 50; number++)
        {
            var body = $$"""{"hosts":["h{{number}}.localhost"],"holder":"{{number}}"}""";
            holders.Add(await RawAsync(home.Layout, $"POST /v1/leases HTTP/1.1\r\nHost: x\r\nContent-Length: {body.Length}\r\n\r\n{body}"));
        }

        foreach (var holder in holders) await UntilAsync(holder, "granted");
        using var hanging = await RawAsync(home.Layout, "PUT /v1/routes HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{");
        await built.Value!.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        foreach (var holder in holders)
        {
            await UntilAsync(holder, "shutdown");
            holder.Dispose();
        }

        ShouldBeFree(home.Layout);
    }

    private static Task<Outcome<Composition>> BuildAsync(HomeLayout home, int http, int https) =>
        Composition.BuildAsync(new DaemonOptions(home, http, https, null, null), NullLoggerFactory.Instance, () => { }, CancellationToken.None);

    private static async Task<Socket> RawAsync(HomeLayout home, string request)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(home.AdminSocket));
        await socket.SendAsync(Encoding.ASCII.GetBytes(request));
        return socket;
    }

    private static async Task UntilAsync(Socket socket, string word)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var buffer = new byte[4096];
        var text = "";
        while (!text.Contains($"\"event\":\"{word}\"", StringComparison.Ordinal))
        {
            var count = await socket.ReceiveAsync(buffer, limit.Token);
            count.ShouldBeGreaterThan(0, text);
            text += Encoding.UTF8.GetString(buffer, 0, count);
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static void ShouldBeFree(HomeLayout home, params int[] ports)
    {
        using (var taken = HomeLock.Take(home).Value) taken.ShouldNotBeNull();
        foreach (var port in ports)
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
        }
    }
}
