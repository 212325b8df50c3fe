using Signalbox.Model;

namespace Signalbox.Sources.Files;

/// <summary>
/// Checks the issuers of a config. They are kept for the version that asks them; until then the file is right and a notice says that it has no effect.
/// </summary>
internal sealed class IssuerBinder(ConfigReader reader)
{
    public Items<IssuerConfig> Bind(List<IssuerDraft> drafts, List<Problem> notices)
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

            if (!Uri.TryCreate(directory.Value, UriKind.Absolute, out var url) || url.Scheme != Uri.UriSchemeHttps || url.UserInfo.Length > 0)
            {
                // RFC 8555 6.1: "All communications ... are over HTTPS".
                reader.Report(directory.Line, directory.Column, $"“{directory.Value}” is no https URL.", "Write it like https://acme.example/directory.");
            }
            else
            {
                issuers.Add(new IssuerConfig(name.Value, url, draft.Email?.Value, draft.TermsAgreed?.Value ?? false, draft.RootFile?.Value,
                    draft.Challenges is { } challenges ? challenges.Select(challenge => challenge.Value).Distinct().ToItems() : []));
            }
        }

        if (drafts.Count > 0)
        {
            notices.Add(new Problem(ProblemType.Unsupported, ProblemSide.Request, reader.Place(drafts[0].Line, drafts[0].Column),
                "Issuers are read but not asked by this version; all certificates come from the local authority.",
                "Nothing is to be done; the section may stay."));
        }

        return issuers.ToItems();
    }

    /// <summary>One @ with something on both sides; who takes mail there is the issuer's to find out.</summary>
    private static bool IsAddress(string text) => text.IndexOf('@') is > 0 and var at && at == text.LastIndexOf('@') && at < text.Length - 1
        && !text.Any(char.IsWhiteSpace);
}
