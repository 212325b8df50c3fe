using Signalbox.Benchmarks.Backends;
using Signalbox.Benchmarks.Contestants;

namespace Signalbox.Benchmarks.Frame;

/// <summary>The backends and the routers that are up and warm for all scenarios, with the common hosts.</summary>
internal sealed class Lineup(AnswerBackend backend, UploadSink sink, IReadOnlyList<Contestant> contestants)
{
    /// <summary>Answered by <see cref="Backend"/> over plain HTTP only.</summary>
    public const string PlainHost = "plain.bench.localhost";

    /// <summary>The same over HTTPS.</summary>
    public const string SecureHost = "secure.bench.localhost";

    /// <summary>Answered by <see cref="Sink"/> over plain HTTP only.</summary>
    public const string PlainUploadHost = "upload.bench.localhost";

    /// <summary>The same over HTTPS.</summary>
    public const string SecureUploadHost = "secure-upload.bench.localhost";

    /// <summary>Small answers (<c>/</c>, 45 bytes) and a megabyte (<c>/1m</c>).</summary>
    public AnswerBackend Backend => backend;

    /// <summary>Reads a request's body to its end and answers 200.</summary>
    public UploadSink Sink => sink;

    /// <summary>Those that carry all of these.</summary>
    public IReadOnlyList<Contestant> With(params Feature[] features) => [.. contestants.Where(contestant => features.All(contestant.Can))];

    public static RouteLayout Layout(AnswerBackend backend, UploadSink sink) => new([
        new RoutedHost(PlainHost, backend.Port), new RoutedHost(SecureHost, backend.Port, Tls: true),
        new RoutedHost(PlainUploadHost, sink.Port), new RoutedHost(SecureUploadHost, sink.Port, Tls: true),
    ]);
}
