using System.Text.Encodings.Web;

namespace Signalbox.Cli.Demo.Samples;

/// <summary>The clock's page: self-contained, light and dark.</summary>
internal static class ClockPage
{
    private const string Place = "{api}";

    private const string Html = """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width">
        <meta name="color-scheme" content="light dark">
        <title>Signalbox demo</title>
        <link rel="icon" href="data:,">
        <style>
        :root{--back:#f6f6f3;--card:#fff;--text:#22252a;--soft:#646a73;--line:#e3e3dd;--accent:#b3541e;--good:#2c7a4b;--wait:#a06a00}
        @media(prefers-color-scheme:dark){:root{--back:#17191c;--card:#1f2226;--text:#e6e6e3;--soft:#9aa0a8;--line:#32363c;--accent:#f0a06a;--good:#6fcf97;--wait:#e0b050}}
        *{box-sizing:border-box}
        body{margin:0;min-height:100vh;display:grid;place-items:center;padding:1.5rem;background:var(--back);color:var(--text);font:16px/1.55 system-ui,sans-serif}
        main{width:min(44rem,100%)}
        h1{margin:0;text-align:center;font-size:clamp(3.5rem,16vw,7.5rem);font-weight:200;letter-spacing:-.03em;line-height:1.1;font-variant-numeric:tabular-nums}
        .from{margin:0 0 2rem;text-align:center;color:var(--soft);font-size:.875rem}
        section{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:1.5rem}
        .head{display:flex;justify-content:space-between;gap:1rem;align-items:baseline;flex-wrap:wrap}
        .head a{color:inherit;text-decoration:none;font-family:ui-monospace,monospace;font-size:.875rem;overflow-wrap:anywhere}
        #state{color:var(--soft);font-weight:600}
        #state.good{color:var(--good)} #state.wait{color:var(--wait)} #state.bad{color:var(--accent)}
        .bar{height:6px;margin:1rem 0;border-radius:3px;background:var(--line);overflow:hidden}
        .bar i{display:block;height:100%;width:0;border-radius:3px;background:var(--good);transition:width .4s linear}
        .bar.wait i{background:var(--wait)}
        dl{display:grid;grid-template-columns:repeat(auto-fit,minmax(6.5rem,1fr));gap:1rem;margin:1.25rem 0 0}
        dt{color:var(--soft);font-size:.8125rem} dd{margin:0;font-size:1.25rem;font-variant-numeric:tabular-nums}
        .what{color:var(--soft);margin:1.5rem auto 0;max-width:38rem;text-align:center;text-wrap:balance}
        </style>
        </head>
        <body>
        <main>
        <h1 id="clock">--:--:--</h1>
        <p class="from" id="from">connecting</p>
        <section>
          <div class="head"><a href="{api}">{api}</a><span id="state" role="status">asking</span></div>
          <div class="bar" id="bar"><i id="left"></i></div>
          <dl>
            <div><dt>running for</dt><dd id="up">-</dd></div>
            <div><dt>crashes in</dt><dd id="crash">-</dd></div>
            <div><dt>requests</dt><dd id="count">0</dd></div>
            <div><dt>failed</dt><dd id="failed">0</dd></div>
            <div><dt>longest wait</dt><dd id="longest">-</dd></div>
          </dl>
        </section>
        <p class="what">Two programs under two names: the clock ticks over a WebSocket, and the API beside it really crashes now and then and is started again, while Signalbox lets the requests that come meanwhile wait instead of failing.</p>
        </main>
        <script>
        const $ = id => document.getElementById(id), api = "{api}";
        const sleep = time => new Promise(done => setTimeout(done, time));
        const state = (word, kind) => { $("state").textContent = word; $("state").className = kind; $("bar").className = "bar " + kind; };

        (function open() {
          const socket = new WebSocket(location.href.replace(/^http/, "ws").replace(/[^/]*$/, "ticks"));
          socket.onopen = () => { $("from").textContent = "over a WebSocket from " + location.host; };
          socket.onmessage = tick => { $("clock").textContent = tick.data; };
          socket.onclose = () => { $("from").textContent = "the clock is away; connecting again"; setTimeout(open, 1000); };
        })();

        (async () => {
          let count = 0, failed = 0, longest = 0, whole = 0;
          for (;;) {
            const began = performance.now();
            const late = setTimeout(() => state("away: a request waits", "wait"), 300);
            try {
              const answer = await fetch(api, { cache: "no-store" });
              const told = await answer.json();
              if (!answer.ok) throw new Error(answer.status);
              whole = Math.max(whole, told.uptimeSeconds + told.crashInSeconds);
              $("up").textContent = told.uptimeSeconds.toFixed(1) + " s";
              $("crash").textContent = told.crashInSeconds.toFixed(1) + " s";
              $("left").style.width = 100 * told.crashInSeconds / whole + "%";
              state("answers, process " + told.process, "good");
            } catch {
              $("failed").textContent = ++failed;
              state("a request failed", "bad");
            }
            clearTimeout(late);
            longest = Math.max(longest, performance.now() - began);
            $("count").textContent = ++count;
            $("longest").textContent = longest < 1000 ? Math.round(longest) + " ms" : (longest / 1000).toFixed(1) + " s";
            await sleep(400);
          }
        })();
        </script>
        </body>
        </html>
        """;

    /// <param name="api">The API's URL; only origins are given here, which hold no character that means anything in HTML or a script.</param>
    public static string Render(string api) => Html.Replace(Place, HtmlEncoder.Default.Encode(api), StringComparison.Ordinal);
}
