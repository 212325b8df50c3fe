using System.Text;

namespace Signalbox.Benchmarks.Load;

/// <summary>An answer; its body is good until the connection's next request.</summary>
internal readonly record struct Answer(int Status, ReadOnlyMemory<byte> Body)
{
    public string Text => Encoding.UTF8.GetString(Body.Span);
}
