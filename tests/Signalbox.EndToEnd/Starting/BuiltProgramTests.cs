using System.Runtime.InteropServices;
using Signalbox.EndToEnd.Support;

namespace Signalbox.EndToEnd.Starting;

/// <summary>What a clone makes of the program after its build: it finds the clone's own framework, and it is compiled ahead of time where that can be done.</summary>
public sealed class BuiltProgramTests : IDisposable
{
    private readonly string _clone = Directory.CreateTempSubdirectory("sb-").FullName;

    private string Release => Path.Combine(_clone, "artifacts/bin/Signalbox/release");

    public void Dispose() => Directory.Delete(_clone, recursive: true);

    [Fact]
    public async Task Program_FrameworkInTheClone_IsFoundByPlaceWithoutAVariable()
    {
        Directory.CreateDirectory(Release);
        foreach (var file in Directory.GetFiles(Path.GetDirectoryName(Product.Program)!)) File.Copy(file, Path.Combine(Release, Path.GetFileName(file)));
        var framework = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../.."));
        Directory.CreateSymbolicLink(Path.Combine(_clone, ".dotnet"), framework);

        await using var program = ChildProcess.Start(Path.Combine(Release, "signalbox"), ["--version"],
            environment: new Dictionary<string, string?> { ["DOTNET_ROOT"] = null, ["DOTNET_ROOT_X64"] = null, ["COREHOST_TRACE"] = "1" });
        (await program.ExitAsync()).ShouldBe(0, program.Transcript);
        program.Errors.Where(line => line.EndsWith("as runtime location.", StringComparison.Ordinal))
            .ShouldHaveSingleItem().ShouldStartWith("Using app-relative location ");
    }

    [Fact]
    public async Task CompileAhead_CompilerToBeHad_EachFileOnceAndAnewWhenTheBuildPutItBack()
    {
        Built("signalbox.dll", "one");
        Built("library.dll", "two");
        Framework(restore: "exit 0");
        (await CompileAheadAsync()).ShouldBe("");
        Now("signalbox.dll").ShouldBe("compiled one");
        Now("library.dll").ShouldBe("compiled two");

        // The build puts its own files back, one of them changed.
        Built("signalbox.dll", "three");
        Built("library.dll", "two");
        (await CompileAheadAsync()).ShouldBe("");
        Now("signalbox.dll").ShouldBe("compiled three");
        Now("library.dll").ShouldBe("compiled two");
        File.ReadAllLines(Path.Combine(_clone, "compiled")).ShouldBe(["library.dll", "signalbox.dll", "signalbox.dll"]);
    }

    [Fact]
    public async Task CompileAhead_PackageNotToBeHad_ProgramStaysAsBuiltAndItIsAskedForOnce()
    {
        Built("signalbox.dll", "one");
        Framework(restore: "echo asked >>\"$root/asked\"; echo 'no such source' >&2; exit 1");
        for (var i = 0; i < 2; i++) (await CompileAheadAsync()).ShouldContain("not compiled ahead of time");
        Now("signalbox.dll").ShouldBe("one");
        File.ReadAllLines(Path.Combine(_clone, "asked")).Length.ShouldBe(1);
        File.ReadAllText(Directory.GetFiles(Path.Combine(_clone, "artifacts/ahead"), "none-*").Single()).ShouldContain("no such source");
    }

    [Fact]
    public async Task CompileAhead_CompilerFailsAtOneFile_ThatOneStaysAsBuilt()
    {
        Built("signalbox.dll", "broken");
        Built("library.dll", "two");
        Framework(restore: "exit 0");
        (await CompileAheadAsync()).ShouldContain("signalbox.dll is not compiled ahead of time");
        Now("signalbox.dll").ShouldBe("broken");
        Now("library.dll").ShouldBe("compiled two");
    }

    private void Built(string file, string content) => File.WriteAllText(Path.Combine(Directory.CreateDirectory(Release).FullName, file), content);

    private string Now(string file) => File.ReadAllText(Path.Combine(Release, file));

    /// <summary>A framework of a script that tells one version, and a compiler of a script that cannot compile what says "broken".</summary>
    private void Framework(string restore)
    {
        var packages = Path.Combine(_clone, "packages");
        Script(Path.Combine(_clone, "dotnet"), $$"""
            case $1 in
              --list-runtimes) echo "Microsoft.NETCore.App 10.0.9 [$root/shared/Microsoft.NETCore.App]"; echo "Microsoft.NETCore.App 10.0.12 [$root/shared/Microsoft.NETCore.App]" ;;
              restore) {{restore}} ;;
              msbuild) echo "{{packages}}/" ;;
            esac
            """);
        foreach (var platform in new[] { "linux-x64", "linux-arm64", "osx-x64", "osx-arm64" })
        {
            Script(Path.Combine(packages, $"microsoft.netcore.app.crossgen2.{platform}/10.0.12/tools/crossgen2"), """
                [[ $1 != --version ]] || exit 0
                grep -q broken "$1" && exit 1
                basename "$1" >>"$root/compiled"
                printf 'compiled %s' "$(cat "$1")" >"$3"
                """);
        }
    }

    private static void Script(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, $"#!/usr/bin/env bash\n{text}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>What the step tells; it must never fail.</summary>
    private async Task<string> CompileAheadAsync()
    {
        await using var bash = ChildProcess.Start("bash", ["-euo", "pipefail", "-c", $"source '{Product.Root}/eng/ahead.sh'; compile_ahead"],
            environment: new Dictionary<string, string?> { ["root"] = _clone, ["dotnet"] = Path.Combine(_clone, "dotnet") });
        (await bash.ExitAsync()).ShouldBe(0, bash.Transcript);
        bash.Errors.ShouldBeEmpty();
        return string.Join('\n', bash.Output);
    }
}
