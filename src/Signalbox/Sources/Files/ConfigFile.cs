using System.Text;
using Signalbox.Model;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Signalbox.Sources.Files;

/// <summary>
/// Reads <c>signalbox.yaml</c>, strictly: what is not known, not of its type or not valid is an error, and one refusal tells all of them, each
/// <see cref="ProblemType.InvalidConfig"/> (or <see cref="ProblemType.Unsupported"/> for what a later version will know) with <c>file:line:column</c> as
/// its subject.
/// </summary>
internal static class ConfigFile
{
    /// <summary>Bytes; a million routes need about half. Keeps a path that was mistyped into a disk image from being read into memory.</summary>
    public const long MaxLength = 256 * 1024 * 1024;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The config, or why there is none: <see cref="ProblemType.NotFound"/> when there is no such file.</summary>
    public static Outcome<SignalboxConfig> Read(string path)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (stream.Length > MaxLength) return Unreadable(path, $"it has {stream.Length} bytes and {MaxLength} is the most");
            var bytes = new byte[stream.Length];
            var length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return Parse(path, bytes.AsSpan(0, length));
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return new Problem(ProblemType.NotFound, ProblemSide.Request, path, "There is no such config file.",
                "Make one, or give the right path with --config.");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return Unreadable(path, error.Message);
        }
    }

    /// <summary>The same for text at hand.</summary>
    /// <param name="path">What problems call the file.</param>
    /// <param name="utf8">The content; a byte order mark is taken off.</param>
    public static Outcome<SignalboxConfig> Parse(string path, ReadOnlySpan<byte> utf8)
    {
        string text;
        try
        {
            text = StrictUtf8.GetString(utf8.StartsWith(Encoding.UTF8.Preamble) ? utf8[3..] : utf8);
        }
        catch (DecoderFallbackException error)
        {
            return Unreadable(path, $"it is not UTF-8 text (byte {error.Index})");
        }

        return Parse(path, text);
    }

    private static Outcome<SignalboxConfig> Parse(string path, string text)
    {
        var reader = new ConfigReader(new Parser(new StringReader(text)), path);
        var draft = ReadDocument(reader);
        var config = draft is null ? SignalboxConfig.Default : new ConfigBinder(reader).Bind(draft);
        return reader.HasProblems ? Outcome<SignalboxConfig>.Failed(reader.Problems) : config;
    }

    /// <summary>Null when the file holds nothing, which is as good as every key left out.</summary>
    private static RootDraft? ReadDocument(ConfigReader reader)
    {
        reader.Advance();
        reader.Advance();
        if (reader.Current is not DocumentStart) return null;
        reader.Advance();
        var found = ConfigTable.Root.TryRead(reader, out var draft);
        reader.Advance();
        if (reader.Current is DocumentStart second) reader.Report(second, "A second document begins here; only the first would be read.", "Remove it.");
        return found ? draft : null;
    }

    private static Problem Unreadable(string path, string reason) =>
        new(ProblemType.InvalidConfig, ProblemSide.System, path, $"The config file cannot be read: {reason.TrimEnd('.')}.", "Look at the file and its rights.");
}
