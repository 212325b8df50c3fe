using System.Net.Security;

namespace Signalbox.Tests.Proxy.Tls;

/// <summary>ClientHellos as a real client sends them.</summary>
internal static class Hellos
{
    /// <summary>The first record of a client's, head and all.</summary>
    public static async Task<byte[]> RecordAsync(string host, params string[] protocols)
    {
        await using var sent = new OneWay();
        await using var tls = new SslStream(sent);
        var options = new SslClientAuthenticationOptions { TargetHost = host, ApplicationProtocols = [.. protocols.Select(protocol => new SslApplicationProtocol(protocol))] };
        await Should.ThrowAsync<IOException>(async () => await tls.AuthenticateAsClientAsync(options));
        return sent.ToArray();
    }

    /// <summary>The message in a record, and that cut into records of so many octets.</summary>
    public static byte[] Spread(byte[] record, int payloadLength) =>
        [.. record.Skip(5).Chunk(payloadLength).SelectMany(payload => new byte[] { 22, 3, 1, (byte)(payload.Length >> 8), (byte)payload.Length }.Concat(payload))];

    /// <summary>Takes what is written; there is nothing to read.</summary>
    private sealed class OneWay : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(0);
    }
}
