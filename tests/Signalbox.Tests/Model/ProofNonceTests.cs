using Signalbox.Model;

namespace Signalbox.Tests.Model;

public sealed class ProofNonceTests
{
    private readonly ProofNonce _nonce = new();

    [Fact]
    public void Verify_OwnNonceForItsSubject_IsTrueAndNoTwoAreAlike()
    {
        _nonce.Verify("a.localhost", _nonce.Sign("a.localhost")).ShouldBeTrue();
        _nonce.Sign("a.localhost").ShouldNotBe(_nonce.Sign("a.localhost"));
    }

    [Fact]
    public void Verify_AnotherSubjectOrAnotherDaemon_IsFalse()
    {
        var signed = _nonce.Sign("a.localhost");
        _nonce.Verify("b.localhost", signed).ShouldBeFalse();
        _nonce.Verify("a.localhost/v1", signed).ShouldBeFalse();
        new ProofNonce().Verify("a.localhost", signed).ShouldBeFalse();
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("a.")]
    [InlineData(".a")]
    [InlineData("nodot")]
    [InlineData("ä.ö")]
    public void Verify_Nonsense_IsFalse(string? nonce) => _nonce.Verify("a.localhost", nonce).ShouldBeFalse();

    [Fact]
    public void Verify_EachCharacterChanged_IsFalse()
    {
        var signed = _nonce.Sign("a.localhost");
        for (var index = 0; index < signed.Length; index++)
        {
            var changed = signed.ToCharArray();
            changed[index] = changed[index] == 'A' ? 'B' : 'A';
            _nonce.Verify("a.localhost", new string(changed)).ShouldBeFalse($"at {index}");
        }

        _nonce.Verify("a.localhost", signed + new string('A', 128)).ShouldBeFalse();
    }
}
