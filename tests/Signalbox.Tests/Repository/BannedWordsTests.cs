using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text.RegularExpressions;

namespace Signalbox.Tests.Repository;

/// <summary>Time is injected and nothing blocks a thread; nothing unfinished is left in the sources.</summary>
public sealed partial class BannedWordsTests
{
    /// <summary>
    /// Members nobody in the product may call. Taken from the compiled program, so that a property of ours called Result is not meant.
    /// The result of a ValueTask is left out: reading one that is complete is how a hot path does without the async machine.
    /// </summary>
    private static readonly HashSet<string> Members =
    [
        "DateTime.get_Now", "DateTime.get_UtcNow", "DateTime.get_Today", "DateTimeOffset.get_Now", "DateTimeOffset.get_UtcNow",
        "Thread.Sleep", "Task.Wait", "Task.WaitAll", "Task.WaitAny", "Task`1.get_Result", "NotImplementedException..ctor",
    ];

    [Fact]
    public void Program_CompiledCode_CallsNoBannedMember() =>
        CalledMembers(typeof(Signalbox.Model.Claim).Assembly.Location).Where(Members.Contains).Distinct().ShouldBeEmpty(
            "Use TimeProvider for the time, Task.Delay(…, time, …) for waiting and await for results.");

    [Fact]
    public void Program_CompiledCode_IsReadByThisTest() =>
        CalledMembers(typeof(BannedWordsTests).Assembly.Location).ShouldContain("HashSet`1.Contains");

    [Fact]
    public void Sources_Text_HoldsNoBannedCall() =>
        Find(file => file.Code, BannedCode()).ShouldBeEmpty("Use TimeProvider, Task.Delay(…, time, …) and await.");

    [Fact]
    public void Sources_Text_HoldsNothingUnfinished() => Find(file => file.Text, Unfinished()).ShouldBeEmpty();

    private static IEnumerable<string> Find(Func<SourceFile, string> part, Regex pattern) =>
        from file in SourceTree.Files
        from Match match in pattern.Matches(part(file))
        select $"{file.Path}:{SourceFile.LineOf(part(file), match.Index)} {match.Value}";

    private static List<string> CalledMembers(string assembly)
    {
        using var image = new PEReader(File.OpenRead(assembly));
        var metadata = image.GetMetadataReader();
        return [.. metadata.MemberReferences.Select(metadata.GetMemberReference).Select(member => $"{TypeName(metadata, member.Parent)}.{metadata.GetString(member.Name)}")];
    }

    private static string TypeName(MetadataReader metadata, EntityHandle parent)
    {
        switch (parent.Kind)
        {
            case HandleKind.TypeReference:
                return metadata.GetString(metadata.GetTypeReference((TypeReferenceHandle)parent).Name);
            case HandleKind.TypeSpecification:
                // ECMA-335 II.23.2.14: a generic instance is 0x15, class or value type, the generic type's handle.
                var signature = metadata.GetBlobReader(metadata.GetTypeSpecification((TypeSpecificationHandle)parent).Signature);
                return signature.ReadByte() == 0x15 && signature.ReadByte() != 0 ? TypeName(metadata, signature.ReadTypeHandle()) : "";
            default:
                return "";
        }
    }

    [GeneratedRegex(@"\bDateTime(Offset)?\.(Now|UtcNow|Today)\b|\bThread\.Sleep\b|\)\s*\.Result\b|\b\w*[tT]ask\.Result\b|\.GetAwaiter\(\)\s*\.GetResult\(\)")]
    private static partial Regex BannedCode();

    [GeneratedRegex(@"\b(TODO|FIXME|HACK|XXX|NotImplementedException)\b")]
    private static partial Regex Unfinished();
}
