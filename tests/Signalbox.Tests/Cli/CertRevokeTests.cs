using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Signalbox.Cli;
using Signalbox.Model.Wire;
using Signalbox.Tests.Support;

namespace Signalbox.Tests.Cli;

/// <summary>The question before a revocation. What a daemon does then is told elsewhere.</summary>
public sealed class CertRevokeTests : IDisposable
{
    private const string Name = "www.example.com";

    private static readonly CertificateReport Issued = new(Name, "Example CA", CertificateStates.Issued, Reports.Now.AddDays(60), "Renewed from 2026-06-03 on.", null);

    private readonly TemporaryHome _home = new();
    private readonly CliRun _run = new();
    private readonly ConcurrentQueue<string> _asked = new();

    public void Dispose()
    {
        _run.Dispose();
        _home.Dispose();
    }

    [Theory]
    [InlineData("y", true)]
    [InlineData(" YES ", true)]
    [InlineData("", false)]
    [InlineData("n", false)]
    [InlineData("yesterday", false)]
    [InlineData(null, false)]
    public async Task Revoke_IsDoneForAYesAlone(string? answer, bool isDone)
    {
        await using var admin = await StartAsync();
        var questions = new List<string>();
        var cli = _run.Context with
        {
            AskAsync = (question, _) =>
            {
                questions.Add(question);
                return Task.FromResult(answer);
            },
        };
        (await RunAsync(cli, "cert", "revoke", Name)).ShouldBe(isDone ? ExitCodes.Done : ExitCodes.Failed);
        questions.ShouldBe(["Revoke it? [y/N] "]);
        _run.Error.ShouldStartWith($"The certificate of {Name}, by Example CA, will be revoked. That cannot be undone.");
        _run.Error.ShouldContain(isDone ? "is revoked and out of use" : "Nothing was revoked.");
        _asked.Contains("POST /v1/certs/revoke").ShouldBe(isDone);
    }

    [Fact]
    public async Task Revoke_WithYes_AsksNobody()
    {
        await using var admin = await StartAsync();
        var cli = _run.Context with { AskAsync = (_, _) => throw new InvalidOperationException("Nobody is to be asked.") };
        (await RunAsync(cli, "cert", "revoke", Name, "--yes")).ShouldBe(ExitCodes.Done);
        _asked.ShouldBe(["POST /v1/certs/revoke"]);
    }

    [Fact]
    public async Task Revoke_WithNobodyToBeAsked_SaysHowAndDoesNothing()
    {
        await using var admin = await StartAsync();
        (await RunAsync(_run.Context, "cert", "revoke", Name)).ShouldBe(ExitCodes.Usage);
        _run.Error.ShouldContain($"signalbox cert revoke {Name} --yes");
        _asked.ShouldBe(["GET /v1/certs/show"]);
    }

    private Task<FakeAdmin> StartAsync() => FakeAdmin.StartAsync(_home.Layout, context =>
    {
        _asked.Enqueue($"{context.Request.Method} {context.Request.Path}");
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(JsonSerializer.Serialize(Issued, SignalboxJson.Default.CertificateReport));
    });

    private Task<int> RunAsync(CliContext cli, params string[] words) =>
        CommandLine.RunAsync([.. words, "--home", _home.Layout.Root], cli, TestContext.Current.CancellationToken);
}
