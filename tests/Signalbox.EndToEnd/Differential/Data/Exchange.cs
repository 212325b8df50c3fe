namespace Signalbox.EndToEnd.Differential.Data;

/// <summary>What the backend does about one request: from the moment its connection is accepted or, on a kept one, from the request's first octet.</summary>
internal sealed record Exchange(params Step[] Steps)
{
    /// <summary>Reads the request whole and sends this; see <see cref="Do.Lines"/>.</summary>
    public static Exchange Reply(string lines) => new(Do.Request, Do.Lines(lines));

    /// <summary>The most ordinary answer.</summary>
    public static Exchange Ok { get; } = Reply("HTTP/1.1 200 OK|Content-Length: 2||ok");
}
