using System.Buffers;
using System.Text;

namespace Signalbox.Sources.DevServers;

/// <summary>
/// Reads the last command of a package.json script as far as words go (POSIX XCU 2.2 quoting). A script that does more than run one command
/// after another (pipes, background jobs, subshells, substitution) is not understood, because arguments put behind it might reach the wrong command.
/// </summary>
internal static class ShellWords
{
    private static readonly SearchValues<char> NameCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");

    /// <summary>The words of the last command of <c>a &amp;&amp; b</c> or <c>a; b</c>; null when the script is not that simple.</summary>
    public static IReadOnlyList<string>? LastCommand(string script)
    {
        var words = new List<string>();
        StringBuilder? word = null;
        for (var i = 0; i < script.Length; i++)
        {
            var c = script[i];
            switch (c)
            {
                case ' ' or '\t':
                    End();
                    break;
                case '\'':
                    var close = script.IndexOf('\'', i + 1);
                    if (close < 0) return null;
                    (word ??= new()).Append(script, i + 1, close - i - 1);
                    i = close;
                    break;
                case '"':
                    word ??= new();
                    for (i++; i < script.Length && script[i] != '"'; i++)
                    {
                        if (script[i] is '`' || (script[i] == '$' && i + 1 < script.Length && script[i + 1] == '(')) return null;
                        if (script[i] == '\\' && i + 1 < script.Length && script[i + 1] is '"' or '\\' or '$' or '`') i++;
                        word.Append(script[i]);
                    }

                    if (i >= script.Length) return null;
                    break;
                case '\\' when i + 1 < script.Length:
                    (word ??= new()).Append(script[++i]);
                    break;
                case '&' when i + 1 < script.Length && script[i + 1] == '&':
                    i++;
                    End();
                    words.Clear();
                    break;
                case ';':
                    End();
                    words.Clear();
                    break;
                case '#' when word is null:
                case '$' when i + 1 < script.Length && script[i + 1] == '(':
                case '&' or '|' or '(' or ')' or '`' or '\n' or '\\' or '<' or '>':
                    return null;
                default:
                    (word ??= new()).Append(c);
                    break;
            }
        }

        End();
        return words.Count == 0 ? null : words;

        void End()
        {
            if (word is not null) words.Add(word.ToString());
            word = null;
        }
    }

    /// <summary>True for <c>NAME=value</c> in front of a command (POSIX XCU 2.9.1).</summary>
    public static bool IsAssignment(string word)
    {
        var equals = word.IndexOf('=', StringComparison.Ordinal);
        return equals > 0 && !char.IsAsciiDigit(word[0]) && word.AsSpan(0, equals).IndexOfAnyExcept(NameCharacters) < 0;
    }
}
