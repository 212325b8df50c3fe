using System.Net;
using System.Text;
using Signalbox.Certificates.Dns.Messages;
using Signalbox.Model;

namespace Signalbox.Tests.Certificates.Dns;

public sealed class DnsCodecTests
{
    private static readonly string[] Names = [".", "a.example", "www.a.example", "example", "x.y.z.a.example"];
    private static readonly DnsName Name = DnsName.Of("www.example.org");

    [Fact]
    public void Encode_AQuery_IsWhatTheRfcDraws()
    {
        var query = new DnsMessage(new DnsHeader(0xBEEF) { RecursionDesired = true }, [new DnsQuestion(DnsName.Of("example.org"), DnsType.TXT)]) { EdnsSize = 1232 };
        Convert.ToHexString(DnsCodec.Encode(query)).ShouldBe(
            "BEEF" + "0100" + "0001" + "0000" + "0000" + "0001" // id, RD, one question, one additional record
            + "07" + Hex("example") + "03" + Hex("org") + "00" + "0010" + "0001"
            + "00" + "0029" + "04D0" + "00000000" + "0000"); // root, OPT, 1232, no flags, no options
    }

    [Fact]
    public void Decode_ARealAnswer_IsRead()
    {
        // What a server sent for github.com CAA and A, cut to one record each: pointers to the question's name.
        var octets = Convert.FromHexString(
            "1A2B" + "8580" + "0001" + "0002" + "0000" + "0001"
            + "06" + Hex("github") + "03" + Hex("com") + "00" + "0001" + "0001"
            + "C00C" + "0101" + "0001" + "00000E10" + "0013" + "00" + "05" + Hex("issue") + Hex("digicert.com")
            + "C00C" + "0001" + "0001" + "0000003C" + "0004" + "8C527903"
            + "00" + "0029" + "04D0" + "00000000" + "0000");
        var message = DnsCodec.Decode(octets).ShouldNotBeNull();
        message.Header.ShouldBe(new DnsHeader(0x1A2B) { IsResponse = true, IsAuthoritative = true, RecursionDesired = true, RecursionAvailable = true });
        message.EdnsSize.ShouldBe((ushort)1232);
        message.Answers.ShouldBe([
            new DnsRecord(DnsName.Of("github.com"), DnsType.CAA, 3600, new CaaData(0, "issue", "digicert.com")),
            new DnsRecord(DnsName.Of("github.com"), DnsType.A, 60, new AddressData(IPAddress.Parse("140.82.121.3"))),
        ]);
    }

    [Fact]
    public void Encode_ThenDecode_GivesTheSameForEveryType()
    {
        var message = new DnsMessage(new DnsHeader(7) { IsResponse = true, IsAuthoritative = true, Rcode = DnsRcode.BadTime }, [new DnsQuestion(Name, DnsType.ANY)])
        {
            EdnsSize = 4096,
            Answers = [
                new(Name, DnsType.A, 1, new AddressData(IPAddress.Loopback)),
                new(Name, DnsType.AAAA, 2, new AddressData(IPAddress.IPv6Loopback)),
                new(Name, DnsType.CNAME, 3, new NameData(DnsName.Of("a.example.org"))),
                new(Name, DnsType.TXT, 4, new TxtData(["one", "", "\u00FF\0"])),
                new(Name, DnsType.TXT, 5, TxtData.Of(new string('x', 600))),
                new(Name, DnsType.CAA, 6, new CaaData(128, "issue", "ca.example; a=b")),
                new(DnsName.Root, (DnsType)999, 7, new RawData([1, 2, 3])),
            ],
            Authority = [
                new(DnsName.Of("example.org"), DnsType.NS, 8, new NameData(DnsName.Of("ns.example.org"))),
                new(DnsName.Of("example.org"), DnsType.SOA, 9, new SoaData(DnsName.Of("ns.example.org"), DnsName.Of("a\\.b.example.org"), 1, 2, 3, 4, uint.MaxValue)),
                new(Name, DnsType.TXT, 0, new RawData([]), DnsClass.Any),
            ],
            Additional = [new(DnsName.Of("key"), DnsType.TSIG, 0, new TsigData(DnsName.Of("hmac-sha256"), 0xFFFF_FFFF_FFFF, 300, [9, 8], 7, DnsRcode.BadTime, [1, 2, 3, 4, 5, 6]), DnsClass.Any)],
        };
        DnsCodec.Decode(DnsCodec.Encode(message)).ShouldBe(message);
    }

