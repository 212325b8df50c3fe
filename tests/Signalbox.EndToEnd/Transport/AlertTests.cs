using Signalbox.EndToEnd.Support;

namespace Signalbox.EndToEnd.Transport;

/// <summary>What a client of OpenSSL makes of a handshake that is refused.</summary>
public sealed class AlertTests
{
    /// <summary>RFC 6066 3: an alert, by which a client can say what is the matter, and never somebody else's certificate.</summary>
    [Theory]
    [InlineData("-tls1_2")]
    [InlineData("-tls1_3")]
    public async Task NameWithoutACertificate_IsToldSoInTheHandshake(string version)
    {
        await using var home = new Home();
        await home.UpAsync();
        var client = home.Start("openssl", ["s_client", version, "-connect", $"127.0.0.1:{home.HttpsPort}", "-servername", "nobody.example.com"]);
        (await client.ExitAsync()).ShouldNotBe(0);
        client.Transcript.ShouldContain("unrecognized name");
        client.Transcript.ShouldContain("no peer certificate available");
    }
}
