using Signalbox.Store;

namespace Signalbox.Tests.Store;

public sealed class AtomicFileTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("signalbox-atomic").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Write_OverALeftoverTemporary_ReplacesWholeWithTheAskedMode()
    {
        var path = Path.Combine(_directory, "key");
        File.WriteAllText(AtomicFile.Temporary(path), "a much longer text left by a kill");
        File.SetUnixFileMode(AtomicFile.Temporary(path), AtomicFile.Public);

        AtomicFile.Write(path, "new"u8, AtomicFile.Secret);

        File.ReadAllText(path).ShouldBe("new");
        File.GetUnixFileMode(path).ShouldBe(AtomicFile.Secret);
        Directory.GetFiles(_directory).ShouldHaveSingleItem();
    }

    [Fact]
    public void Write_ManyAtOnce_LeavesOneOfTheContentsWhole()
    {
        var path = Path.Combine(_directory, "state");
        var contents = Enumerable.Range(0, 16).Select(i => new string((char)('a' + i), 10_000 + i)).ToArray();
        Parallel.ForEach(contents, content =>
        {
            try
            {
                AtomicFile.Write(path, System.Text.Encoding.UTF8.GetBytes(content), AtomicFile.Secret);
            }
            catch (IOException)
            {
                // The promise to the second writer of the same instant: an error, never a mixture.
            }
        });

        contents.ShouldContain(File.ReadAllText(path));
    }

    [Fact]
    public async Task Write_WhileOthersRead_EachReadsTheOldOrTheNew()
    {
        var path = Path.Combine(_directory, "state");
        AtomicFile.Write(path, "0"u8, AtomicFile.Secret);
        var writing = Task.Run(() =>
        {
            for (var i = 0; i < 300; i++) AtomicFile.Write(path, System.Text.Encoding.UTF8.GetBytes(new string('x', 1000)), AtomicFile.Secret);
        }, TestContext.Current.CancellationToken);
        while (!writing.IsCompleted) File.ReadAllText(path).Length.ShouldBeOneOf(1, 1000);
        await writing;
    }

    [Fact]
    public void WaitingLock_HeldByAnother_WaitsAndThenHasIt()
    {
        var path = Path.Combine(_directory, "lock");
        var inside = 0;
        var most = 0;
        Parallel.For(0, 8, _ =>
        {
            using var taken = WaitingLock.Take(path);
            most = Math.Max(most, Interlocked.Increment(ref inside));
            Thread.Yield();
            Interlocked.Decrement(ref inside);
        });

        most.ShouldBe(1);
    }
}
