using System.Text;
using Microsoft.Win32.SafeHandles;
using Signalbox.Cli.Output;
using Signalbox.Tests.Support;

namespace Signalbox.Tests.Cli;

public sealed class DescriptorStreamTests : IDisposable
{
    private readonly TemporaryHome _home = new();

    public void Dispose() => _home.Dispose();

    [Fact]
    public void Write_TwoWritersOfOneFile_OverwriteNothing()
    {
        // As in `signalbox … > file 2>&1`: one open file with one position.
        var path = Path.Combine(_home.Layout.Root, "out");
        using (var file = File.OpenHandle(path, FileMode.Create, FileAccess.Write))
        {
            using DescriptorStream one = new(Descriptor(file)), other = new(Descriptor(file));
            one.Write("one "u8);
            other.Write("other "u8);
            one.Write("one"u8);
        }

        File.ReadAllText(path).ShouldBe("one other one");
    }

    [Fact]
    public void Write_FullDisk_IsAnOutputException()
    {
        using var full = File.OpenHandle("/dev/full", FileMode.Open, FileAccess.Write);
        using var stream = new DescriptorStream(Descriptor(full));
        Should.Throw<OutputException>(() => stream.Write("x"u8)).Message.ShouldContain("No space left");
    }

    [Fact]
    public async Task Write_ReaderGoneOrSlow_LosesNothingThatIsWanted()
    {
        using var server = new System.IO.Pipes.AnonymousPipeServerStream(System.IO.Pipes.PipeDirection.In);
        var client = new SafeFileHandle(server.ClientSafePipeHandle.DangerousGetHandle(), ownsHandle: false);
        using var stream = new DescriptorStream(Descriptor(client));

        // More than a pipe holds (64 KiB), so that the writer has to wait for the reader.
        var text = Encoding.ASCII.GetBytes(new string('x', 300_000));
        var writing = Task.Run(() => stream.Write(text), TestContext.Current.CancellationToken);
        var read = new byte[text.Length];
        await server.ReadExactlyAsync(read, TestContext.Current.CancellationToken);
        await writing;
        read.ShouldBe(text);
        server.Dispose();
        Should.NotThrow(() => stream.Write("nobody reads this"u8));
    }

    private static int Descriptor(SafeFileHandle handle) => (int)handle.DangerousGetHandle();
}
