namespace Signalbox.Certificates.Dns;

/// <summary>One look-up as it is kept and shown: what was asked, of whom, what came back, how long it took.</summary>
/// <param name="At">When the question was sent.</param>
/// <param name="Server">The name server's name.</param>
/// <param name="Address">Its address; with the port when that is not 53.</param>
/// <param name="Name">What was asked for.</param>
/// <param name="Type">The record type's word, such as TXT.</param>
/// <param name="Said">The records, or what was said in their place, or why nothing was heard.</param>
/// <param name="Milliseconds">From the first sending to the answer or to giving up.</param>
/// <param name="Answered">False when the server could not be asked.</param>
internal sealed record DnsEvidence(DateTimeOffset At, string Server, string Address, string Name, string Type, string Said, long Milliseconds, bool Answered)
{
    public override string ToString() => $"{Server} ({Address}), asked for {Name} {Type}: {Said} ({Milliseconds} ms)";
}
