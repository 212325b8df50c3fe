using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;

namespace Signalbox.Proxy.Responses;

/// <summary>The page for people. Self-contained; its style and script are constants whose hashes its policy names, so nothing else can run in it.</summary>
internal static class ErrorPage
{
    private const string Style = """
        :root{color-scheme:light dark;--back:#f6f6f3;--card:#fff;--text:#22252a;--soft:#646a73;--line:#e3e3dd;--accent:#b3541e}
        @media(prefers-color-scheme:dark){:root{--back:#17191c;--card:#1f2226;--text:#e6e6e3;--soft:#9aa0a8;--line:#32363c;--accent:#f0a06a}}
        *{box-sizing:border-box}
        body{margin:0;min-height:100vh;display:grid;place-items:center;padding:1.5rem;background:var(--back);color:var(--text);font:16px/1.55 system-ui,sans-serif}
        main{width:min(40rem,100%);background:var(--card);border:1px solid var(--line);border-radius:12px;padding:2rem}
        h1{margin:.25rem 0 .75rem;font-size:1.5rem;line-height:1.25;font-weight:600}
        .status{margin:0;color:var(--accent);font-size:.875rem;font-weight:600}
        dl{display:grid;grid-template-columns:max-content 1fr;gap:.4rem 1.25rem;margin:1.5rem 0;padding:1.25rem 0;border-block:1px solid var(--line)}
        dt{color:var(--soft)}
        dd{margin:0;overflow-wrap:anywhere;font-family:ui-monospace,monospace;font-size:.875rem;line-height:1.7}
        a{color:var(--accent)}
        .advice{margin-bottom:0}
        .wait,footer{color:var(--soft);font-size:.875rem}
        footer{margin-top:1.5rem}
        @media(max-width:30rem){main{padding:1.25rem}dl{grid-template-columns:1fr;gap:.1rem}dd{margin-bottom:.5rem}}
        """;

    /// <summary>Asks once a second, and never a second time before the first answer; the router holds each until the service is back, or gives up.</summary>
    private const string Script = """
        (async () => {
          for (;;) {
            await new Promise(done => setTimeout(done, 1000));
            try {
              const answer = await fetch(location.href, { method: "HEAD", cache: "no-store", redirect: "manual" });
              if (!answer.headers.has("signalbox-error")) { location.reload(); return; }
            } catch { }
          }
        })();
        """;

    /// <summary>Nothing is loaded, nothing runs but the script above, and it talks to its own origin only.</summary>
    public static string Policy { get; } =
        $"default-src 'none'; style-src 'sha256-{Hash(Style)}'; script-src 'sha256-{Hash(Script)}'; connect-src 'self'; base-uri 'none'; form-action 'none'";

    public static string Render(RequestFailure failure, IEnumerable<(string Name, string Value)> facts, IEnumerable<(string Name, string Url)> nearest, bool reloads)
    {
        var page = new StringBuilder("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n");
        page.Append($"<title>{Text(failure.Title)}</title>\n<style>{Style}</style>\n");
        if (reloads) page.Append("<noscript><meta http-equiv=\"refresh\" content=\"5\"></noscript>\n");
        page.Append($"</head>\n<body>\n<main>\n<p class=\"status\">{failure.Status}</p>\n<h1>{Text(failure.Title)}</h1>\n<p>{Text(failure.Problem.Text)}</p>\n");
        AppendFacts(page, facts);
        AppendNearest(page, nearest);
        if (failure.Problem.Advice is { } advice) page.Append($"<p class=\"advice\">{Text(advice)}</p>\n");
        if (reloads) page.Append($"<p class=\"wait\">This page reloads by itself.</p>\n<script>{Script}</script>\n");
        return page.Append("<footer>Answered by Signalbox, not by the service.</footer>\n</main>\n</body>\n</html>\n").ToString();
    }

    private static void AppendFacts(StringBuilder page, IEnumerable<(string Name, string Value)> facts)
    {
        var rows = string.Concat(facts.Select(fact => $"<dt>{Text(fact.Name)}</dt><dd>{Text(fact.Value)}</dd>\n"));
        if (rows.Length > 0) page.Append($"<dl>\n{rows}</dl>\n");
    }

    private static void AppendNearest(StringBuilder page, IEnumerable<(string Name, string Url)> nearest)
    {
        var links = string.Concat(nearest.Select(link => $"<li><a href=\"{Text(link.Url)}\">{Text(link.Name)}</a></li>\n"));
        if (links.Length > 0) page.Append($"<p>Did you mean:</p>\n<ul>\n{links}</ul>\n");
    }

    private static string Text(string text) => HtmlEncoder.Default.Encode(text);

    private static string Hash(string text) => Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
