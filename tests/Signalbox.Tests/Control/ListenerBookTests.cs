using Signalbox.Control;
using Signalbox.Model;
using Signalbox.Model.Wire;

namespace Signalbox.Tests.Control;

public sealed class ListenerBookTests
{
    private static readonly ListenerReport Http = new("127.0.0.1", 8080, "http");
    private static readonly ListenerReport Https = new("127.0.0.1", 8443, "https");
    private static readonly ListenerReport Https6 = new("::1", 8443, "https");
    private static readonly RouteKey Key = new("app.localhost", "/");

    private readonly ListenerBook _book = new(new Everything());

    [Fact]
    public void Url_WhileThePortIsSomebodyElses_IsTheSame()
    {
        _book.All = [Http, Https];
        var url = _book.Url(Key, TlsMode.Auto);
        (_book.All, _book.Waiting) = ([Http], [Held(Https)]);
        url.ShouldBe("https://app.localhost:8443");
        _book.Url(Key, TlsMode.Auto).ShouldBe(url);
        _book.Closed(Key.Host, TlsMode.Auto)!.Type.ShouldBe(ProblemType.PortInUse);
        _book.Closed(Key.Host, TlsMode.Off).ShouldBeNull();
    }

    /// <summary>Half of those who ask would come to another program.</summary>
    [Fact]
    public void Closed_OneOfTwoAddressesIsSomebodyElses_TellsThat()
    {
        (_book.All, _book.Waiting) = ([Http, Https6], [Held(Https)]);
        _book.Closed(Key.Host, TlsMode.Auto)!.Type.ShouldBe(ProblemType.PortInUse);
    }

    /// <summary>Nobody answers there at all.</summary>
    [Fact]
    public void Closed_OneOfTwoAddressesMayNotBeBound_IsOpen()
    {
        (_book.All, _book.Waiting) = ([Http, Https6], [Https with { Problem = new Problem(ProblemType.PortDenied, ProblemSide.System, "127.0.0.1:8443", "It may not be bound.") }]);
        _book.Closed(Key.Host, TlsMode.Auto).ShouldBeNull();
    }

    private static ListenerReport Held(ListenerReport listener) => listener with { Problem = new Problem(ProblemType.PortInUse, ProblemSide.System, "", "It is held.") };

    private sealed class Everything : ICertificateBook
    {
        public bool Covers(string host) => true;

        public ValueTask<ServerCertificate?> FindAsync(string host, bool keep) => default;
    }
}
