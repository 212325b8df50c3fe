using Signalbox.Host;

namespace Signalbox.Tests.Host;

public sealed class PortChoiceTests
{
    [Fact]
    public void Make_BothTold_TakesThemWithoutAWord() => PortChoice.Make(0, 12345).ShouldBe(new PortChoice(0, 12345, null));

    [Fact]
    public void Make_NoneTold_IsEitherTheWellKnownPairOrTheHighOneWithItsReason()
    {
        var choice = PortChoice.Make(null, null);
        if (choice.Notice is null) (choice.Http, choice.Https).ShouldBe((80, 443));
        else (choice.Http, choice.Https).ShouldBe((8080, 8443));
    }

    [Fact]
    public void Make_OneTold_KeepsItBesideTheChoice()
    {
        PortChoice.Make(9000, null).Http.ShouldBe(9000);
        PortChoice.Make(null, 9443).Https.ShouldBe(9443);
    }
}
