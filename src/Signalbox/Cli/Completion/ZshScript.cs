using System.Text;

namespace Signalbox.Cli.Completion;

/// <summary>The completion script of zsh, for a file named <c>_signalbox</c> in <c>$fpath</c> or to be sourced.</summary>
internal static class ZshScript
{
    public static string Write(IReadOnlyList<CompletionNode> nodes)
    {
        var valued = nodes.SelectMany(node => node.Options).Where(option => option.TakesValue).Select(option => option.Name).Distinct().Order(StringComparer.Ordinal);
        var script = new StringBuilder($$"""
            #compdef signalbox
            # Completion of signalbox for zsh. Load it now with: source <(signalbox completion zsh)
            _signalbox() {
              local place=signalbox i
              local -a verbs flags
              for ((i = 2; i < CURRENT; i++)); do
                case $words[i] in
                  --) shift $i words; (( CURRENT -= i )); _normal; return ;;
                  {{string.Join('|', valued)}}) ((i++)); continue ;;
                esac
                case "$place $words[i]" in
                  {{string.Join('|', nodes.Skip(1).Select(node => $"\"{node.Path}\""))}}) place="$place $words[i]" ;;
                esac
              done
              case "$place $words[CURRENT-1]" in

            """);
        foreach (var node in nodes)
        {
            foreach (var option in node.Options.Where(option => option.TakesValue)) script.Append($"    \"{node.Path} {option.Name}\") {Values(option.Values)}; return ;;\n");
        }

        script.Append("  esac\n  case $place in\n");
        foreach (var node in nodes)
        {
            var verbs = node.Commands.Select(Entry).Concat(BashScript.Choices(node.Values).Select(Quote));
            var flags = node.Options.Select(option => Entry(new CompletionWord(option.Name, option.Description)));
            script.Append($"    \"{node.Path}\")\n      verbs=({string.Join(' ', verbs)})\n      flags=({string.Join(' ', flags)}) ;;\n");
        }

        script.Append("""
              esac
              (( $#verbs )) && _describe -t commands command verbs
              _describe -o -t options option flags
            }
            if [ "$funcstack[1]" = _signalbox ]; then _signalbox "$@"; else compdef _signalbox signalbox; fi

            """);
        return script.ToString();
    }

    /// <summary><c>name:description</c> as _describe reads it: a colon in the name would end it.</summary>
    private static string Entry(CompletionWord word) => Quote($"{word.Name.Replace(":", "\\:", StringComparison.Ordinal)}:{word.Description}");

    private static string Quote(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private static string Values(string? values) => values switch
    {
        "DIR" => "_files -/",
        "FILE" => "_files",
        _ when BashScript.Choices(values) is { Length: > 0 } choices => $"compadd -- {string.Join(' ', choices)}",
        _ => "_message value",
    };
}
