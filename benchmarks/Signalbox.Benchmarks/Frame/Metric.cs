namespace Signalbox.Benchmarks.Frame;

/// <summary>Something that is measured, as it is shown in a column.</summary>
/// <param name="Name">In few words: <c>processor time a request</c>.</param>
/// <param name="Unit">What a value counts: <c>µs</c>, <c>ms</c>, <c>MB</c>, <c>requests/s</c>; empty for a plain number.</param>
/// <param name="Format">How a value is printed, as <see cref="double.ToString(string)"/> takes it.</param>
/// <param name="Compared">False where one router's value over another's says nothing: for values around zero, shares, and what is a ratio already.</param>
internal sealed record Metric(string Name, string Unit, string Format = "0.0", bool Compared = true)
{
    /// <summary>User and system time of all the router's processes over what the client counted as done.</summary>
    public static readonly Metric Processor = new("processor time a request", "µs", "#,0.0");

    public static readonly Metric Rate = new("rate", "requests/s", "#,0");

    public static readonly Metric Median = new("p50", "ms", "0.000");

    public static readonly Metric Tail = new("p99", "ms", "0.000");

    /// <summary>Of bodies, by the client's count.</summary>
    public static readonly Metric Throughput = new("throughput", "MB/s", "#,0");

    /// <summary>User and system time of all the router's processes over the bytes of bodies.</summary>
    public static readonly Metric ProcessorPerMegabyte = new("processor time a MB", "µs", "#,0");

    /// <summary>Anonymous memory (RssAnon) of all the router's processes: the most that was seen during the turn.</summary>
    public static readonly Metric Memory = new("memory", "MB", "#,0.0");

    /// <summary>What the most is above the beginning of the turn.</summary>
    public static readonly Metric Growth = new("memory growth", "MB", "#,0.0", Compared: false);
}
