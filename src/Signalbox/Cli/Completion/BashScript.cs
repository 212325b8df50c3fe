using System.Text;

namespace Signalbox.Cli.Completion;

/// <summary>The completion script of bash 4 and later.</summary>
internal static class BashScript
{
    public static string Write(IReadOnlyList<CompletionNode> nodes)
    {
        var valued = nodes.SelectMany(node => node.Options).Where(option => option.TakesValue).Select(option => option.Name).Distinct().Order(StringComparer.Ordinal);
        var script = new StringBuilder($$"""
            # Completion of signalbox for bash. Load it now with: source <(signalbox completion bash)
            _signalbox() {
              local current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} path=signalbox words= i
              COMPREPLY=()
              for ((i = 1; i < COMP_CWORD; i++)); do
                case ${COMP_WORDS[i]} in
                  --) COMPREPLY=($(compgen -c -f -- "$current")); return ;;
                  {{string.Join('|', valued)}}) ((i++)); continue ;;
                esac
                case "$path ${COMP_WORDS[i]}" in
                  {{string.Join('|', nodes.Skip(1).Select(node => $"\"{node.Path}\""))}}) path="$path ${COMP_WORDS[i]}" ;;
                esac
              done
              case "$path $before" in

            """);
        foreach (var node in nodes)
        {
            foreach (var option in node.Options.Where(option => option.TakesValue)) script.Append($"    \"{node.Path} {option.Name}\") {Values(option.Values)}; return ;;\n");
        }

        script.Append("  esac\n  case $path in\n");
        foreach (var node in nodes)
        {
            var words = node.Commands.Select(command => command.Name).Concat(Choices(node.Values)).Concat(node.Options.Select(option => option.Name));
            script.Append($"    \"{node.Path}\") words=\"{string.Join(' ', words)}\" ;;\n");
        }

        script.Append("""
              esac
              COMPREPLY=($(compgen -W "$words" -- "$current"))
            }
            complete -F _signalbox signalbox

            """);
        return script.ToString();
    }

    /// <summary>The words of <c>a|b|c</c>; none for other names of values.</summary>
    public static string[] Choices(string? values) => values is not null && values.Contains('|') ? values.Split('|') : [];

    private static string Values(string? values) => values switch
    {
        "DIR" => "compopt -o filenames; COMPREPLY=($(compgen -d -- \"$current\"))",
        "FILE" => "compopt -o filenames; COMPREPLY=($(compgen -f -- \"$current\"))",
        _ when Choices(values) is { Length: > 0 } choices => $"COMPREPLY=($(compgen -W \"{string.Join(' ', choices)}\" -- \"$current\"))",
        _ => ":",
    };
}
