using System.Text;

namespace Signalbox.Proxy.Forwarding.Http1;

/// <summary>
/// The fields of an answer, and the octets they were read from. Answers on one connection are much alike: a line that has the octets which the answer
/// before had at its place has been checked already, and has its strings. So a steady backend costs a comparison and no allocation.
/// </summary>
internal sealed class FieldTable
{
    /// <summary>Services in use send up to about forty, cookies included. A name costs us more than it costs its sender, so octets alone are no bound.</summary>
    public const int MaxFields = 256;

    /// <summary>Octets of a head that are kept on an idle connection. Usual heads have 150 to 800; what is longer is read anew each time.</summary>
    private const int MaxRemembered = 2048;

    private KeyValuePair<string, string>[] _fields = new KeyValuePair<string, string>[8];
    private Line[] _lines = new Line[8];
    private byte[] _octets = [];

    /// <summary>How many lines of the answer before lie in <see cref="_octets"/>. None while a head is read that may yet prove bad.</summary>
    private int _known;

    /// <summary>As many, while this answer is read.</summary>
    private int _before;

    private int _headLength;

    private int Count { get; set; }

    /// <summary>In order.</summary>
    public ReadOnlySpan<KeyValuePair<string, string>> Fields => _fields.AsSpan(0, Count);

    /// <summary>The octets of the answer before, where what comes begins with the very same; else 0. A head shows by itself where it ends.</summary>
    public int Repeated(ReadOnlySpan<byte> bytes) => _headLength > 0 && bytes.StartsWith(_octets.AsSpan(0, _headLength)) ? _headLength : 0;

    /// <summary>A head begins. Until <see cref="End"/> nothing is remembered of it, so a bad one leaves nothing behind.</summary>
    public void Begin() => (_before, _known, _headLength, Count) = (_known, 0, 0, 0);

    /// <summary>Octets, its end included, of the line that comes next, where it is the one the answer before had at this place; else 0.</summary>
    public int RepeatedLine(ReadOnlySpan<byte> bytes)
    {
        if (Count >= _before) return 0;
        var line = _octets.AsSpan(_lines[Count].At, _lines[Count].Length + 2);
        return bytes.StartsWith(line) ? line.Length : 0;
    }

    /// <summary>The next line is the one the answer before had at this place.</summary>
    public FieldKind AddRepeated(int at, out string value)
    {
        ref var slot = ref _lines[Count];
        // The place in this head; the lines behind this one are still those of the head before.
        slot.At = at;
        value = _fields[Count++].Value;
        return slot.Kind;
    }

    /// <param name="line">Without its end, not empty.</param>
    /// <param name="at">Where in the head it begins.</param>
    /// <param name="value">Its value.</param>
    /// <exception cref="ProtocolException">It is no field, or one too many.</exception>
    public FieldKind Add(ReadOnlySpan<byte> line, int at, out string value)
    {
        if (Count == _fields.Length) Grow();
        ref var slot = ref _lines[Count];
        ref var field = ref _fields[Count];
        var old = Count < _before ? _octets.AsSpan(slot.At, slot.NameLength) : default;
        var read = FieldLine.Parse(line);
        var isNamed = read.Name.SequenceEqual(old);
        value = Encoding.Latin1.GetString(read.Value);
        field = new(isNamed ? field.Key : FieldNames.Of(read.Name), value);
        slot = new Line { At = at, Length = line.Length, NameLength = read.Name.Length, Kind = isNamed ? slot.Kind : FieldNames.KindOf(read.Name) };
        Count++;
        return slot.Kind;
    }

    /// <summary>The head is whole and good.</summary>
    public void End(ReadOnlySpan<byte> head)
    {
        if (head.Length > MaxRemembered) return;
        if (head.Length > _octets.Length) _octets = new byte[Math.Min(MaxRemembered, head.Length * 2)];
        head.CopyTo(_octets);
        (_known, _headLength) = (Count, head.Length);
    }

    private void Grow()
    {
        if (Count >= MaxFields) throw new ProtocolException("its answer has too many fields");
        Array.Resize(ref _fields, Count * 2);
        Array.Resize(ref _lines, Count * 2);
    }

    /// <summary>Where a field's line lies in a head.</summary>
    private struct Line
    {
        public int At;

        /// <summary>Octets, without its end.</summary>
        public int Length;

        public int NameLength;
        public FieldKind Kind;
    }
}
