namespace Signalbox.Benchmarks.Contestants;

/// <summary>One host and where it leads.</summary>
/// <param name="Host">The exact name.</param>
/// <param name="Backend">A port on 127.0.0.1 that speaks plain HTTP/1.1.</param>
/// <param name="Tls">True: served over HTTPS (HTTP/1.1 and 2). False: over plain HTTP, without a redirection.</param>
internal sealed record RoutedHost(string Host, int Backend, bool Tls = false);

/// <summary>All the hosts a contestant is started with, in the order of its config file.</summary>
internal sealed record RouteLayout(IReadOnlyList<RoutedHost> Hosts)
{
    /// <summary>The name of a host among many.</summary>
    public static string ManyHost(int number) => $"service-{number}.bench.localhost";

    /// <summary>So many hosts over plain HTTP, numbered from 0.</summary>
    public static RouteLayout Many(int count, int backend) => new([.. Enumerable.Range(0, count).Select(number => new RoutedHost(ManyHost(number), backend))]);

    /// <summary>A name that a public CA may sign for, among many.</summary>
    public static string PublicHost(int number) => $"service-{number}.example.com";

    /// <summary>So many hosts over HTTPS with names of their own, of which so many have TLS; the others are served over plain HTTP.</summary>
    public static RouteLayout Public(int count, int backend, int? secure = null) =>
        new([.. Enumerable.Range(0, count).Select(number => new RoutedHost(PublicHost(number), backend, Tls: number < (secure ?? count)))]);
}
