using System.CommandLine;
using System.Text;
using Signalbox.Cli.Client;
using Signalbox.Cli.Output;
using Signalbox.Model;

namespace Signalbox.Cli;

/// <summary>What every verb is given: where to print, the environment, the clock. One a process; tests make their own.</summary>
/// <param name="Out">What the command is asked for.</param>
/// <param name="Error">Problems and notes.</param>
/// <param name="Variable">Looks up an environment variable.</param>
/// <param name="Time">The clock.</param>
internal sealed record CliContext(Terminal Out, Terminal Error, Func<string, string?> Variable, TimeProvider Time)
{
    /// <summary>Asks the person at the terminal, who answers with a line; null where there is none.</summary>
    public Func<string, CancellationToken, Task<string?>>? AskAsync { get; init; }

    public static CliContext OfThisProcess() => new(
        Terminal.Of(Writer(1), Console.IsOutputRedirected, Environment.GetEnvironmentVariable),
        Terminal.Of(Writer(2), Console.IsErrorRedirected, Environment.GetEnvironmentVariable),
        Environment.GetEnvironmentVariable,
        TimeProvider.System)
    {
        AskAsync = Console.IsInputRedirected || Console.IsErrorRedirected ? null : Question.AskAsync,
    };

    /// <summary>The home that <c>--home</c>, the environment or the default tells.</summary>
    public HomeLayout Home(ParseResult parse) => HomeLayout.Locate(parse.GetValue(CommonOptions.Home), Variable, Environment.IsPrivilegedProcess);

    /// <summary>Runs a verb's work with a client of the home's daemon.</summary>
    public async Task<int> WithClientAsync(ParseResult parse, Func<AdminClient, Task<int>> work)
    {
        using var client = new AdminClient(Home(parse).AdminSocket);
        return await work(client);
    }

    /// <summary>Asks the daemon and prints: the answer as JSON when <c>--json</c> is given, else by <paramref name="print"/>.</summary>
    public Task<int> AnswerAsync<T>(ParseResult parse, Func<AdminClient, Task<Outcome<T>>> ask, Func<T, int> print) => WithClientAsync(parse, async client =>
    {
        var answer = await ask(client);
        return answer.Succeeded ? Answer(parse, answer.Value, print) : Fail(answer.Problems);
    });

    public int Answer<T>(ParseResult parse, T value, Func<T, int> print)
    {
        var code = parse.GetValue(CommonOptions.Json) ? JsonOutput.Write(Out, value) : print(value);
        return code;
    }

    /// <summary>Prints the problems on the error side and returns the exit code of the first.</summary>
    public int Fail(Items<Problem> problems)
    {
        foreach (var problem in problems) ProblemOutput.Write(Error, problem);
        return ExitCodes.Of(problems[0]);
    }

    public int Fail(Problem problem) => Fail([problem]);

    private static StreamWriter Writer(int descriptor) => new(new DescriptorStream(descriptor), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { AutoFlush = true };
}
