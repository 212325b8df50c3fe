using System.Text;

namespace Signalbox.Cli.Completion;

/// <summary>The completion script of fish 3 and later.</summary>
internal static class FishScript
{
    public static string Write(IReadOnlyList<CompletionNode> nodes)
    {
        var valued = nodes.SelectMany(node => node.Options).Where(option => option.TakesValue).Select(option => option.Name).Distinct().Order(StringComparer.Ordinal);
        var script = new StringBuilder($$"""
            # Completion of signalbox for fish. Load it now with: signalbox completion fish | source
            function __signalbox_at
              set -l place signalbox
              set -l skip 0
              for word in (commandline -opc)[2..-1]
                if test $skip = 1
                  set skip 0
                else if contains -- $word --
                  return 1
                else if contains -- $word {{string.Join(' ', valued)}}
                  set skip 1
                else if contains -- "$place $word" {{string.Join(' ', nodes.Skip(1).Select(node => Quote(node.Path)))}}
                  set place "$place $word"
                end
              end
              test "$place" = "$argv"
            end
            function __signalbox_command
              set -l words (commandline -opc)
              set -l at (contains -i -- -- $words); or return
              set -e words[1..$at]
              complete -C (string join ' ' -- (string escape -- $words) (commandline -ct))
            end
            complete -c signalbox -f
            complete -c signalbox -n 'contains -- -- (commandline -opc)' -a '(__signalbox_command)'

            """);
        foreach (var node in nodes)
        {
            var start = $"complete -c signalbox -n {Quote("__signalbox_at " + node.Path)}";
            foreach (var command in node.Commands) script.Append($"{start} -a {Quote(command.Name)} -d {Quote(command.Description)}\n");
            foreach (var choice in BashScript.Choices(node.Values)) script.Append($"{start} -a {Quote(choice)}\n");
            foreach (var option in node.Options) script.Append($"{start} -l {option.Name.TrimStart('-')} {(option.TakesValue ? Values(option.Values) + " " : "")}-d {Quote(option.Description)}\n");
        }

        return script.ToString();
    }

    private static string Quote(string text) => $"'{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}'";

    private static string Values(string? values) => values switch
    {
        "DIR" => "-x -a '(__fish_complete_directories)'",
        "FILE" => "-r -F",
        _ when BashScript.Choices(values) is { Length: > 0 } choices => $"-x -a {Quote(string.Join(' ', choices))}",
        _ => "-x",
    };
}
