using Signalbox.Cli.Output;
using Signalbox.Tests.Support;

namespace Signalbox.Tests.Cli;

public sealed class ProgressLineTests : IDisposable
{
    private const string Clear = "\r\e[K", Narrow = "\e[?7l", Wide = "\e[?7h";

    private readonly FakeTimeProvider _time = new();
    private readonly StringWriter _writer = new();

    public void Dispose() => _writer.Dispose();

    [Fact]
    public void Steps_InAPipe_AreALineEach()
    {
        var progress = new ProgressLine(new Terminal(_writer, IsTerminal: false, HasColour: false), _time);
        foreach (var step in (string[])["ordering", "ordering", "validating"])
        {
            progress.Tell(step, "It is at the CA.");
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        progress.Tell("issued", null);
        progress.End();
        _writer.ToString().ShouldBe("ordering: It is at the CA.\nvalidating: It is at the CA.\nissued\n");
    }

    /// <summary>A step whose words were longer than the terminal is wide left a line behind four times a second.</summary>
    [Fact]
    public void Steps_OnATerminal_AreOneLineThatNeverWrapsAndGoesInTheEnd()
    {
        var progress = new ProgressLine(new Terminal(_writer, IsTerminal: true, HasColour: false), _time);
        progress.Tell("ordering", "It is at the CA.");
        _time.Advance(TimeSpan.FromSeconds(2.5));
        progress.Tell("ordering", "It is at the CA.");
        progress.Tell("validating", null);
        progress.End();
        _writer.ToString().ShouldBe($"{Clear}{Narrow}ordering It is at the CA.{Wide}{Clear}{Narrow}ordering 2 s It is at the CA.{Wide}{Clear}{Narrow}validating {Wide}{Clear}");
    }

    [Fact]
    public void End_WithoutAStep_WritesNothing()
    {
        new ProgressLine(new Terminal(_writer, IsTerminal: true, HasColour: true), _time).End();
        _writer.ToString().ShouldBeEmpty();
    }
}
