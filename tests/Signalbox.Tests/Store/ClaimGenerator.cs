using FsCheck;
using FsCheck.Fluent;
using Signalbox.Model;

namespace Signalbox.Tests.Store;

/// <summary>Claims of any shape the model can hold, also odd ones: text with quotes, nulls in the middle and characters past the basic plane.</summary>
internal static class ClaimGenerator
{
    private static readonly Gen<string> Text = Gen.Elements("a", "b.localhost", "*.x.test", "ünï", "“q”", "quote\"back\\slash", "line\nbreak", "\0", "😀",
        "</script>", "' or 1=1 --", "/", "");

    private static readonly Gen<string?> Optional = Gen.OneOf(Gen.Constant<string?>(null), Text.Select(text => (string?)text));

    private static readonly Gen<DateTimeOffset> Time =
        Gen.OneOf(Gen.Constant(default(DateTimeOffset)), Gen.Constant(DateTimeOffset.MaxValue),
            Gen.Choose(0, int.MaxValue).Select(ticks => Samples.Start.AddTicks(ticks)));

    private static readonly Gen<Backend> Backends =
        from scheme in Gen.Elements(Enum.GetValues<BackendScheme>())
        from host in Gen.Elements("localhost", "127.0.0.1", "::1", "web_1", "a.example")
        from port in Gen.Choose(1, 65535)
        select new Backend(scheme, host, port);

    public static Gen<Claim[]> Claims() =>
        from count in Gen.Choose(0, 6)
        from claims in Gen.ArrayOf(Single(), count)
        select claims.DistinctBy(claim => claim.Owner).ToArray();

    private static Gen<Claim> Single() =>
        from source in Gen.Elements(Owner.Dev, Owner.File, Owner.Site, Owner.Docker)
        from key in Text
        from hosts in Gen.ListOf(Text)
        from path in Gen.Elements("/", "/v1", "/v1/x")
        from kind in Gen.Elements(Enum.GetValues<RouteKind>())
        from backends in Gen.ListOf(Backends)
        from tls in Gen.Elements(Enum.GetValues<TlsMode>())
        from hostHeader in Optional
        from life in Gen.Elements(Enum.GetValues<ClaimLife>())
        from project in Optional
        from grouped in Optional
        from label in Optional
        from since in Time
        from held in Time
        from taken in Gen.OneOf(Gen.Constant<DateTimeOffset?>(null), Time.Select(time => (DateTimeOffset?)time))
        select new Claim
        {
            Owner = new Owner(source, key),
            Hosts = hosts.ToItems(),
            Path = path,
            Kind = kind,
            Backends = backends.ToItems(),
            Tls = tls,
            HostHeader = hostHeader,
            Life = life,
            Project = project,
            Group = grouped,
            Label = label,
            Since = since,
            Held = held,
            Taken = taken,
        };
}