    [Fact]
    public void Encode_NamesWithACommonEnd_AreWrittenOnce()
    {
        var records = Enumerable.Range(0, 100).Select(i => new DnsRecord(Name.Under($"n{i}")!, DnsType.A, 0, new AddressData(IPAddress.Any))).ToItems();
        var octets = DnsCodec.Encode(new DnsMessage(new DnsHeader(1), [new DnsQuestion(Name, DnsType.A)]) { Answers = records });
        Encoding.Latin1.GetString(octets).Split("example").Length.ShouldBe(2);
        DnsCodec.Decode(octets)!.Answers.ShouldBe(records);
    }

    [Theory]
    [InlineData("C00C", "to itself")]
    [InlineData("C00E", "forwards")]
    [InlineData("01 61 C00C", "around, through a label")]
    [InlineData("C0FF", "past the end")]
    [InlineData("40 61 00", "reserved label type")]
    [InlineData("3F 61", "label past the end")]
    [InlineData("C0", "half a pointer")]
    [InlineData("", "nothing")]
    public void Decode_ANameThatLeadsNowhere_IsRefused(string name, string why)
    {
        var octets = Convert.FromHexString("0001" + "8000" + "0001" + "0000" + "0000" + "0000" + name.Replace(" ", "", StringComparison.Ordinal) + (name.EndsWith("00", StringComparison.Ordinal) ? "00010001" : ""));
        DnsCodec.Decode(octets).ShouldBeNull(why);
    }

    [Fact]
    public void Decode_ALongChainOfPointers_IsRefused()
    {
        // A record whose data is pointers, each to the one before; the next record's name is the last of them.
        var chain = string.Concat(Enumerable.Range(0, 200).Select(i => (0xC000 | (i == 0 ? 12 : 12 + 5 + 10 + (2 * (i - 1)))).ToString("X4")));
        var octets = "0001" + "8000" + "0000" + "0002" + "0000" + "0000" + "03616263" + "00" + "03E7" + "0001" + "00000000" + (200 * 2).ToString("X4") + chain;
        string Last(int hops) => octets + (0xC000 | (27 + (2 * (hops - 1)))).ToString("X4") + "03E7" + "0001" + "00000000" + "0000";
        DnsCodec.Decode(Convert.FromHexString(Last(100)))!.Answers[1].Name.ShouldBe(DnsName.Of("abc"));
        DnsCodec.Decode(Convert.FromHexString(Last(200))).ShouldBeNull();
    }

    [Fact]
    public void Decode_ANameMadeTooLongByPointers_IsRefused()
    {
        var label = "3F" + string.Concat(Enumerable.Repeat("61", 63));
        string Question(string name) => name + "0001" + "0001";
        string Message(string second) => "0001" + "8000" + "0002" + "0000" + "0000" + "0000" + Question(label + label + label + "00") + Question(second + "C00C");
        DnsCodec.Decode(Convert.FromHexString(Message("3D" + label[2..124]))).ShouldNotBeNull();
        DnsCodec.Decode(Convert.FromHexString(Message(label))).ShouldBeNull();
    }

    [Theory]
    [InlineData("0001", "0003", "7F0000", "an address of three octets")]
    [InlineData("0001", "0005", "7F00000100", "an address of five")]
    [InlineData("0010", "0002", "0561", "a string longer than its data")]
    [InlineData("0010", "0000", "", "no string at all")]
    [InlineData("0101", "0002", "0000", "a tag of no length")]
    [InlineData("0101", "0004", "00052D2D", "a tag longer than its data")]
    [InlineData("0101", "0004", "00022D61", "a tag with a hyphen")]
    [InlineData("0006", "0003", "000000", "an SOA without numbers")]
    [InlineData("0005", "0002", "0000", "a name and an octet too many")]
    [InlineData("FFFF", "0004", "00", "less data than said")]
    public void Decode_DataThatDoesNotFitItsType_IsRefused(string type, string length, string data, string why) =>
        DnsCodec.Decode(Convert.FromHexString("0001" + "8000" + "0000" + "0001" + "0000" + "0000" + "00" + type + "0001" + "00000000" + length + data)).ShouldBeNull(why);

