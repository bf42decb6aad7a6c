using System.Text.Json;

namespace Davy.Logs;

/// <summary>Checks what <c>JsonDocument</c> does not: the number of properties, and the size.</summary>
public static class EntryLimits
{
    /// <summary>The shortest property is <c>"":0,</c>: an entry below this many bytes a property cannot break the limit, and is not counted.</summary>
    const int ShortestProperty = 5;

    /// <summary>Checks an entry before it is parsed.</summary>
    /// <param name="json">The entry.</param>
    /// <param name="limits">The limits.</param>
    /// <exception cref="EntryRejectedException">It is too large, or one of its objects has too many properties.</exception>
    /// <exception cref="JsonException">It is not valid JSON, or too deep.</exception>
    public static void Check(ReadOnlySpan<byte> json, ReadLimits limits)
    {
        if (json.Length > limits.EntryBytes) throw new EntryRejectedException(RejectReason.TooLarge, $"It has {json.Length} bytes; the limit is {limits.EntryBytes}.");
        if (AreKept(json, limits)) return;

        Span<int> properties = stackalloc int[limits.Depth + 1];
        var reader = new Utf8JsonReader(json, new() { MaxDepth = limits.Depth });
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.StartObject) properties[reader.CurrentDepth] = 0;
            else if (reader.TokenType is JsonTokenType.PropertyName && ++properties[reader.CurrentDepth - 1] > limits.Properties)
            {
                throw new EntryRejectedException(RejectReason.TooManyProperties, $"An object in it has more than {limits.Properties} properties (byte {reader.TokenStartIndex}).");
            }
        }
    }

    /// <summary>Whether an entry is so short that it cannot break a limit, save that of its depth.</summary>
    /// <param name="json">The entry.</param>
    /// <param name="limits">The limits.</param>
    internal static bool AreKept(ReadOnlySpan<byte> json, ReadLimits limits) => json.Length <= limits.EntryBytes && json.Length < (long)limits.Properties * ShortestProperty;

    /// <summary>Whether an entry is nested deeper than a limit; brackets in strings do not count.</summary>
    /// <param name="json">The entry; it need not be valid.</param>
    /// <param name="depth">The limit.</param>
    /// <returns>True where it is.</returns>
    public static bool IsDeeper(ReadOnlySpan<byte> json, int depth)
    {
        var level = 0;
        var isInString = false;
        for (var at = 0; at < json.Length; at++)
        {
            switch (json[at])
            {
                case (byte)'"':
                    isInString = !isInString;
                    break;
                case (byte)'\\' when isInString:
                    at++;
                    break;
                case (byte)'{' or (byte)'[' when !isInString:
                    if (++level > depth) return true;
                    break;
                case (byte)'}' or (byte)']' when !isInString:
                    level--;
                    break;
            }
        }

        return false;
    }
}
