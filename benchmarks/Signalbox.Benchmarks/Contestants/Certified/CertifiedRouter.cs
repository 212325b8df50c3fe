using Signalbox.Benchmarks.Certification;
using Signalbox.EndToEnd.Support;

namespace Signalbox.Benchmarks.Contestants.Certified;

/// <summary>
/// A router whose names have their certificates from a CA. <see cref="Prepare"/> gives it a new home and new ports; then it is told its CA, may be given certificates as if
/// issued earlier, and is started.
/// </summary>
internal abstract class CertifiedRouter(string name) : Contestant(name)
{
    protected ChildProcess? Child { get; set; }

    public override int Process => Child!.Id;

    /// <summary>For a failure's message.</summary>
    public string Transcript => Child?.Transcript ?? "";

    /// <summary>The CA, told before <see cref="StartAsync"/>.</summary>
    public Issuer? Issuer { get; set; }

    public override bool Can(Feature feature) => feature is Feature.Hosts or Feature.Tls;

    /// <summary>One more of the same kind, not prepared yet.</summary>
    public abstract CertifiedRouter Another();

    /// <summary>A new, empty home, and the ports of what is started next.</summary>
    public abstract void Prepare();

    /// <summary>What is done once for a CA and before any name: for those whose first orders would fail otherwise.</summary>
    /// <param name="layout">What is started afterwards.</param>
    /// <param name="roots">Of the CA's certificates, PEM.</param>
    public virtual Task EnrolAsync(RouteLayout layout, string roots) => Task.CompletedTask;

    /// <summary>Puts certificates where the router keeps those it was issued, in its own form.</summary>
    public abstract Task KeepAsync(IReadOnlyList<StoredCertificate> certificates);

    /// <summary>Starts the process, with the routes in its config, and returns at once: what is measured is when it answers. All routes with TLS are to have a certificate of the CA.</summary>
    public abstract override Task StartAsync(RouteLayout layout);

    public override Task ChangeRouteAsync(string host, int backend) => throw new NotSupportedException("These are only started.");
}
