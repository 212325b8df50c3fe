using Microsoft.Win32.SafeHandles;

namespace Signalbox.Cli.Output;

/// <summary>A question to the person at the terminal. Its descriptors are used as they are: the framework's console would first change how the terminal behaves.</summary>
internal static class Question
{
    public static async Task<string?> AskAsync(string question, CancellationToken cancellation)
    {
        using (var errors = new StreamWriter(new DescriptorStream(2))) await errors.WriteAsync(question.AsMemory(), cancellation);

        // A read of the terminal cannot be ended; who presses Ctrl-C is not held by it, and the process ends with it.
        return await Task.Run(ReadLine, cancellation).WaitAsync(cancellation);
    }

    private static string? ReadLine()
    {
        using var handle = new SafeFileHandle(0, ownsHandle: false);
        using var reader = new StreamReader(new FileStream(handle, FileAccess.Read, bufferSize: 0));
        return reader.ReadLine();
    }
}
