using System.Text;

namespace Signalbox.Tests.Proxy.Connections;

/// <summary>Seeded: a failure names the seed, and the same seed makes the same octets again.</summary>
public sealed class RequestFuzzTests
{
    [Fact]
    public void Scan_ValidStreams_AreShownOctetByOctet()
    {
        for (var seed = 0; seed < 15_000; seed++)
        {
            var streams = new RequestStreams(seed);
            var octets = streams.Valid();
            var scanned = Scanned.Of(octets, streams.Cuts(octets.Length));
            var messages = NaiveParser.All[0].Read(scanned.Shown);
            if (scanned.Status != 0 || scanned.Shown.Length != octets.Length || messages.Count != streams.Seen.Count || scanned != Scanned.Of(octets))
            {
                Assert.Fail($"seed {seed}: {scanned}\n{Encoding.Latin1.GetString(octets)}");
            }
        }
    }

    [Fact]
    public void Scan_DamagedStreams_WhatIsShownHasOneReading()
    {
        for (var seed = 0; seed < 25_000; seed++)
        {
            var streams = new RequestStreams(seed);
            var octets = streams.Damaged(streams.Valid());
            var scanned = Scanned.Of(octets, streams.Cuts(octets.Length));
            var whole = Scanned.Of(octets);
            foreach (var parser in NaiveParser.All)
            {
                var ends = string.Concat(parser.Read(scanned.Shown).Select(message => message.End + " "));
                if (ends != scanned.Ends || scanned != whole) Assert.Fail($"seed {seed}, {parser.Name}: {ends}, but {scanned}, whole {whole}\n{Encoding.Latin1.GetString(octets)}");
            }
        }
    }

    [Fact]
    public async Task Server_ValidStreams_SeesTheSameRequests()
    {
        await using var server = await GuardedServer.StartAsync();
        for (var seed = 0; seed < 200; seed++)
        {
            server.Seen.Clear();
            var streams = new RequestStreams(seed);
            var octets = streams.Valid();
            await server.ExchangeAsync(Encoding.Latin1.GetString(octets), 1 + streams.Next(octets.Length));
            server.Seen.ToList().ShouldBe(streams.Seen, $"seed {seed}");
        }
    }

    [Fact]
    public async Task Server_DamagedStreams_SeesNoRequestTheNaiveReadersDoNot()
    {
        await using var server = await GuardedServer.StartAsync();
        for (var seed = 0; seed < 300; seed++)
        {
            server.Seen.Clear();
            var streams = new RequestStreams(seed);
            var octets = streams.Damaged(streams.Valid());
            var shown = Scanned.Of(octets).Shown;
            await server.ExchangeAsync(Encoding.Latin1.GetString(octets), 1 + streams.Next(octets.Length));
            foreach (var parser in NaiveParser.All)
            {
                // The server may refuse more than the guard does, and then ends the connection: what it saw is a beginning of what is there.
                var read = parser.Read(shown).Take(server.Seen.Count).Select(message => message.Body);
                server.Seen.Select(seen => seen.Split(' ', 3)[2]).ShouldBe(read, $"seed {seed}, {parser.Name}");
            }
        }
    }
}
