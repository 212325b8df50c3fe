using System.Text.Json;
using Signalbox.Cli.Output;
using Signalbox.Cli.Verbs;
using Signalbox.Model;
using Signalbox.Model.Wire;

namespace Signalbox.Tests.Cli;

/// <summary>What people and scripts see, byte by byte. Scripts cut columns out of the plain form: it does not change.</summary>
public sealed class OutputTests : IDisposable
{
    private readonly CliRun _pipe = new(), _terminal = new(terminal: true);

    public void Dispose()
    {
        _pipe.Dispose();
        _terminal.Dispose();
    }

    [Fact]
    public void Routes_InAPipe_AreTabPartedLinesWithFullOwners()
    {
        RoutesVerb.Print(_pipe.Context, [Reports.Shadowed, Reports.Live]);
        _pipe.Out.Split('\n').ShouldBe(
        [
            "live\thttps://app.main.localhost\t2 h\tdev//srv/app@app.main.localhost#f00\thttp://localhost:5173\t",
            "shadowed\thttps://app.main.localhost\t1 d\tdev//srv/app@app.main.localhost#f01\thttp://localhost:5173\t“npm run dev” has the name since 2 h. It comes back when that one ends.",
            "",
        ]);
        _pipe.Error.ShouldBeEmpty();
    }

    [Fact]
    public void Routes_OnATerminal_AreAlignedUnderHeadings()
    {
        RoutesVerb.Print(_terminal.Context, [Reports.Shadowed, Reports.Live with { Backends = [] }]);
        _terminal.Out.ShouldBe("""
            STATE     URL                         SINCE  OWNER             LEADS TO
            live      https://app.main.localhost  2 h    dev: npm run dev  (nothing listens yet)
            shadowed  https://app.main.localhost  1 d    dev: npm run dev  http://localhost:5173

            """);
        _terminal.Error.ShouldBe("https://app.main.localhost is shadowed: “npm run dev” has the name since 2 h. It comes back when that one ends.\n");
    }

    [Fact]
    public void Routes_None_SaysHowToMakeOne()
    {
        RoutesVerb.Print(_pipe.Context, []).ShouldBe(0);
        _pipe.Out.ShouldBeEmpty();
        _pipe.Error.ShouldContain("signalbox route add");
    }

    [Fact]
    public void Routes_StateOnAColourTerminal_IsGreenOnlyWhenLive()
    {
        const string green = "\e[32m";
        foreach (var state in (string[])[RouteStates.Pending, RouteStates.BackendDown, RouteStates.Shadowed, RouteStates.Refused, RouteStates.Quarantined])
        {
            using var run = new CliRun(terminal: true, colour: true);
            RoutesVerb.Print(run.Context, [Reports.Live with { State = state }]);
            run.Out.ShouldContain("\e[");
            run.Out.ShouldNotContain(green);
        }

        using var live = new CliRun(terminal: true, colour: true);
        RoutesVerb.Print(live.Context, [Reports.Live]);
        live.Out.ShouldContain("\e[32mlive");
    }

    [Fact]
    public void List_WideCharactersAndLineEnds_StayInTheirColumns()
    {
        var page = new ListPage(_terminal.Context.Out, "A", "B", "C");
        page.Add("日本", "x\ny", "z");
        page.Add("ab", "", "");
        page.Write();
        _terminal.Out.ShouldBe("A     B    C\n日本  x y  z\nab\n");
    }

    [Fact]
    public void Status_InAPipe_NamesEveryLine()
    {
        StatusVerb.Print(_pipe.Context, Reports.Status);
        _pipe.Out.ShouldBe("""
            daemon     version 0.1.0, pid 4711, up 3 min
            home       /home/a
            revision   12
            listener   http  127.0.0.1:8080
            listener   https [::1]:8443
            transport  epoll, 2 loops
            plane      embedded applied at revision 12
            routes     2 live, 1 pending, 0 backend-down, 0 shadowed, 0 quarantined

            """);
        _pipe.Error.ShouldBe("note: 8080 instead of 80\n");
    }

    [Fact]
    public void Status_OnSockets_NamesTheTransportWithoutLoops()
    {
        StatusVerb.Print(_pipe.Context, Reports.Status with { Transport = new TransportReport(TransportReport.Sockets, 0, "epoll is not to be had on this system") });
        _pipe.Out.ShouldContain("transport  sockets\n");
    }

    [Fact]
    public void RouteAdd_BackendDown_IsMadeAndSaysSo()
    {
        var down = Reports.Live with { State = RouteStates.BackendDown, Problem = new Problem(ProblemType.BackendDown, ProblemSide.Backend, "http://localhost:5173", "Nothing accepts connections there.", "Start it.") };
        RouteAddVerb.Print(_pipe.Context, [down]).ShouldBe(0);
        _pipe.Out.ShouldBe("backend-down https://app.main.localhost leads to http://localhost:5173\n");
        _pipe.Error.ShouldBe("warning: http://localhost:5173: Nothing accepts connections there.\n  Start it.\n");
    }

