namespace Signalbox.Benchmarks.Frame;

internal enum Verdict
{
    Missed,
    Met,
    Beyond,
}
