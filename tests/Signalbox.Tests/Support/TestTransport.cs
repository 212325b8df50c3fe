using System.Runtime.CompilerServices;
using Signalbox.Host;
using Signalbox.Proxy.Transport;

namespace Signalbox.Tests.Support;

/// <summary>The transport this run of the tests uses for every router: <c>SIGNALBOX_TEST_TRANSPORT</c>, <c>epoll</c> (default) or <c>sockets</c>. Read here alone.</summary>
internal static class TestTransport
{
    public const string Variable = "SIGNALBOX_TEST_TRANSPORT";

    public static TransportKind Kind { get; } = Parse(Environment.GetEnvironmentVariable(Variable));

    /// <summary>A daemon put together inside of a test uses the same, where its config does not say.</summary>
    [ModuleInitializer]
    internal static void TellTheDaemon() => Environment.SetEnvironmentVariable(TransportChoice.Variable, Kind == TransportKind.Sockets ? "sockets" : "epoll");

    /// <summary>A misspelt word must not quietly test the same transport twice.</summary>
    private static TransportKind Parse(string? word) => word switch
    {
        null or "" or "epoll" => TransportKind.Epoll,
        "sockets" => TransportKind.Sockets,
        _ => throw new InvalidOperationException($"{Variable} is “{word}”; it can be epoll or sockets."),
    };
}
