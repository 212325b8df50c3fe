using Signalbox.EndToEnd.Differential.Wires;

namespace Signalbox.EndToEnd.Differential.Data;

/// <summary>One exchange between a client and a backend through a proxy, as data.</summary>
/// <param name="Name">A few words, unique.</param>
internal sealed record WireCase(string Name)
{
    /// <summary>What the client does. At its end it waits until each of its requests is answered and looks whether the connection can still be used.</summary>
    public required IReadOnlyList<Step> Client { get; init; }

    /// <summary>What the backend does with the first request to reach it, the second, and so on.</summary>
    public IReadOnlyList<Exchange> Backend { get; init; } = [];

    /// <summary>What comes of it through the lane, in short; see <see cref="Views.Summary"/>.</summary>
    public required string Want { get; init; }

    /// <summary>What the client speaks. Its steps are written in HTTP/1.1 in any case.</summary>
    public Carrier Carrier { get; init; }

    /// <summary>The name of the case that this is, with another carrier; null for the case itself.</summary>
    public string? Of { get; init; }

    /// <summary>True when nothing listens at the backend's address.</summary>
    public bool IsAway { get; init; }

    public IReadOnlyList<Difference> Differences { get; init; } = [];

    /// <summary>One request, in the manner of <see cref="Do.Lines"/>, and one answer to it when it has come whole.</summary>
    public static WireCase Simple(string name, string request, string answer, string want) =>
        new(name) { Client = [Do.Lines(request)], Backend = [Exchange.Reply(answer)], Want = want };

    /// <summary>One request that is answered in the most ordinary way.</summary>
    public static WireCase Asking(string name, string request, string want) => Simple(name, request, "HTTP/1.1 200 OK|Content-Length: 2||ok", want);

    /// <summary>The most ordinary request, with this answer.</summary>
    public static WireCase Answering(string name, string answer, string want) => Simple(name, "GET / HTTP/1.1|Host: $host", answer, want);

    /// <summary>The same with another carrier.</summary>
    /// <param name="carrier">What its client speaks.</param>
    /// <param name="want">What comes of it there; null: the same.</param>
    public WireCase Over(Carrier carrier, string? want = null) =>
        this with { Name = $"{Name}, over {(carrier == Carrier.Tls ? "TLS" : "HTTP/2")}", Of = Name, Carrier = carrier, Want = want ?? Want };

    /// <summary>The same, without the differences of these.</summary>
    public WireCase Like(params IEnumerable<Rival> rivals) => this with { Differences = [.. Differences.Where(difference => !rivals.Contains(difference.Rival))] };

    /// <summary>The same, with a difference that is known.</summary>
    public WireCase But(Rival rival, string reason) => this with { Differences = [.. Differences, new Difference(rival, reason)] };
}