    [Fact]
    public void Decode_TwoOptRecords_AreRefused()
    {
        const string Opt = "00" + "0029" + "04D0" + "01000000" + "0000";
        DnsCodec.Decode(Convert.FromHexString("0001" + "8000" + "0000" + "0000" + "0000" + "0001" + Opt))!.Rcode.ShouldBe(DnsRcode.BadSig);
        DnsCodec.Decode(Convert.FromHexString("0001" + "8000" + "0000" + "0000" + "0000" + "0002" + Opt + Opt)).ShouldBeNull();
        DnsCodec.Decode(Convert.FromHexString("0001" + "8000" + "0000" + "0001" + "0000" + "0000" + Opt)).ShouldBeNull();
    }

    [Fact]
    public void Text_OfAStrangersOctets_HoldsNothingATerminalObeys()
    {
        TxtData.Of("a\u001B[2J\"\\\u00FF").ToString().ShouldBe("""
            "a\027[2J\"\\\255"
            """);
        TxtData.Of(new string('x', 5000)).ToString().Length.ShouldBeLessThan(310);
    }

    /// <summary>
    /// Damaged messages: each is read to its end or refused. A loop would run into the test's limit; reading past the end would throw. What was read can
    /// be written again and means the same.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Decode_DamagedMessages_NeverLoopsNorThrows(int seed)
    {
        var random = new Random(seed);
        var read = 0;
        for (var round = 0; round < 20_000; round++)
        {
            var octets = Damaged(random);
            if (DnsCodec.Decode(octets) is not { } message) continue;
            read++;
            DnsCodec.Decode(DnsCodec.Encode(message)).ShouldBe(message, $"seed {seed}, round {round}: {Convert.ToHexString(octets)}");
        }

        // The damage must leave some readable, or the second half of this test would say nothing.
        read.ShouldBeInRange(100, 19_900);
    }

    private static byte[] Damaged(Random random)
    {
        DnsName AnyName() => DnsName.Of(Names[random.Next(Names.Length)]);
        DnsRecord Record()
        {
            (DnsType type, DnsData data) = random.Next(5) switch
            {
                0 => (DnsType.A, (DnsData)new AddressData(new IPAddress(random.Next()))),
                1 => (DnsType.NS, new NameData(AnyName())),
                2 => (DnsType.SOA, new SoaData(AnyName(), AnyName(), 1, 2, 3, 4, 5)),
                3 => (DnsType.CAA, new CaaData(0, "issue", "ca.example")),
                _ => (DnsType.TXT, TxtData.Of(new string('t', random.Next(300)))),
            };
            return new DnsRecord(AnyName(), type, (uint)random.Next(), data);
        }

        var message = new DnsMessage(new DnsHeader((ushort)random.Next(65536)) { IsResponse = true }, [new DnsQuestion(AnyName(), DnsType.TXT)])
        {
            Answers = Enumerable.Range(0, random.Next(4)).Select(_ => Record()).ToItems(),
            Authority = Enumerable.Range(0, random.Next(3)).Select(_ => Record()).ToItems(),
            EdnsSize = random.Next(2) == 0 ? (ushort)1232 : null,
        };
        var octets = DnsCodec.Encode(message);
        for (var i = random.Next(4); i > 0; i--)
        {
            var place = random.Next(octets.Length);
            octets[place] = random.Next(4) == 0 ? (byte)0xC0 : (byte)random.Next(256);
        }

        return random.Next(4) == 0 ? octets[..random.Next(octets.Length)] : octets;
    }

    private static string Hex(string text) => Convert.ToHexString(Encoding.ASCII.GetBytes(text));
}
