using System.Text;

namespace Signalbox.Tests.Proxy.Support;

/// <summary>Makes words of a message and damages its octets, from a seed: the same each time.</summary>
/// <param name="seed">Of all that it makes.</param>
/// <param name="splinters">What is put in where octets are damaged.</param>
internal abstract class SeededText(int seed, string[] splinters)
{
    protected Random Random { get; } = new(seed);

    /// <summary>The same octets with something cut out, doubled, changed or put in, one to four times.</summary>
    public byte[] Damaged(byte[] octets)
    {
        var text = new StringBuilder(Encoding.Latin1.GetString(octets));
        for (var count = Random.Next(1, 5); count > 0 && text.Length > 0; count--)
        {
            var at = Random.Next(text.Length);
            var length = Math.Min(Random.Next(1, 12), text.Length - at);
            switch (Random.Next(4))
            {
                case 0: text.Remove(at, length); break;
                case 1: text.Insert(at, text.ToString(at, length)); break;
                case 2: text[at] = (char)Random.Next(256); break;
                default: text.Insert(Random.Next(2) == 0 ? at : NextLine(text, at), Pick(splinters)); break;
            }
        }

        return Encoding.Latin1.GetBytes(text.ToString());
    }

    /// <summary>Up to eight rising offsets.</summary>
    public int[] Cuts(int length) => [.. Enumerable.Range(0, Random.Next(9)).Select(_ => Random.Next(length + 1)).Order()];

    public int Next(int below) => Random.Next(below);

    /// <summary>Whole fields do harm where a line begins.</summary>
    private static int NextLine(StringBuilder text, int at)
    {
        var end = text.ToString().IndexOf("\r\n", at, StringComparison.Ordinal);
        return end < 0 ? at : end + 2;
    }

    protected string Word(int from, int to) => new([.. Enumerable.Range(0, Random.Next(from, to + 1)).Select(_ => (char)('a' + Random.Next(26)))]);

    protected string Case(string name) => Random.Next(3) switch { 0 => name.ToUpperInvariant(), 1 => name.ToLowerInvariant(), _ => name };

    protected string Pick(params string[] options) => options[Random.Next(options.Length)];
}
