using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Davy.Logs;

namespace Davy.CloudRun;

/// <summary>The shape of an entry: its paths and the types that stand there, never a value. Two entries of one shape have one fingerprint.</summary>
/// <param name="Fingerprint">16 hexadecimal characters of SHA-256 over <paramref name="Paths"/>.</param>
/// <param name="Paths">The paths in order, one a line, capped; names of labels, annotations and variables are left out, for they are data.</param>
public sealed record EntryShape(string Fingerprint, string Paths)
{
    const int MostPaths = 200;
    const int LongestPath = 512;

    /// <summary>Names whose children are data, not shape.</summary>
    static readonly string[] Maps = ["labels", "annotations", "limits", "env", "attributes"];

    /// <summary>The shape of a payload.</summary>
    /// <param name="audit">The payload.</param>
    /// <returns>Its shape, with the method as part of it.</returns>
    /// <exception cref="EntryRejectedException">A name is not valid Unicode.</exception>
    public static EntryShape Of(AuditLog audit)
    {
        SortedSet<string> paths = new(StringComparer.Ordinal) { $"methodName: {audit.MethodName}" };
        Gather(audit.Request, "request", paths);
        Gather(audit.Response, "response", paths);

        var text = string.Join('\n', paths.Take(MostPaths));
        return new(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..16], text);
    }

    static void Gather(JsonValue value, string path, SortedSet<string> paths)
    {
        // A path is made for every value below it, and the log chooses the names: without a limit one entry could cost gigabytes.
        if (paths.Count > MostPaths || path.Length > LongestPath) return;
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                paths.Add($"{path}: object");
                foreach (var member in value.Members)
                {
                    var name = member.Name;
                    if (name.Length > LongestPath) name = name[..LongestPath];
                    if (Array.IndexOf(Maps, name) >= 0) paths.Add($"{path}.{name}: map");
                    else Gather(member.Value, $"{path}.{name}", paths);
                }

                break;
            case JsonValueKind.Array:
                foreach (var item in value.Items) Gather(item, $"{path}[]", paths);
                break;
            case not JsonValueKind.Undefined:
                paths.Add($"{path}: {(value.ValueKind is JsonValueKind.True or JsonValueKind.False ? "bool" : value.ValueKind.ToString().ToLowerInvariant())}");
                break;
        }
    }
}
