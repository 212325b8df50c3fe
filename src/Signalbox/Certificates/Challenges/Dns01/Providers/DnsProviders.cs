using Signalbox.Certificates.Dns;

namespace Signalbox.Certificates.Challenges.Dns01.Providers;

/// <summary>Makes providers from their options.</summary>
/// <param name="http">For those with an API; given, because connections are to be shared and tests have their own. Its own timeout must be off.</param>
internal sealed class DnsProviders(HttpClient http, DnsTiming timing, TimeProvider time)
{
    public DnsProviderTable Table(IEnumerable<DnsProviderOptions> all) => new(All(all));

    public IEnumerable<(DnsProviderOptions Options, IDnsProvider Provider)> All(IEnumerable<DnsProviderOptions> all) =>
        all.Select(options => (options, (IDnsProvider)new BoundedProvider(Make(options), options.AtOnce)));

    private IDnsProvider Make(DnsProviderOptions options) => options switch
    {
        ExecProviderOptions exec => new ExecProvider(exec, time),
        Rfc2136ProviderOptions update => new Rfc2136Provider(update, new DnsClient(time, timing), time),
        CloudflareProviderOptions cloudflare => new CloudflareProvider(cloudflare, http, time),
        _ => throw new ArgumentException($"There is no provider for {options.GetType().Name}.", nameof(options)),
    };
}
