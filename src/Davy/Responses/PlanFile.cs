using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Davy.Images;

namespace Davy.Responses;

/// <summary>What the file of a plan and that of a set of plans have in common: a version under a name, and the hash of all else.</summary>
static class PlanFile
{
    const int MostBytes = 64 << 20;

    /// <summary>Reads a file, whatever plan it is.</summary>
    /// <exception cref="UnreadableFileException">It is no JSON object.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static JsonElement Read(string path)
    {
        try
        {
            var root = JsonElement.Parse(UserFile.Read(path, MostBytes), new() { AllowDuplicateProperties = false });
            if (root.ValueKind is JsonValueKind.Object) return root;
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
        }

        throw Wrong(path, "it is no plan of davy");
    }

    /// <summary>Checks the hash.</summary>
    /// <exception cref="UnreadableFileException">It was changed.</exception>
    public static void Check(JsonElement root, string path)
    {
        var json = JsonObject.Create(root)!;
        json.Remove("hash");
        if (root.Text("hash") != HashOf(json)) throw Wrong(path, "it was changed after it was made; make it again");
    }

    /// <summary>The hash of an object that has none yet, in hexadecimal.</summary>
    public static string HashOf(JsonObject json) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(json.ToJsonString())));

    /// <summary>A fault of a file.</summary>
    public static UnreadableFileException Wrong(string path, string fault) => new(path, 0, fault);
}
