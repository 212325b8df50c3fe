namespace Signalbox.Proxy.Forwarding;

/// <summary>Takes the fields of a request for a backend, in order; several with one name stay several.</summary>
internal interface IFieldSink
{
    void Add(string name, string value);

    /// <summary>Begins a field whose value comes in pieces, so that nobody has to put them together first; <see cref="End"/> ends it.</summary>
    void Begin(string name);

    void Append(ReadOnlySpan<char> text);

    void End();
}
