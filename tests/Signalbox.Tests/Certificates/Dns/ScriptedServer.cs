using System.Collections.Concurrent;
using System.Collections.Immutable;
using Signalbox.Certificates.Dns.Messages;
using Signalbox.Model;

namespace Signalbox.Tests.Certificates.Dns;

/// <summary>One server's zones and manners.</summary>
internal sealed class ScriptedServer
{
    public ConcurrentBag<ScriptedZone> Zones { get; } = [];

    /// <summary>Finds answers in any zone and follows aliases; what it says is not authoritative.</summary>
    public bool IsResolver { get; init; }

    /// <summary>In place of everything else: what to send for a query. No messages means silence.</summary>
    public Func<DnsMessage, bool, IEnumerable<byte[]>>? Manner { get; set; }

    public IEnumerable<byte[]> Answer(DnsMessage query, bool tcp)
    {
        if (Manner is not { } manner) return [DnsCodec.Encode(Truth(query))];
        return manner(query, tcp);
    }

    /// <summary>What its zones say.</summary>
    public DnsMessage Truth(DnsMessage query)
    {
        var question = query.Questions[0];
        var answer = new DnsMessage(query.Header with { IsResponse = true, IsAuthoritative = !IsResolver, RecursionAvailable = IsResolver }, query.Questions) { EdnsSize = query.EdnsSize };
        var name = question.Name;
        List<DnsRecord> records = [];
        for (var hops = 0; hops < 10; hops++)
        {
            if (ZoneOf(name) is not { } zone) return answer with { Header = answer.Header with { IsAuthoritative = false, Rcode = IsResolver ? DnsRcode.ServFail : DnsRcode.Refused } };
            var found = zone.Find(name, question.Type);
            records.AddRange(found);
            if (!found.IsEmpty && question.Type != DnsType.CNAME && found[0].Data is NameData alias && found[0].Type == DnsType.CNAME)
            {
                name = alias.Name;
                if (IsResolver || ZoneOf(name) is not null) continue;
                return answer with { Answers = records.ToItems() };
            }

            return answer with
            {
                Header = answer.Header with { Rcode = zone.Has(name) ? DnsRcode.NoError : DnsRcode.NxDomain },
                Answers = records.ToItems(),
                Authority = found.IsEmpty ? zone.Find(zone.Name, DnsType.SOA) : [],
            };
        }

        return answer with { Answers = records.ToItems() };
    }

    private ScriptedZone? ZoneOf(DnsName name) => Zones.Where(zone => name.IsWithin(zone.Name)).MaxBy(zone => zone.Name.Labels.Count);
}

/// <summary>A zone as one server has it: another may be behind.</summary>
internal sealed class ScriptedZone(DnsName name)
{
    private ImmutableList<DnsRecord> _records = [];

    public DnsName Name => name;

    public void Add(string owner, DnsType type, DnsData data) =>
        ImmutableInterlocked.Update(ref _records, records => records.Add(new DnsRecord(DnsName.Of(owner), type, 60, data)));

    public void Txt(string owner, string value) => Add(owner, DnsType.TXT, TxtData.Of(value));

    public void Caa(string owner, string tag, string value) => Add(owner, DnsType.CAA, new CaaData(0, tag, value));

    public void Alias(string owner, string target) => Add(owner, DnsType.CNAME, new NameData(DnsName.Of(target)));

    public void Remove(string owner, DnsType type, DnsData data) =>
        ImmutableInterlocked.Update(ref _records, records => records.RemoveAll(record => record.Name.Equals(DnsName.Of(owner)) && record.Type == type && record.Data == data));

    public Items<DnsRecord> Find(DnsName owner, DnsType type) =>
        _records.Where(record => record.Name.Equals(owner) && (record.Type == type || record.Type == DnsType.CNAME)).ToItems();

    public bool Has(DnsName owner) => _records.Any(record => record.Name.IsWithin(owner));
}
