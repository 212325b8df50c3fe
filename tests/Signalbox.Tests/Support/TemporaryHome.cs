using Signalbox.Model;

namespace Signalbox.Tests.Support;

/// <summary>A home of a test's own, removed with it.</summary>
internal sealed class TemporaryHome : IDisposable
{
    public HomeLayout Layout { get; } = new(Directory.CreateTempSubdirectory("signalbox-home-").FullName);

    public void Dispose() => Directory.Delete(Layout.Root, recursive: true);
}
