namespace Signalbox.EndToEnd.Differential.Contestants;

/// <summary>A proxy that all cases are played through.</summary>
internal interface IContestant : IAsyncDisposable
{
    string Name { get; }

    /// <summary>Where it listens, in clear.</summary>
    int Port { get; }

    /// <summary>Where it listens over TLS, for HTTP/1.1 and HTTP/2.</summary>
    int SecurePort { get; }

    /// <summary>Starts it with these routes, and returns when it takes connections.</summary>
    Task StartAsync(IReadOnlyList<BackendOfHost> routes);
}
