using System.Text;
using System.Text.Json;

namespace Davy.Inspection;

/// <summary>Knows the configurations of mining programs by what is in them, whatever the file is called.</summary>
static class MinerConfiguration
{
    static readonly string[] OfXmrig = ["donate-level", "randomx", "rig-id", "nicehash", "donate-over-proxy", "cuda", "opencl", "print-time"];

    static readonly JsonDocumentOptions Options = new() { MaxDepth = 32, CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>The program whose configuration a text is; empty for none.</summary>
    /// <param name="text">The text, of a bounded length.</param>
    public static string ProgramOf(ReadOnlyMemory<byte> text)
    {
        var span = text.Span.TrimStart(" \t\r\n\uFEFF"u8);
        if (span.IndexOf("\"pool_list\""u8) >= 0 && span.IndexOf("\"pool_address\""u8) >= 0 && span.IndexOf("\"wallet_address\""u8) >= 0) return "xmr-stak";
        if (IsNanominer(span)) return "nanominer";
        if (span.IsEmpty || span[0] is not ((byte)'{' or (byte)'/')) return "";

        try
        {
            using var json = JsonDocument.Parse(text, Options);
            return ProgramOf(json.RootElement);
        }
        catch (JsonException)
        {
            return "";
        }
    }

    static string ProgramOf(JsonElement root)
    {
        if (root.ValueKind is not JsonValueKind.Object) return "";
        if (root.TryGetProperty("pools", out var pools) && pools.ValueKind is JsonValueKind.Array)
        {
            foreach (var pool in pools.EnumerateArray())
            {
                if (pool.ValueKind is not JsonValueKind.Object || !IsText(pool, "url")) continue;
                if (IsText(pool, "user") && (OfXmrig.Any(name => root.TryGetProperty(name, out _)) || OfXmrig.Any(name => pool.TryGetProperty(name, out _)))) return "xmrig";
                if (pool.GetProperty("url").ToString().Contains("stratum", StringComparison.OrdinalIgnoreCase)) return "cpuminer";
            }
        }

        return IsText(root, "algo") && IsText(root, "url") && IsText(root, "user") && (root.TryGetProperty("pass", out _) || root.TryGetProperty("donate-level", out _)) ? "cpuminer" : "";
    }

    static bool IsText(JsonElement json, string name) => json.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String;

    /// <summary>Sections are algorithms, and in one of them stand a wallet and a rig or a pool.</summary>
    static bool IsNanominer(ReadOnlySpan<byte> text)
    {
        if (text.Length > 64 << 10 || text.IndexOf("wallet"u8) < 0) return false;

        var keys = Encoding.UTF8.GetString(text).Split('\n').Select(line => line.IndexOf('=') is > 0 and var equals ? line[..equals].Trim().ToLowerInvariant() : "").ToHashSet();
        return keys.Contains("wallet") && (keys.Contains("rigname") || keys.Contains("pool1")) && (keys.Contains("coin") || keys.Contains("pool1") || keys.Contains("cputhreads"));
    }
}
