using System.Security.Cryptography.X509Certificates;
using Signalbox.EndToEnd.Support;
using Signalbox.Model.Wire;

namespace Signalbox.EndToEnd.Certificates.Killing;

/// <summary>A home with one public name, before a CA that can have its daemon killed at any place of an order.</summary>
internal sealed class KilledSite : IAsyncDisposable
{
    private const string Name = "www.example.com";

    private readonly PublicSite _site;
    private readonly X509Certificate2 _root;
    private readonly HaltingCa _ca;
    private Daemon? _daemon;

    private KilledSite(PublicSite site, X509Certificate2 root)
    {
        (_site, _root) = (site, root);
        _ca = new HaltingCa(site.Pebble);
        site.Directory = _ca.Directory;
        site.Configure();
    }

    /// <summary>What was asked since requests were let pass.</summary>
    public IReadOnlyList<OrderStep> Steps => _ca.Steps;

    /// <summary>Orders that the CA has made.</summary>
    public int Orders => _ca.Orders;

    public string Transcript => $"asked: {string.Join(", ", Steps)}\n{_daemon?.Process.Transcript}\n{_site.Pebble.Transcript}";

    public static async Task<KilledSite> StartAsync()
    {
        var site = await PublicSite.StartAsync(null, Name);
        return new KilledSite(site, await site.Pebble.RootAsync());
    }

    /// <summary>A daemon, whose requests to the CA wait until they are let pass.</summary>
    public async Task UpAsync()
    {
        if (_daemon is not null)
        {
            _ca.Close();
            await _daemon.Kill9Async();
        }

        _daemon = await _site.Home.UpAsync();
    }

    /// <summary>Lets requests to the CA pass.</summary>
    public void Open() => _ca.Open();

    /// <summary>Lets none pass any more that the present daemon sends.</summary>
    public void Close() => _ca.Close();

    /// <summary>Lets them pass up to this place, at which the daemon is killed. True when it came there.</summary>
    public Task<bool> KillAsync(OrderPlace place) => _ca.KillAsync(place, _daemon!.Kill9Async);

    /// <summary>Has the certificate made anew. False when the daemon has not answered, as it was killed.</summary>
    public async Task<bool> RenewAsync()
    {
        try
        {
            (await _site.Home.Admin.RenewAsync(Name)).State.ShouldBe(CertificateStates.Issued);
            return true;
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return false;
        }
    }

    /// <summary>The serial number of the certificate that a browser is shown which trusts this CA alone.</summary>
    public async Task<string> ShownAsync()
    {
        using var shown = await _site.HandshakeAsync(Name, _root);
        return shown.SerialNumber;
    }

    /// <summary>Waits until the name is issued and nothing of an order is left. In a renewal a browser is shown a good certificate all the time, and in the end another than the former.</summary>
    public Task EndedAsync(string? former = null)
    {
        var last = "";
        return Wait.UntilAsync(
            "the order has ended",
            async () =>
            {
                var isNew = former is null || await ShownAsync() != former;
                var report = await _site.ReportAsync(Name);
                last = $"{report}, keys of orders: {string.Join(' ', OrderKeys())}";
                return isNew && report.State == CertificateStates.Issued && OrderKeys().Length == 0;
            },
            () => $"{last}\n{Transcript}");
    }

    /// <summary>What holds whenever an order has ended.</summary>
    /// <param name="before">Orders that the CA had made before this one.</param>
    /// <param name="most">What this one may have cost.</param>
    public async Task CheckAsync(int before, int most)
    {
        (_ca.Orders - before).ShouldBeInRange(1, most);

        // The key of the account was written down before anybody heard of it, so that the CA knows it again.
        _ca.Accounts.ShouldBe(1);
        Directory.GetFiles(_site.Home.Layout.AccountKeys).ShouldHaveSingleItem();

        // Throws where the key is another's.
        var path = _site.Home.Layout.PublicCertificate(Name);
        using var kept = X509Certificate2.CreateFromPemFile(path, path);
        kept.SerialNumber.ShouldBe(await ShownAsync());
    }

    public async ValueTask DisposeAsync()
    {
        // First what stands between the two, so that it meets with nobody who ends in the middle.
        await _ca.DisposeAsync();
        await _site.DisposeAsync();
        _root.Dispose();
    }

    private string[] OrderKeys() => Directory.Exists(_site.Home.Layout.OrderKeys) ? Directory.GetFiles(_site.Home.Layout.OrderKeys) : [];
}
