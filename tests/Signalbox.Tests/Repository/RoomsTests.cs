using System.Text.RegularExpressions;

namespace Signalbox.Tests.Repository;

/// <summary>A room uses only rooms on lower floors. What lies in a room's folders is its own; only the rooms that put the program together reach in.</summary>
public sealed partial class RoomsTests
{
    private static readonly Dictionary<string, int> Floors = new()
    {
        ["Model"] = 0, ["Proxy"] = 1, ["Store"] = 1, ["Docker"] = 1, ["Sources"] = 2, ["Certificates"] = 2, ["Planes"] = 2,
        ["Control"] = 3, ["Sites"] = 3, ["Admin"] = 4, ["Host"] = 5, ["Cli"] = 6, [""] = 7,
    };

    [Fact]
    public void Rooms_EveryFolder_HasAFloor() =>
        SourceTree.Files.Select(file => file.Room).Distinct().Where(room => !Floors.ContainsKey(room)).ShouldBeEmpty();

    [Fact]
    public void Rooms_Namespaces_FollowTheFolders() =>
        SourceTree.Files.Where(file => file.Room.Length > 0 && !file.Code.Contains($"namespace Signalbox.{Path.GetDirectoryName(file.Path)!.Replace('/', '.')};"))
            .Select(file => file.Path).ShouldBeEmpty();

    [Fact]
    public void Rooms_Uses_LookDownOnly() =>
        Uses().Where(use => Floors[use.Room] >= Floors[use.File.Room]).Select(use => use.ToString()).ShouldBeEmpty();

    [Fact]
    public void Rooms_FoldersOfAnotherRoom_AreEnteredByHostAndCliOnly() =>
        Uses().Where(use => use.Room != "Model" && use.Name.Length > 0 && Floors[use.File.Room] < Floors["Host"] && Directory.Exists(Path.Combine(SourceTree.Root, "src/Signalbox", use.Room, use.Name)))
            .Select(use => use.ToString()).ShouldBeEmpty();

    private static IEnumerable<Use> Uses() =>
        from file in SourceTree.Files
        from Match match in QualifiedName().Matches(file.Code)
        let room = match.Groups["room"].Value
        where room != file.Room && Floors.ContainsKey(room) && (match.Groups["root"].Success || IsIn(room, match.Groups["name"].Value))
        select new Use(file, SourceFile.LineOf(file.Code, match.Index), room, match.Groups["name"].Value);

    /// <summary>Inside our namespaces a name may stand without its root: <c>Control.Merger</c>. A property that only shares a room's name is no use of the room.</summary>
    private static bool IsIn(string room, string name) =>
        SourceTree.Files.Any(file => file.Room == room && (file.Path.EndsWith($"/{name}.cs", StringComparison.Ordinal) || file.Path.StartsWith($"{room}/{name}/", StringComparison.Ordinal)));

    [GeneratedRegex(@"(?<![\w.])(?<root>(global::)?Signalbox\.)?(?<room>[A-Z]\w*)(\.(?<name>[A-Z]\w*))?")]
    private static partial Regex QualifiedName();

    private sealed record Use(SourceFile File, int Line, string Room, string Name)
    {
        public override string ToString() => $"{File.Path}:{Line} uses {Room}{(Name.Length > 0 ? "." + Name : "")}";
    }
}
