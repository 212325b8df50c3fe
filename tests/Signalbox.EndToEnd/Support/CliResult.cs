using System.Text.Json.Serialization.Metadata;

namespace Signalbox.EndToEnd.Support;

/// <summary>How a command ended and what it said.</summary>
internal sealed record CliResult(int Code, string Output, string Errors)
{
    public T Json<T>(JsonTypeInfo<T> type) => System.Text.Json.JsonSerializer.Deserialize(Output, type) ?? throw new InvalidOperationException($"Not JSON: {Output}");

    /// <summary>Fails with everything that was said when the exit code is another one.</summary>
    public CliResult ShouldExit(int code)
    {
        Code.ShouldBe(code, $"{Output}\n{Errors}");
        return this;
    }
}
