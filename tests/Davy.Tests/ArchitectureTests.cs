using System.Text.RegularExpressions;

namespace Davy.Tests;

/// <summary>The rules of the house that no compiler holds.</summary>
public sealed partial class ArchitectureTests
{
    /// <summary>The folders of the library in the order of the flow: each uses only those before it.</summary>
    static readonly string[] LibraryOrder =
        ["Outbound", "Storage", "Google", "Logs", "Images", "Indicators", "CloudRun", "Detection", "Inspection", "Findings", "Reports", "Notifications", "Responses", ""];

    static readonly string[] CliOrder = ["Output", "Client", "Commands", ""];

    /// <summary>Ingest, Api and Console never use each other.</summary>
    static readonly string[] ServerOrder = ["Hosting", "Callers", "Inspections", "Ingest", "Api", "Notifications", "Console", ""];

    static readonly string[] Beside = ["Ingest", "Api", "Console"];

    static readonly string[] EmptyWords = ["Helper", "Util", "Utils", "Utility", "Manager", "Common", "Misc", "Base", "Impl"];

    static string[] Sources(params string[] under) =>
        [.. Directory.EnumerateFiles(RepositoryRoot.File(under), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/artifacts/", StringComparison.Ordinal))];

    [Fact]
    public void TheRulesSeeTheSource() => Assert.True(Sources("src").Length > 10, "The rules would hold over no files.");

    [Theory]
    [InlineData("Davy")]
    [InlineData("Davy.Cli")]
    [InlineData("Davy.Server")]
    public void AFolderUsesOnlyFoldersBeforeIt(string project)
    {
        var order = project switch { "Davy" => LibraryOrder, "Davy.Cli" => CliOrder, _ => ServerOrder };
        var faults = new List<string>();

        foreach (var file in Sources("src", project))
        {
            var folder = FolderOf(project, file);
            var place = Array.IndexOf(order, folder);
            if (place < 0)
            {
                faults.Add($"{file}: the folder '{folder}' has no place in the order.");
                continue;
            }

            foreach (Match use in UsedNamespace().Matches(File.ReadAllText(file)))
            {
                if (use.Groups["project"].Value != project) continue;
                var used = Array.IndexOf(order, use.Groups["folder"].Value);
                if (used > place || (project == "Davy.Server" && used != place && Beside.Contains(order[Math.Max(used, 0)]) && Beside.Contains(folder))) faults.Add($"{file}: uses {use.Value}, which comes later or stands beside.");
            }
        }

        Assert.Empty(faults);
    }

    [Fact]
    public void TheLibraryKnowsNoProgram() =>
        Assert.DoesNotContain(Sources("src", "Davy"), file => File.ReadAllText(file) is var text && (text.Contains("Davy.Cli", StringComparison.Ordinal) || text.Contains("Davy.Server", StringComparison.Ordinal)));

    [Fact]
    public void NoFileIsOverThreeHundredLines() =>
        Assert.Empty(new[] { "src", "tests", "bench" }.SelectMany(folder => Sources(folder))
            .Select(file => (file, lines: File.ReadAllLines(file).Length)).Where(each => each.lines > 300));

    [Fact]
    public void NoNameSaysNothing() =>
        Assert.Empty(new[] { "src", "tests", "bench" }.SelectMany(folder => Sources(folder))
            .Where(file => EmptyWords.Any(word => Path.GetFileNameWithoutExtension(file).EndsWith(word, StringComparison.Ordinal)
                || FolderOfAny(file).Split('/').Contains(word))));

    [Fact]
    public void AnInterfaceHasASecondImplementation()
    {
        var all = Sources("src").Select(File.ReadAllText).ToList();
        var interfaces = all.SelectMany(text => DeclaredInterface().Matches(text)).Select(match => match.Groups[1].Value).ToList();

        Assert.Empty(interfaces.Where(name => all.Sum(text => Regex.Count(text, $@"(class|record|struct)\s+\w+[^{{;]*:\s*[^{{;]*\b{name}\b")) < 2));
    }

    [Fact]
    public void NoNamespaceOfOursIsGlobal() =>
        Assert.DoesNotContain(new[] { "src", "tests", "bench" }.SelectMany(folder => Sources(folder)),
            file => File.ReadAllText(file).Contains("global using " + "Davy", StringComparison.Ordinal));

    static string FolderOf(string project, string file)
    {
        var relative = Path.GetRelativePath(RepositoryRoot.File("src", project), file);
        return relative.Contains('/') ? relative[..relative.IndexOf('/')] : "";
    }

    static string FolderOfAny(string file) => Path.GetDirectoryName(Path.GetRelativePath(RepositoryRoot.Path, file)) ?? "";

    [GeneratedRegex(@"^\s*using\s+(?:static\s+)?(?:\w+\s*=\s*)?(?<project>Davy(?:\.Cli|\.Server)?)(?:\.(?<folder>[A-Z]\w*))?", RegexOptions.Multiline)]
    private static partial Regex UsedNamespace();

    [GeneratedRegex(@"\binterface\s+(I[A-Z]\w*)")]
    private static partial Regex DeclaredInterface();
}
