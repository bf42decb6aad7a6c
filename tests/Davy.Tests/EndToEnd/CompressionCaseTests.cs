using System.Globalization;
using System.Text.Json.Nodes;
using Davy.Tests.Logs;

namespace Davy.Tests.EndToEnd;

/// <summary>Every compressed input comes to what is recorded of it, and all of them together take no more memory than a small log.</summary>
public sealed class CompressionCaseTests
{
    public static TheoryData<string> Names => [.. CompressionCases.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void ACompressedInputComesToThis(string name)
    {
        var (make, outcome) = CompressionCases.All[name];
        Assert.Equal(outcome, Outcome.Of(make()));
    }

    [Fact]
    public void AllOfThemTakeLittleMemory()
    {
        using var folder = new TemporaryFolder();
        foreach (var (index, (name, (make, _))) in CompressionCases.All.Index())
        {
            File.WriteAllBytes(folder.File($"{index.ToString("D3", CultureInfo.InvariantCulture)} {name.Replace(':', ' ').Replace(' ', '-')}"), make());
        }

        var summary = folder.File("summary.json");
        // The runtime itself sees to the heap: beyond 64 MiB the program would end with an OutOfMemoryException.
        using var program = BuiltProgram.Start(["scan", folder.Path, "--validate", "--quiet", "--format", "json", "--output", folder.File(".out"), "--summary", summary], ("DOTNET_GCHeapHardLimit", "4000000"));
        var (code, _, error) = program.End();

        Assert.True(code == 1, $"exit code {code}: {error}");
        Assert.Equal(3, (int)JsonNode.Parse(File.ReadAllText(summary))!["findings"]!);
        Assert.Equal(CompressionCases.All.Values.Sum(each => Rejections(each.Outcome)), (int)JsonNode.Parse(File.ReadAllText(summary))!["entries"]!["rejected"]!);
        Assert.InRange(program.PeakBytes, 1, 128 << 20);
    }

    static int Rejections(string outcome) => outcome.Split(", ").Where(word => char.IsUpper(word[0])).Sum(word => word.Split(' ') is [_, var count] ? int.Parse(count, CultureInfo.InvariantCulture) : 1);
}
