using System.Runtime.CompilerServices;

namespace Signalbox.Tests.Support;

/// <summary>What every .NET process that a test starts is told.</summary>
internal static class Runtime
{
    /// <summary>
    /// A .NET process keeps pipes for debuggers in the folder for temporary files and removes them as it ends; one that is killed, as some tests do,
    /// leaves them there for ever. So the children make none.
    /// </summary>
    [ModuleInitializer]
    internal static void MakeNoDiagnosticPipes() => Environment.SetEnvironmentVariable("DOTNET_EnableDiagnostics", "0");
}
