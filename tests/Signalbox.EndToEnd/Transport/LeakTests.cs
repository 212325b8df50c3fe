using System.Net.Security;
using System.Net.Sockets;
using Signalbox.EndToEnd.Support;

namespace Signalbox.EndToEnd.Transport;

/// <summary>However a connection ends, its descriptors are given back.</summary>
[Collection(Heavy.Name)]
public sealed class LeakTests
{
    /// <summary>Of each way; far more than <see cref="Kept"/>, so that a way that leaks one each cannot hide.</summary>
    private const int Times = 300;

    private const int AtOnce = 8;

    /// <summary>Connections with the backend that stay open for the next request: as many as were wanted at once, on each of a few loops; and some files of the daemon's own.</summary>
    private const int Kept = 64;

    private static readonly Dictionary<string, Func<PlainSite, int, Task>> Ways = new()
    {
        ["ended by the client"] = (site, _) => WithAsync(site, async client => await client.GetAsync(PlainSite.Name)),
        ["ended by the server"] = (site, _) => WithAsync(site, async client =>
        {
            await client.SendAsync(RawConnection.Request(PlainSite.Name, fields: "Connection: close\r\n"));
            await client.ReadToEndAsync();
        }),
        ["half-closed after the request"] = (site, _) => WithAsync(site, async client =>
        {
            await client.SendAsync(RawConnection.Request(PlainSite.Name));
            client.EndSending();
            (await client.ReadToEndAsync()).ShouldEndWith("ok 0");
        }),
        ["nothing said"] = (site, number) => WithAsync(site, client => EndAsync(client, number)),
        ["reset in the head"] = (site, number) => WithAsync(site, async client =>
        {
            await client.SendAsync(RawConnection.Request(PlainSite.Name)[..20]);
            await EndAsync(client, number);
        }),
        ["gone before the answer"] = (site, number) => WithAsync(site, async client =>
        {
            await client.SendAsync(RawConnection.Request(PlainSite.Name, "/stream"));
            await EndAsync(client, number);
        }),
        ["gone in the answer"] = (site, number) => WithAsync(site, async client =>
        {
            await client.SendAsync(RawConnection.Request(PlainSite.Name, "/big"));
            await client.ReadAsync(1);
            await EndAsync(client, number);
        }),
        ["gone in an endless answer"] = (site, number) => WithAsync(site, async client =>
        {
            await client.SendAsync(RawConnection.Request(PlainSite.Name, "/stream"));
            await client.ReadToAsync("hello");
            await EndAsync(client, number);
        }),
        ["gone in the upload"] = (site, number) => WithAsync(site, async client =>
        {
            await client.SendAsync(RawConnection.Request(PlainSite.Name, method: "POST", fields: "Content-Length: 1000000\r\n") + new string('x', 50_000));
            await EndAsync(client, number);
        }),
        ["reset by the backend in the answer"] = (site, _) => WithAsync(site, async client =>
        {
            await client.SendAsync(RawConnection.Request(PlainSite.Name, "/part"));
            await client.ReadToEndAsync();
        }),
        ["ended by the backend after the answer"] = (site, _) => WithAsync(site, async client => await client.GetAsync(PlainSite.Name, "/close")),
        ["another protocol ended by the client"] = (site, number) => WithAsync(site, async client =>
        {
            await UpgradeAsync(client);
            await EndAsync(client, number);
        }),
        ["another protocol ended by the backend"] = (site, _) => WithAsync(site, async client =>
        {
            await UpgradeAsync(client);
            await client.SendAsync("bye");
            await client.ReadToEndAsync();
        }),
        ["TLS, nothing said"] = (site, number) => SecureAsync(site, client => EndAsync(client, number)),
        ["TLS, a part of the hello"] = (site, number) => SecureAsync(site, async client =>
        {
            // A handshake record of 200 octets of which 4 come.
            await client.SendAsync("\x16\x03\x01\0\xc8\x01\0\0\xc4");
            await EndAsync(client, number);
        }),
        ["TLS, no hello at all"] = (site, _) => SecureAsync(site, async client =>
        {
            await client.SendAsync("GET / HTTP/1.1\r\n\r\n");
            await client.ReadToEndAsync();
        }),
        ["TLS, gone in the handshake"] = (site, number) => SecureAsync(site, async client =>
        {
            // The client looks at the certificate, and goes.
            await using var stream = new NetworkStream(client.Socket);
            await using var tls = new SslStream(stream);
            var goes = new SslClientAuthenticationOptions { TargetHost = PlainSite.SecureName, RemoteCertificateValidationCallback = (_, _, _, _) => false };
            await Should.ThrowAsync<Exception>(async () => await tls.AuthenticateAsClientAsync(goes));
            await EndAsync(client, number);
        }),
        ["TLS, gone after the handshake"] = (site, number) => SecureAsync(site, async client =>
        {
            await using var tls = await site.HandshakeAsync(client);
            await EndAsync(client, number);
        }),
    };

    [Fact]
    public async Task Connections_EndedInEachWay_LeaveNoDescriptorBehind()
    {
        await using var site = await PlainSite.StartAsync();
        foreach (var way in Ways.Values) await ManyAsync(site, way, AtOnce);
        var before = Limits.Descriptors(site.Daemon.Id);
        foreach (var (name, way) in Ways)
        {
            await ManyAsync(site, way, Times);
            await Wait.UntilAsync(
                $"the descriptors of connections {name} are given back",
                () => Limits.Descriptors(site.Daemon.Id) <= before + Kept,
                () => $"{before} before, {Limits.Descriptors(site.Daemon.Id)} now");
        }

        using var last = await site.ConnectAsync();
        (await last.GetAsync(PlainSite.Name)).ShouldBe("ok 0");
        await site.LoopsNeverStoodAsync();
    }

    private static Task ManyAsync(PlainSite site, Func<PlainSite, int, Task> way, int times) =>
        Parallel.ForAsync(0, times, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (number, _) => await way(site, number));

    private static async Task WithAsync(PlainSite site, Func<RawConnection, Task> use) => await EndsAsync(await site.ConnectAsync(), use);

    private static async Task SecureAsync(PlainSite site, Func<RawConnection, Task> use) => await EndsAsync(await RawConnection.ConnectAsync(site.Home.HttpsPort), use);

    private static async Task EndsAsync(RawConnection client, Func<RawConnection, Task> use)
    {
        using (client)
        {
            try
            {
                await use(client);
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionReset)
            {
                // How the router ends what it cannot end in order.
            }
        }
    }

    /// <summary>In order, or with a reset, by turns.</summary>
    private static Task EndAsync(RawConnection client, int number)
    {
        if (number % 2 == 0) client.Reset();
        else client.Dispose();
        return Task.CompletedTask;
    }

    private static async Task UpgradeAsync(RawConnection client)
    {
        await client.SendAsync(RawConnection.Request(PlainSite.Name, "/echo", fields: "Connection: Upgrade\r\nUpgrade: echo\r\n"));
        (await client.ReadToAsync("\r\n\r\n")).ShouldStartWith("HTTP/1.1 101 ");
        await client.SendAsync("abc");
        (await client.ReadAsync(3)).ShouldBe("yes");
    }
}
