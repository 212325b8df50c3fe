namespace Signalbox.Benchmarks.Contestants;

/// <summary>The contestants' names, as marks refer to them.</summary>
internal static class Names
{
    public const string Signalbox = "Signalbox";
    public const string SignalboxSockets = "Signalbox (sockets)";
    public const string Nginx = "nginx";
    public const string HaProxy = "HAProxy";
    public const string Caddy = "Caddy";
    public const string Relay = "bare relay";

    private static readonly string[] Order = [Signalbox, SignalboxSockets, Nginx, HaProxy, Caddy, Relay];

    /// <summary>Where a name stands in the tables.</summary>
    public static int Place(string name) => Array.IndexOf(Order, name) is >= 0 and var place ? place : Order.Length;
}
