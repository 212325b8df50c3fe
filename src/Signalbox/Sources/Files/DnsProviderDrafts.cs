namespace Signalbox.Sources.Files;

/// <summary>An entry of <c>certificates.dns</c> as it was typed.</summary>
internal sealed class DnsProviderDraft : ConfigDraft
{
    public Located<string>? Name { get; set; }

    public Located<string>? Provider { get; set; }

    public List<Located<string>>? Zones { get; set; }

    public Located<int>? Ttl { get; set; }

    public Located<int>? Timeout { get; set; }

    public Located<int>? Propagation { get; set; }

    public List<Located<string>>? Command { get; set; }

    public Located<string>? Server { get; set; }

    public Located<string>? Zone { get; set; }

    public DnsKeyDraft? Key { get; set; }

    public Located<string>? KeyFile { get; set; }

    public Located<string>? Token { get; set; }

    public Located<string>? TokenFile { get; set; }

    public Located<string>? Api { get; set; }
}

internal sealed class DnsKeyDraft : ConfigDraft
{
    public Located<string>? Name { get; set; }

    public Located<string>? Algorithm { get; set; }

    public Located<string>? Secret { get; set; }
}
