namespace Signalbox.Tests.Proxy.Forwarding.Http1;

/// <summary>The head of an answer (each char one octet), and how it reads: <see cref="ReadHead"/>, or a part of the message it is refused with.</summary>
public sealed record HeadCase(string Name, string Raw, string Reading)
{
    public override string ToString() => Name;
}
