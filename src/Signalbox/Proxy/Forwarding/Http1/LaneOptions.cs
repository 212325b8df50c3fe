namespace Signalbox.Proxy.Forwarding.Http1;

/// <summary>What every exchange of the lane needs to know; made once.</summary>
/// <param name="Fields">Writes a request's.</param>
/// <param name="Pseudonym">Ours in <c>Via</c>.</param>
/// <param name="Time">For waits.</param>
internal sealed record LaneOptions(RequestFields Fields, string Pseudonym, TimeProvider Time)
{
    /// <summary>The Via entry of an answer that came by HTTP/1.1.</summary>
    public string Via { get; } = $"1.1 {Pseudonym}";

    /// <summary>The Via entry of an answer that came by HTTP/1.0.</summary>
    public string OldVia { get; } = $"1.0 {Pseudonym}";
}
