using System.Runtime.InteropServices;

namespace Signalbox.Cli.Client;

/// <summary>Tells people who owns a file they may not use.</summary>
internal static partial class FileOwner
{
    /// <summary>Such as <c>root (uid 0)</c>; of the nearest ancestor that can be seen, where the file itself cannot. Never fails: it stands in an error message.</summary>
    public static string Describe(string path)
    {
        for (var at = path; at is not null; at = Path.GetDirectoryName(at))
        {
            if (UidOf(at) is not { } uid) continue;
            var name = NameOf(uid);
            return name is null ? $"uid {uid}" : $"{name} (uid {uid})";
        }

        return "another user";
    }

    private static uint? UidOf(string path)
    {
        // statx(2) has one layout on every architecture: stx_uid lies at offset 20 of its 256 bytes.
        Span<byte> result = stackalloc byte[256];
        return Statx(AtFdCwd, path, 0, StatxUid, result) == 0 ? MemoryMarshal.Read<uint>(result[20..]) : null;
    }

    private static string? NameOf(uint uid)
    {
        try
        {
            foreach (var line in File.ReadLines("/etc/passwd"))
            {
                // passwd(5): name:password:UID:…
                var fields = line.Split(':');
                if (fields.Length > 2 && fields[2] == uid.ToString()) return fields[0];
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The number says enough.
        }

        return null;
    }

    private const int AtFdCwd = -100;
    private const uint StatxUid = 0x8;

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int directory, string path, int flags, uint mask, Span<byte> result);
}
