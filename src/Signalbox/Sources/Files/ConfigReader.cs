using Signalbox.Model;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Signalbox.Sources.Files;

/// <summary>
/// Walks the events of one YAML document and collects what is wrong on the way. Anchors, aliases and tags are refused: the file is a plain tree, so it can
/// neither grow when read nor mean something a reader does not see.
/// </summary>
internal sealed class ConfigReader(IParser parser, string file)
{
    /// <summary>More than anybody reads; a program that wrote a wrong file of 100,000 routes is told the number.</summary>
    public const int MaxProblems = 1000;

    /// <summary>How deep values may lie in each other: the file's own keys need 5. The parser's time grows with the square of the depth.</summary>
    private const int MaxDepth = 32;

    private readonly List<(int Line, int Column, Problem Problem)> _problems = [];

    /// <summary>The ends that are still to come, the innermost last.</summary>
    private readonly Stack<ParsingEvent> _open = [];
    private int _beyond;
    private ParsingEvent? _current;

    public bool HasProblems => _problems.Count > 0;

    /// <summary>In the order of the file.</summary>
    public Items<Problem> Problems
    {
        get
        {
            var problems = _problems.OrderBy(entry => entry.Line).ThenBy(entry => entry.Column).Select(entry => entry.Problem);
            if (_beyond == 0) return problems.ToItems();
            return problems.Append(new Problem(ProblemType.InvalidConfig, ProblemSide.Request, file, $"{_beyond} more problems are not listed.")).ToItems();
        }
    }

    public ParsingEvent Current => _current!;

    /// <summary>True while there is something left in the collection that is being read.</summary>
    public bool Inside => Current.NestingIncrease >= 0;

    /// <summary>
    /// The parser cannot go on after an error of syntax. Then everything that is open is closed, so that what stands before the error is read to its end and
    /// its own faults are told along with it.
    /// </summary>
    public bool IsBroken { get; private set; }

    public static int Line(ParsingEvent at) => (int)at.Start.Line;

    public static int Column(ParsingEvent at) => (int)at.Start.Column;

    /// <summary>Goes to the next event, past nothing that this file may not hold without saying so.</summary>
    public void Advance()
    {
        if (!IsBroken) MoveNext();
        if (IsBroken)
        {
            _current = _open.TryPop(out var end) ? end : new StreamEnd();
            return;
        }

        if (Current is MappingStart) _open.Push(new MappingEnd(Current.Start, Current.End));
        else if (Current is SequenceStart) _open.Push(new SequenceEnd(Current.Start, Current.End));
        else if (Current is MappingEnd or SequenceEnd) _open.Pop();
        if (Current is NodeEvent { Anchor.IsEmpty: false } anchored)
        {
            Refuse(anchored, "An anchor (&) is not allowed here", "Write the value out where it is needed.");
        }

        if (Current is NodeEvent { Tag.IsEmpty: false, Tag.IsNonSpecific: false } tagged)
        {
            Refuse(tagged, "A tag (!) is not allowed here", "Leave it out; put text in quotes where it could be taken for something else.");
        }

        if (Current is AnchorAlias alias) Refuse(alias, $"An alias (*{alias.Value}) is not allowed here", "Write the value out.");
    }

    /// <summary>Leaves the present node behind, with all it holds.</summary>
    public void Skip()
    {
        if (!Inside) return;
        var depth = 0;
        do
        {
            depth += Current.NestingIncrease;
            Advance();
        }
        while (depth > 0);
    }

    public void Report(int line, int column, string text, string? advice = null, string type = ProblemType.InvalidConfig)
    {
        if (_problems.Count == MaxProblems) _beyond++;
        else _problems.Add((line, column, new Problem(type, ProblemSide.Request, Place(line, column), text, advice)));
    }

    /// <summary>A path as the file means it: relative to the directory it lies in.</summary>
    public string PathOf(string path) => Path.GetFullPath(path, Path.GetDirectoryName(Path.GetFullPath(file))!);

    public void Report(ParsingEvent at, string text, string? advice = null) => Report(Line(at), Column(at), text, advice);

    public string Place(int line, int column) => $"{file}:{line}:{column}";

    private void MoveNext()
    {
        try
        {
            parser.MoveNext();
            _current = parser.Current;
            if (_open.Count < MaxDepth) return;
            Report(Current, $"This is nested deeper than {MaxDepth} levels; nothing after it is read.");
        }
        catch (YamlException error)
        {
            Report((int)error.Start.Line, (int)error.Start.Column, $"This is not valid YAML: {error.Message.TrimEnd('.')}.",
                "Look at the brackets, quotes and indentation here and in the line above.");
        }

        IsBroken = true;
    }

    private void Refuse(ParsingEvent at, string what, string advice) => Report(at, what + ".", advice);
}
