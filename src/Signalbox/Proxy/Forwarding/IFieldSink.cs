namespace Signalbox.Proxy.Forwarding;

/// <summary>Takes the fields of a request for a backend, in order; several with one name stay several.</summary>
internal interface IFieldSink
{
    void Add(string name, string value);
}
