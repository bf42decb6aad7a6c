using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Davy.Server.Ingest.Files;

/// <summary>How far a file was read, and by what its content is known again; kept as JSON with short names, for there may be a hundred thousand.</summary>
sealed partial record FilePlace
{
    const int MarkBytes = 8;

    /// <summary>How many of the first bytes tell the file from others.</summary>
    public const int MostOfHead = 1024;

    /// <summary>How many of the last bytes that were read tell that it is still the same.</summary>
    public const int MostOfTail = 256;

    /// <summary>Where the file was last.</summary>
    [JsonPropertyName("p")]
    public required string Path { get; init; }

    /// <summary>The offset of the first byte that was not read; 0 for a file that is read whole.</summary>
    [JsonPropertyName("at")]
    public long At { get; init; }

    /// <summary>The line on which it stands, from 1.</summary>
    [JsonPropertyName("l")]
    public long Line { get; init; } = 1;

    /// <summary>The mark of the first bytes.</summary>
    [JsonPropertyName("h")]
    public string Head { get; init; } = "";

    /// <summary>How many bytes those are.</summary>
    [JsonPropertyName("hn")]
    public int HeadBytes { get; init; }

    /// <summary>The mark of the bytes in front of <see cref="At"/>.</summary>
    [JsonPropertyName("t")]
    public string Tail { get; init; } = "";

    /// <summary>How many bytes those are.</summary>
    [JsonPropertyName("tn")]
    public int TailBytes { get; init; }

    /// <summary>Whether it stands in a line that was too large, of which the rest is passed.</summary>
    [JsonPropertyName("x")]
    public bool IsInTooLarge { get; init; }

    /// <summary>How far a file was read that is read whole; null for one that is read line by line.</summary>
    [JsonPropertyName("w")]
    public WholePlace? Whole { get; init; }

    /// <summary>Whether anything was read.</summary>
    [JsonIgnore]
    public bool HasBegun => At > 0 || Whole is not null;

    /// <summary>The mark of some bytes.</summary>
    public static string Mark(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, MarkBytes));

    /// <summary>Reads one; null where it is none.</summary>
    public static FilePlace? Read(string json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, Form.Default.FilePlace);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Writes it.</summary>
    public string Write() => JsonSerializer.Serialize(this, Form.Default.FilePlace);

    [JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
    [JsonSerializable(typeof(FilePlace))]
    sealed partial class Form : JsonSerializerContext;
}

/// <summary>How far a file was read that is read whole.</summary>
/// <param name="Length">The length that it had.</param>
/// <param name="Modified">When it had been changed last.</param>
/// <param name="Records">How many records were read.</param>
/// <param name="IsDone">Whether those are all.</param>
sealed record WholePlace(
    [property: JsonPropertyName("n")] long Length, [property: JsonPropertyName("m")] long Modified, [property: JsonPropertyName("r")] long Records, [property: JsonPropertyName("d")] bool IsDone);
