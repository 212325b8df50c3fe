using System.Text;
using Signalbox.Proxy.Forwarding.Http1;

namespace Signalbox.Tests.Proxy.Forwarding.Http1;

/// <summary>
/// Seeded: a failure names the seed, and the same seed makes the same octets again. Any exception but the one of a broken protocol fails a test, and so
/// does a read beyond what is there, for each piece is an array of its own.
/// </summary>
public sealed class ResponseFuzzTests
{
    private const int Seeds = 20_000;

    [Fact]
    public void Parse_ValidHeads_AreReadLikeTheReference()
    {
        for (var seed = 0; seed < Seeds; seed++)
        {
            var maker = new AnswerMaker(seed);
            var octets = maker.Head();
            var read = ReadHead.Of(octets, new ResponseMessage(), maker.Cuts(octets.Length));
            // A 204 may announce a body here; nothing else that is valid is refused.
            if (read.StartsWith("error", StringComparison.Ordinal) || read == "more") Fail(seed, octets, read, "a head");
            Check(seed, octets, read, ReadHead.Of(octets, new ResponseMessage()), ReferenceReader.OfHead);
        }
    }

    [Fact]
    public void Parse_DamagedHeads_AreReadLikeTheReferenceOrRefused()
    {
        var refused = 0;
        for (var seed = 0; seed < Seeds; seed++)
        {
            var maker = new AnswerMaker(seed);
            var octets = maker.Damaged(maker.Head());
            var read = ReadHead.Of(octets, new ResponseMessage(), maker.Cuts(octets.Length));
            Check(seed, octets, read, ReadHead.Of(octets, new ResponseMessage()), ReferenceReader.OfHead);
            if (!char.IsAsciiDigit(read[0])) refused++;
        }

        // Damage that harms nothing, or everything, would test nothing.
        refused.ShouldBeInRange(Seeds / 4, Seeds * 9 / 10);
    }

    [Fact]
    public void Take_ValidBodies_AreReadLikeTheReference()
    {
        for (var seed = 0; seed < Seeds; seed++)
        {
            var maker = new AnswerMaker(seed);
            var octets = maker.Body();
            var read = ReadChunks.Of(octets, new ChunkedDecoder(), maker.Cuts(octets.Length));
            if (!char.IsAsciiDigit(read[0])) Fail(seed, octets, read, "a body");
            Check(seed, octets, read, ReadChunks.Of(octets, new ChunkedDecoder()), ReferenceReader.OfChunks);
        }
    }

    [Fact]
    public void Take_DamagedBodies_AreReadLikeTheReferenceOrRefused()
    {
        var refused = 0;
        var decoder = new ChunkedDecoder();
        for (var seed = 0; seed < Seeds; seed++)
        {
            var maker = new AnswerMaker(seed);
            var octets = maker.Damaged(maker.Body());
            decoder.Reset();
            var read = ReadChunks.Of(octets, decoder, maker.Cuts(octets.Length));
            Check(seed, octets, read, ReadChunks.Of(octets, new ChunkedDecoder()), ReferenceReader.OfChunks);
            if (!char.IsAsciiDigit(read[0])) refused++;
        }

        refused.ShouldBeInRange(Seeds / 4, Seeds * 9 / 10);
    }

    /// <summary>What a message remembers of the answers before must never show in the next one.</summary>
    [Fact]
    public void Parse_OneHeadAfterAnother_IsReadLikeTheFirst()
    {
        for (var seed = 0; seed < Seeds / 4; seed++)
        {
            var maker = new AnswerMaker(seed);
            var message = new ResponseMessage();
            var octets = maker.Head();
            for (var turn = 0; turn < 8; turn++)
            {
                // The same once more, one much like it, or another one.
                octets = maker.Next(4) switch { 0 => octets, 1 => maker.Head(), _ => maker.Damaged(octets) };
                var fresh = ReadHead.Of(octets, new ResponseMessage());
                // A head that never becomes whole is the last on its connection.
                if (fresh == "more") break;
                var read = ReadHead.Of(octets, message, maker.Cuts(octets.Length));
                if (read != fresh) Fail(seed, octets, read, fresh);
            }
        }
    }

    private static void Check(int seed, byte[] octets, string read, string whole, Func<string, string?> reference)
    {
        if (read != whole) Fail(seed, octets, read, whole);
        var expected = reference(Encoding.Latin1.GetString(octets));
        var accepted = char.IsAsciiDigit(read[0]) ? read : null;
        if (accepted != expected) Fail(seed, octets, read, expected);
    }

    private static void Fail(int seed, byte[] octets, string read, string? expected) =>
        Assert.Fail($"seed {seed}: {read}\nbut expected: {expected}\n{Encoding.Latin1.GetString(octets)}");
}
