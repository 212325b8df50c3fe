using Signalbox.Model;

namespace Signalbox.Tests.Store;

/// <summary>A home directory of its own, removed at the end.</summary>
internal sealed class TemporaryHome : IDisposable
{
    public HomeLayout Layout { get; } = new(Directory.CreateTempSubdirectory("signalbox-store-").FullName);

    public long Size => Directory.EnumerateFiles(Layout.Root).Sum(file => new FileInfo(file).Length);

    public void Dispose() => Directory.Delete(Layout.Root, recursive: true);
}
