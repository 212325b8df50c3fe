using Signalbox.Certificates.Dns.Messages;
using Signalbox.Model;

namespace Signalbox.Certificates.Dns;

/// <summary>Asks the resolvers that find answers wherever they are: one after another, the one that answered last first.</summary>
/// <param name="configured">The configuration's <c>certificates.resolvers</c>; none means the system's.</param>
internal sealed class DnsResolver(DnsClient client, Items<DnsServer> configured)
{
    private volatile Choice _choice = new(configured);

    /// <summary>These are asked from the next question on; none means the system's.</summary>
    public void Replace(Items<DnsServer> resolvers) => _choice = new Choice(resolvers);

    /// <summary>
    /// The first answer that says something about the name. Without one, the last thing that was said: a resolver that answers with an error of its own
    /// may be broken, and the next one may not be.
    /// </summary>
    public async Task<DnsReply> AskAsync(DnsName name, DnsType type, CancellationToken cancellation)
    {
        var question = new DnsQuestion(name, type);
        var choice = _choice;
        var servers = choice.Configured.IsEmpty ? await SystemResolvers.ReadAsync(cancellation) : choice.Configured;
        var first = Volatile.Read(ref choice.First) % servers.Count;
        DnsReply? last = null;
        for (var i = 0; i < servers.Count; i++)
        {
            var place = (first + i) % servers.Count;
            last = await client.AskAsync(servers[place], question, recursive: true, cancellation);
            if (!last.IsAnswer) continue;
            Volatile.Write(ref choice.First, place);
            return last;
        }

        return last!;
    }

    private sealed class Choice(Items<DnsServer> configured)
    {
        /// <summary>The place of the one that answered last.</summary>
        public int First;

        public Items<DnsServer> Configured => configured;
    }
}
