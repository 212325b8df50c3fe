using System.Text;
using Signalbox.Proxy.Connections;

namespace Signalbox.Proxy.Forwarding.Http1;

/// <summary>One line of a header or trailer section, without its line end (RFC 9112 5). Every octet has been looked at.</summary>
internal readonly ref struct FieldLine
{
    private FieldLine(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        Name = name;
        Value = value;
    }

    /// <summary>A token (RFC 9110 5.6.2), as sent.</summary>
    public ReadOnlySpan<byte> Name { get; }

    /// <summary>Without the white space around it; may be empty.</summary>
    public ReadOnlySpan<byte> Value { get; }

    /// <param name="line">Not empty.</param>
    /// <exception cref="ProtocolException">It is no field, or could be read as another one.</exception>
    public static FieldLine Parse(ReadOnlySpan<byte> line)
    {
        var name = Octets.Run(line, Octets.Token);
        if (name == line.Length || line[name] != ':' || name == 0) throw BadName(line, name);
        // RFC 9112 5: optional white space around the value is not part of it.
        var value = line[(name + 1)..].Trim(" \t"u8);
        // RFC 9110 5.5: CR, LF and NUL are dangerous. The other control characters are cut at by some, and skipped by others.
        if (value.ContainsAnyExcept(Octets.FieldValue)) throw new ProtocolException($"the value of a field of its answer has a control character ({Encoding.ASCII.GetString(line[..name])})");
        return new FieldLine(line[..name], value);
    }

    private static ProtocolException BadName(ReadOnlySpan<byte> line, int name) => new((name < line.Length ? line[name] : (byte)0) switch
    {
        // RFC 9112 5.2: a proxy may refuse a folded line, which some take for a field of its own.
        (byte)' ' or (byte)'\t' when name == 0 => "its answer has a folded line",
        // RFC 9112 5.1: white space before the colon has led to differences in what a field is called.
        (byte)' ' or (byte)'\t' => "its answer has white space in a field's name",
        _ => "its answer has a line that is no field",
    });
}
