using System.Text.Json;
using Davy.CloudRun;
using Davy.Detection;
using Davy.Indicators;

namespace Davy.Tests.Detection;

/// <summary>Command lines as honest people and miners write them, each with what is to be said of it: <c>Samples/command-lines.json</c>.</summary>
public sealed class CommandLineTests
{
    static readonly JsonElement[] Lines = [.. JsonDocument.Parse(File.ReadAllBytes(RepositoryRoot.File("tests", "Davy.Tests", "Samples", "command-lines.json"))).RootElement.EnumerateArray()];

    public static IEnumerable<TheoryDataRow<int, string>> Numbers() => Lines.Select((line, number) => new TheoryDataRow<int, string>(number, line.ToString()));

    [Theory]
    [MemberData(nameof(Numbers))]
    public void ALineIsJudgedForWhatItDoes(int number, string line)
    {
        var container = Some.Container() with
        {
            Command = Texts(Lines[number], "command"),
            Args = Texts(Lines[number], "args"),
            Environment = [.. Lines[number].TryGetProperty("env", out var variables) ? variables.EnumerateObject().Select(variable => Some.Variable(variable.Name, variable.Value.GetString()!)) : []],
        };

        var said = Assert.Single(new CryptominingCommands().Judge(Some.Deployment(container), IndicatorSet.Empty)) switch
        {
            Verdict.Malicious { Match: var match } => $"{match.Certainty} {match.Indicator}",
            Verdict.Clean => "Clean",
            var other => other.ToString(),
        };

        Assert.True(said.StartsWith(Lines[number].GetProperty("verdict").GetString()!, StringComparison.OrdinalIgnoreCase), $"{said}: {line}");
    }

    static IReadOnlyList<PlacedText> Texts(JsonElement line, string key) =>
        line.TryGetProperty(key, out var texts) ? [.. texts.EnumerateArray().Select((text, index) => new PlacedText(text.GetString()!, $"{Some.Specification}.{key}[{index}]"))] : [];
}
