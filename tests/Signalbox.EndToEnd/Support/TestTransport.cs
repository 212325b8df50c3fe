namespace Signalbox.EndToEnd.Support;

/// <summary>The transport this run of the tests uses for every daemon: <c>SIGNALBOX_TEST_TRANSPORT</c>, <c>epoll</c> (default) or <c>sockets</c>. Read here alone.</summary>
internal static class TestTransport
{
    private const string Variable = "SIGNALBOX_TEST_TRANSPORT";

    /// <summary>As the config file and <c>SIGNALBOX_TRANSPORT</c> call it. A misspelt word must not quietly test the same transport twice.</summary>
    public static string Name { get; } = Environment.GetEnvironmentVariable(Variable) switch
    {
        null or "" or "epoll" => "epoll",
        "sockets" => "sockets",
        var word => throw new InvalidOperationException($"{Variable} is “{word}”; it can be epoll or sockets."),
    };
}