    [Fact]
    public void RouteAdd_Quarantined_Fails() =>
        RouteAddVerb.Print(_pipe.Context, [Reports.Live with { State = RouteStates.Quarantined }]).ShouldBe(1);

    [Fact]
    public void Why_Steps_AreNumberedWithTheirOutcome()
    {
        WhyVerb.Print(_pipe.Context, new WhyReport
        {
            Url = "https://app.localhost/x",
            Verdict = RouteStates.BackendDown,
            Steps = [new WhyStep("host", "ok", "app.localhost matches"), new WhyStep("certificate", "skipped", "not asked"), new WhyStep("backend", "failed", "refused since 3 min")],
            Advice = "Start the server.",
        });
        _pipe.Out.ShouldBe("""
            https://app.localhost/x is backend-down
               1. ok host         app.localhost matches
               2. -  certificate  not asked
               3. ✗  backend      refused since 3 min
              what to do: Start the server.

            """);
    }

    [Fact]
    public void History_InAPipe_IsOldestFirstWithExactTimes()
    {
        HistoryVerb.Print(_pipe.Context, [new HistoryEntry(2, Reports.Now, "site/b", "remove", "b.localhost", null), new HistoryEntry(1, Reports.Now, "site/b", "put", "b.localhost", "x")], null);
        _pipe.Out.ShouldBe("1\t2026-05-04T12:00:00.000Z\tput\tb.localhost\tsite/b\tx\n2\t2026-05-04T12:00:00.000Z\tremove\tb.localhost\tsite/b\t\n");
    }

    [Fact]
    public void Certs_InAPipe_TellTheEnd()
    {
        CertsVerb.Print(_pipe.Context, [new CertificateReport("a.localhost", "Signalbox", "valid", Reports.Now.AddDays(7), "Renewed.", null), new CertificateReport("x.com", "Signalbox", "unavailable", null, "Do this.", "Outside.")]);
        _pipe.Out.ShouldBe("valid\ta.localhost\tSignalbox\t2026-05-11T12:00:00Z\tRenewed.\nunavailable\tx.com\tSignalbox\t-\tOutside. Do this.\n");
    }

    [Fact]
    public void CertShow_WithEvidence_ListsWhatWasAskedAndWhatCameBack()
    {
        CertVerb.Print(_pipe.Context, new CertificateReport("a.example.com", "-", "failed", null, "The next try is soon.", "It leads nowhere.")
        {
            Evidence = [new WhyStep("dns", "failed", "no such name (2026-05-04 12:00:00 UTC)"), new WhyStep("caa", "unknown", "nobody answered (2026-05-04 12:00:01 UTC)")],
        });
        _pipe.Out.ShouldBe("failed\ta.example.com\t-\t-\tIt leads nowhere. The next try is soon.\n  failed  dns    no such name (2026-05-04 12:00:00 UTC)\n  unknown caa    nobody answered (2026-05-04 12:00:01 UTC)\n");
    }

    [Fact]
    public void Check_Drift_IsListed()
    {
        CheckVerb.Print(_pipe.Context, new CheckReport(false, [new PlaneCheck("embedded", "applied", [new DriftEntry("missing", "a.localhost", "sb-1@3", null)])]), fixedNow: false);
        _pipe.Out.ShouldBe("embedded: applied, 1 difference\nmissing\ta.localhost\tsb-1@3\t-\n");
        _pipe.Error.ShouldContain("check --fix");
    }

    [Fact]
    public void Json_OnATerminal_IsTheSameRecordIndented()
    {
        JsonOutput.Write(_pipe.Context.Out, Reports.Status);
        JsonOutput.Write(_terminal.Context.Out, Reports.Status);
        _pipe.Out.ShouldBe(Reports.StatusJson + "\n");
        _terminal.Out.Split('\n').Length.ShouldBeGreaterThan(10);
        JsonElement.DeepEquals(JsonDocument.Parse(_pipe.Out).RootElement, JsonDocument.Parse(_terminal.Out).RootElement).ShouldBeTrue();
    }

    [Theory]
    [InlineData(-5, "0 s")]
    [InlineData(0.5, "0 s")]
    [InlineData(59, "59 s")]
    [InlineData(60, "1 min")]
    [InlineData(3599, "59 min")]
    [InlineData(7200, "2 h")]
    [InlineData(90_000, "1 d")]
    public void Span_Seconds_AreOneUnit(double seconds, string text) => Span.Text(TimeSpan.FromSeconds(seconds)).ShouldBe(text);

    [Theory]
    [InlineData(false, null, null, true)]
    [InlineData(false, "", null, true)]
    [InlineData(false, "1", null, false)]
    [InlineData(false, null, "dumb", false)]
    [InlineData(true, null, null, false)]
    public void Terminal_Colour_FollowsNoColorAndThePipe(bool redirected, string? noColour, string? term, bool colour) =>
        Terminal.Of(TextWriter.Null, redirected, name => name switch { "NO_COLOR" => noColour, "TERM" => term, _ => null }).HasColour.ShouldBe(colour);
}
