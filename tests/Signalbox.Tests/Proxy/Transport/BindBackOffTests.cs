using Signalbox.Proxy.Transport;

namespace Signalbox.Tests.Proxy.Transport;

public sealed class BindBackOffTests
{
    [Theory]
    [InlineData(1, 0.25)]
    [InlineData(2, 0.5)]
    [InlineData(3, 1)]
    [InlineData(6, 8)]
    [InlineData(7, 10)]
    [InlineData(1000, 10)]
    public void After_DoublesToTenSeconds(int failures, double seconds) => BindBackOff.After(failures, 0.5).ShouldBe(TimeSpan.FromSeconds(seconds));

    [Theory]
    [InlineData(0, 8)]
    [InlineData(1, 12)]
    public void After_IsDrawnFromAFifthAround(double draw, double seconds) => BindBackOff.After(20, draw).ShouldBe(TimeSpan.FromSeconds(seconds));
}
