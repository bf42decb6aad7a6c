using System.Globalization;
using System.Text.Json;
using Davy.Reports;

namespace Davy.Cli.Output;

/// <summary>A deployment of a server, for a person: a heading, then a row for each thing that is known. Every value is made safe to show.</summary>
static class DeploymentBlock
{
    const int MostText = 2_000;

    static readonly (string Label, string Path)[] Rows =
    [
        ("id", "id"), ("revision", "revision"), ("when", "time"), ("who", "principal"), ("client", "client"), ("runs as", "serviceAccount"), ("place", "place"), ("entry", "insertId"),
    ];

    /// <summary>Writes it.</summary>
    /// <param name="deployment">The deployment.</param>
    /// <param name="output">Where to.</param>
    public static void Write(JsonElement deployment, TextWriter output)
    {
        output.WriteLine($"{Value(deployment, "verdict")}  {Value(deployment, "resource")}".Trim());
        foreach (var (label, path) in Rows) Row(output, label, Value(deployment, path));
        if (!deployment.TryGetProperty("containers", out var containers) || containers.ValueKind is not JsonValueKind.Array) return;

        foreach (var container in containers.EnumerateArray().Where(each => each.ValueKind is JsonValueKind.Object))
        {
            var name = Value(container, "name");
            Row(output, "image", $"{Value(container, "image")}{(name == "" ? "" : $" (container {name})")}");
            Row(output, "ran", Value(container, "ran"));
        }
    }

    static string Value(JsonElement result, string path) => TextSanitizer.Clean(new ResultField(path).Of(result), MostText);

    static void Row(TextWriter output, string label, string text)
    {
        if (text != "") output.WriteLine(string.Create(CultureInfo.InvariantCulture, $" {label,-8} {text}"));
    }
}
