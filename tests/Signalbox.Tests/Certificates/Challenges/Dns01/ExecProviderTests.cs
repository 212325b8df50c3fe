using System.Diagnostics;
using Signalbox.Certificates.Challenges.Dns01;
using Signalbox.Certificates.Challenges.Dns01.Providers;
using Signalbox.Tests.Certificates.Dns;
using Signalbox.Tests.Support;

namespace Signalbox.Tests.Certificates.Challenges.Dns01;

public sealed class ExecProviderTests : IDisposable
{
    private static readonly DnsRecordTicket Ticket = new("hook", "_acme-challenge.example", "-v$(touch x);'\"*", DateTimeOffset.UnixEpoch);

    private static readonly string[] Actions = ["add", "remove"];

    private readonly string _folder = Directory.CreateTempSubdirectory("signalbox-exec").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task AddAndRemove_TheCommand_GetsArgumentsAndVariablesAsTheyAre()
    {
        var provider = Provider("""
            { printf '<%s>' "$@"; printf '%s|%s|%s\n' "$SIGNALBOX_DNS_ACTION" "$SIGNALBOX_DNS_NAME" "$SIGNALBOX_DNS_VALUE"; cat; } >> "$0.log"
            """, "--zone", "a b");
        (await provider.AddAsync(Ticket, CancellationToken.None)).ShouldBe(new DnsChange(Ticket));
        (await provider.RemoveAsync(Ticket, CancellationToken.None)).ShouldBe(new DnsChange(Ticket));
        var value = Ticket.Value;
        (await File.ReadAllLinesAsync(Log)).ShouldBe(Actions.Select(action =>
            $"<--zone><a b><{action}><_acme-challenge.example><{value}>{action}|_acme-challenge.example|{value}"));
        Directory.EnumerateFiles(_folder).Count().ShouldBe(2);
    }

    [Fact]
    public async Task Add_AFailingCommand_IsToldInItsOwnWords()
    {
        var change = await Provider("echo talk; echo 'no such zone' >&2; echo 'giving up' >&2; exit 3").AddAsync(Ticket, CancellationToken.None);
        change.Problem!.Text.ShouldEndWith("add” ended with exit code 3: no such zone giving up");
        change.MayHaveChanged.ShouldBeTrue();
    }

    [Fact]
    public async Task Add_ACommandThatSaysALot_IsReadToItsEndAndItsEndIsKept()
    {
        var change = await Provider("i=0; while [ $i -lt 20000 ]; do echo \"line $i of many\" >&2; i=$((i+1)); done; exit 1").AddAsync(Ticket, CancellationToken.None);
        change.Problem!.Text.Length.ShouldBeLessThan(5000);
        change.Problem.Text.ShouldEndWith("line 19999 of many");
    }

    [Fact]
    public async Task Add_ACommandThatIsNotThere_IsToldAndChangedNothing()
    {
        var options = new ExecProviderOptions("hook", [], Path.Combine(_folder, "absent"), []);
        var change = await new ExecProvider(options, TimeProvider.System).AddAsync(Ticket, CancellationToken.None);
        change.Problem!.Text.ShouldContain("could not be started");
        change.MayHaveChanged.ShouldBeFalse();
    }

    [Fact]
    public async Task Add_ACommandThatTakesTooLong_IsKilledWithItsChildren()
    {
        var time = new FakeTimeProvider();
        var provider = Provider(time, "sleep 600 & echo \"$$ $!\" > \"$0.tmp\"; echo waiting >&2; mv \"$0.tmp\" \"$0.log\"; wait");
        var add = provider.AddAsync(Ticket, CancellationToken.None);
        await DnsClientTests.Eventually(() => File.Exists(Log));
        time.Advance(TimeSpan.FromMinutes(2));
        var change = await add;
        change.Problem!.Text.ShouldEndWith("was killed after 120 s: waiting");
        change.MayHaveChanged.ShouldBeTrue();
        foreach (var id in (await File.ReadAllTextAsync(Log)).Split(' ')) await DnsClientTests.Eventually(() => IsGone(int.Parse(id)));
    }

    [Fact]
    public async Task Add_Cancelled_KillsTheCommand()
    {
        using var cancellation = new CancellationTokenSource();
        var add = Provider("echo $$ > \"$0.tmp\"; mv \"$0.tmp\" \"$0.log\"; exec sleep 600").AddAsync(Ticket, cancellation.Token);
        await DnsClientTests.Eventually(() => File.Exists(Log));
        await cancellation.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => add);
        await DnsClientTests.Eventually(() => IsGone(int.Parse(File.ReadAllText(Log))));
    }

    [Fact]
    public async Task Add_ACommandThatLeavesSomethingRunning_IsNotWaitedForWithoutEnd()
    {
        var provider = Provider("sleep 600 & echo $! > \"$0.log\"; exit 0");
        try
        {
            (await provider.AddAsync(Ticket, CancellationToken.None)).Succeeded.ShouldBeTrue();
        }
        finally
        {
            Process.GetProcessById(int.Parse(await File.ReadAllTextAsync(Log))).Kill();
        }
    }

    [Fact]
    public async Task Add_TwiceForOneName_RunsOneAfterTheOther()
    {
        // Each takes the lock directory and gives it back: a second one beside it would fail.
        var provider = Provider("mkdir \"$0.lock\" || exit 1; sleep 0.05; rmdir \"$0.lock\"");
        var changes = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => provider.AddAsync(Ticket with { Value = $"{i}" }, CancellationToken.None)));
        changes.ShouldAllBe(change => change.Succeeded);
    }

    private string Log => Path.Combine(_folder, "hook.log");

    private ExecProvider Provider(string script, params string[] arguments) => Provider(TimeProvider.System, script, arguments);

    private ExecProvider Provider(TimeProvider time, string script, params string[] arguments)
    {
        var path = Path.Combine(_folder, "hook");
        File.WriteAllText(path, script);

        // Given to the shell as a file: a fresh executable may still be open for writing in a process that was forked meanwhile, and then cannot be run.
        return new ExecProvider(new ExecProviderOptions("hook", [], "/bin/sh", [path, .. arguments]), time);
    }

    /// <summary>A killed process stays in the table until its parent has asked for its end.</summary>
    private static bool IsGone(int id)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/stat").Split(") ")[^1][0] is 'Z' or 'X';
        }
        catch (IOException)
        {
            return true;
        }
    }
}
