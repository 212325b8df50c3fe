using System.Collections.Concurrent;
using Microsoft.Playwright;
using Signalbox.EndToEnd.Support;

namespace Signalbox.EndToEnd.Vite;

/// <summary>One page, and every WebSocket it ever opened.</summary>
internal sealed class LivePage
{
    private readonly IPage _page;
    private readonly ConcurrentQueue<IWebSocket> _sockets = new();
    private readonly ConcurrentQueue<string> _said = new();

    public LivePage(IPage page)
    {
        _page = page;
        page.WebSocket += (_, socket) => _sockets.Enqueue(socket);
        page.Console += (_, message) => _said.Enqueue($"{message.Type}: {message.Text}");
        page.PageError += (_, error) => _said.Enqueue($"uncaught: {error}");
    }

    /// <summary>Less Vite's own pings, which it sends while it waits for a server to come back.</summary>
    public IReadOnlyList<IWebSocket> Sockets => [.. _sockets.Where(socket => socket.Url.Contains("token=", StringComparison.Ordinal))];

    public IReadOnlyCollection<string> Said => _said;

    public async Task GoAsync(string url)
    {
        var response = await _page.GotoAsync(url, new PageGotoOptions { Timeout = (float)Wait.Limit.TotalMilliseconds });
        response.ShouldNotBeNull().Status.ShouldBe(200, string.Join('\n', _said));
    }

    /// <summary>Waits until the element holds this text.</summary>
    public async Task ShowsAsync(string selector, string text)
    {
        var last = "";
        await Wait.UntilAsync(
            $"the page shows “{text}” in {selector}",
            async () => (last = await TextAsync(selector)) == text,
            () => $"It shows “{last}”.\n{string.Join('\n', _said)}\n{string.Join('\n', _sockets.Select(socket => $"{socket.Url} {(socket.IsClosed ? "closed" : "open")}"))}");
    }

    /// <summary>Waits until exactly one WebSocket of this page is open, and HMR has said that it is connected as often as there were any.</summary>
    public Task ConnectedAsync(string host) => Wait.UntilAsync(
        "the page's WebSocket is open",
        () => Sockets.Count(socket => !socket.IsClosed && socket.Url.StartsWith($"wss://{host}", StringComparison.Ordinal)) == 1 && _said.Any(text => text.Contains("[vite] connected", StringComparison.Ordinal)),
        () => string.Join('\n', _said));

    /// <summary>Leaves a mark in the page that a reload would wipe out.</summary>
    public Task MarkAsync(string mark) => _page.EvaluateAsync("mark => { window.mark = mark }", mark);

    public Task<string?> MarkAsync() => _page.EvaluateAsync<string?>("() => window.mark ?? null");

    /// <summary>What the element holds now; empty where there is none.</summary>
    public async Task<string> TextAsync(string selector)
    {
        try
        {
            return await _page.EvaluateAsync<string?>("selector => document.querySelector(selector)?.textContent ?? null", selector) ?? "";
        }
        catch (PlaywrightException e) when (e.Message.Contains("context was destroyed", StringComparison.Ordinal) || e.Message.Contains("navigat", StringComparison.Ordinal))
        {
            // The page was just being reloaded.
            return "";
        }
    }
}
