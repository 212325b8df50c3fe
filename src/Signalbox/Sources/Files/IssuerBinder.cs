using Signalbox.Model;

namespace Signalbox.Sources.Files;

/// <summary>Checks the issuers of a config, and what single names have of their own.</summary>
internal sealed class IssuerBinder(ConfigReader reader)
{
    public Items<IssuerConfig> Bind(List<IssuerDraft> drafts)
    {
        var lines = new Dictionary<string, int>();
        var issuers = new List<IssuerConfig>();
        foreach (var draft in drafts)
        {
            // What is required and missing was reported when it was read.
            if (draft.Name is not { } name || draft.Directory is not { } directory) continue;
            if (name.Value.Length == 0) reader.Report(name.Line, name.Column, "The issuer's name is empty.", "Give it one such as main.");
            if (!lines.TryAdd(name.Value, name.Line))
            {
                reader.Report(name.Line, name.Column,
                    $"The issuer “{name.Value}” is here already, in line {lines[name.Value]}.", "Give one of the two another name.");
            }

            if (draft.Email is { } email && !IsAddress(email.Value))
            {
                reader.Report(email.Line, email.Column, $"“{email.Value}” is no mail address.", "Write it like me@example.com.");
            }

            var staging = draft.Staging is { } practice ? Url(practice) : null;
            if (Url(directory) is not { } url) continue;
            var issuer = new IssuerConfig(name.Value, url)
            {
                Email = draft.Email?.Value,
                TermsAgreed = draft.TermsAgreed?.Value ?? false,
                RootFile = draft.RootFile?.Value,
                Staging = staging,
                ExternalAccount = draft.ExternalAccount is { KeyId: { } key, MacKey: { } mac } ? new ExternalAccountConfig(key.Value, mac.Value) : null,
                Profile = draft.Profile?.Value,
                PreferredChain = draft.PreferredChain?.Value,
                Key = draft.Key?.Value ?? "ecdsa-p256",
                Limited = draft.Limits?.Value != "none",
                Preflight = draft.Preflight?.Value != "off",
                Challenges = draft.Challenges is { } challenges ? challenges.Select(challenge => challenge.Value).Distinct().ToItems() : [],
            };

            // One account is kept for a directory: two that differ would be written over each other at every order.
            if (issuers.Find(other => other.Directory == url && (other.Email != issuer.Email || other.ExternalAccount != issuer.ExternalAccount)) is { } twin)
            {
                reader.Report(directory.Line, directory.Column, $"The issuer “{twin.Name}” has this directory too, with another email or external account, and there is one account for a directory.",
                    "Give both the same email and externalAccount.");
            }

            issuers.Add(issuer);
        }

        return issuers.ToItems();
    }

    /// <summary>What single names have of their own.</summary>
    public Items<NameConfig> BindNames(List<NameDraft> drafts, List<IssuerDraft> issuers)
    {
        var known = issuers.Select(issuer => issuer.Name?.Value).OfType<string>().ToList();
        var lines = new Dictionary<string, int>();
        var names = new List<NameConfig>();
        foreach (var draft in drafts)
        {
            // What is required and missing was reported when it was read.
            if (draft.Issuer is { } issuer && !known.Contains(issuer.Value))
            {
                reader.Report(issuer.Line, issuer.Column, $"There is no issuer “{issuer.Value}”.",
                    known.Count == 0 ? "Add it to certificates.issuers." : NearestWord.Advice(issuer.Value, known, "The issuers"));
            }

            if (draft.Host is not { } host) continue;
            var parsed = HostName.Parse(host.Value);
            if (!parsed.Succeeded)
            {
                reader.Report(host.Line, host.Column, $"The host “{host.Value}” is not valid: {parsed.Problem.Text}", parsed.Problem.Advice);
            }
            else if (!lines.TryAdd(parsed.Value, host.Line))
            {
                reader.Report(host.Line, host.Column, $"{parsed.Value} is here already, in line {lines[parsed.Value]}.", "Write all that is meant for it in one entry.");
            }
            else
            {
                names.Add(new NameConfig(parsed.Value)
                {
                    Issuer = draft.Issuer?.Value,
                    Challenges = (draft.Challenges ?? []).Select(challenge => challenge.Value).Distinct().ToItems(),
                    Key = draft.Key?.Value,
                    Profile = draft.Profile?.Value,
                    Off = draft.Off?.Value ?? false,
                });
            }
        }

        return names.ToItems();
    }

    /// <summary>RFC 8555 6.1: all communications are over HTTPS.</summary>
    private Uri? Url(Located<string> text)
    {
        if (Uri.TryCreate(text.Value, UriKind.Absolute, out var url) && url.Scheme == Uri.UriSchemeHttps && url.UserInfo.Length == 0) return url;
        reader.Report(text.Line, text.Column, $"“{text.Value}” is no https URL.", "Write it like https://acme.example/directory.");
        return null;
    }

    /// <summary>One @ with something on both sides; who takes mail there is the issuer's to find out.</summary>
    private static bool IsAddress(string text) => text.IndexOf('@') is > 0 and var at && at == text.LastIndexOf('@') && at < text.Length - 1
        && !text.Any(char.IsWhiteSpace);
}
