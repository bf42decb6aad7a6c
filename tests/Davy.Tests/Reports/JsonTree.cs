using System.Text.Json;

namespace Davy.Tests.Reports;

/// <summary>Looks at JSON as a set of paths.</summary>
static class JsonTree
{
    public static JsonElement Parse(string json) => JsonDocument.Parse(json).RootElement;

    /// <summary>Every path with the kinds of value that stand there; an array's places are all one: <c>containers[].name</c>.</summary>
    public static Dictionary<string, JsonValueKind> Paths(JsonElement root)
    {
        var paths = new Dictionary<string, JsonValueKind>(StringComparer.Ordinal);
        Walk(root, "", paths);
        return paths;
    }

    static void Walk(JsonElement at, string path, Dictionary<string, JsonValueKind> paths)
    {
        if (path != "") paths[path] = at.ValueKind is JsonValueKind.False ? JsonValueKind.True : at.ValueKind;
        if (at.ValueKind is JsonValueKind.Object)
        {
            foreach (var each in at.EnumerateObject()) Walk(each.Value, path == "" ? each.Name : $"{path}.{each.Name}", paths);
        }
        else if (at.ValueKind is JsonValueKind.Array)
        {
            foreach (var each in at.EnumerateArray()) Walk(each, path + "[]", paths);
        }
    }
}
