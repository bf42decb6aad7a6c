using System.Text.Json;
using System.Text.Json.Serialization;
using Davy.Cli.Output;

namespace Davy.Cli.Client;

/// <summary>What is fetched of Cloud Logging; kept beside what was fetched, so that the next attempt asks for the same.</summary>
/// <param name="Since">The earliest time of an entry, RFC 3339 in UTC.</param>
/// <param name="Until">The time before which an entry must be, RFC 3339 in UTC.</param>
/// <param name="Begun">When it was begun.</param>
/// <param name="Projects">Ids, or numbers where an id is not known.</param>
/// <param name="Refused">What of the node could not be looked at, and why.</param>
sealed record FetchPlan(string Since, string Until, DateTimeOffset Begun, IReadOnlyList<string> Projects, IReadOnlyDictionary<string, string> Refused);

/// <summary>How far a project was fetched; what its file holds beyond <paramref name="Bytes"/> was written by an attempt that died.</summary>
/// <param name="Bytes">The bytes that count.</param>
/// <param name="From">The time to go on from.</param>
/// <param name="SystemEvents">Entries that name images.</param>
/// <param name="Activities">The other entries.</param>
/// <param name="IsDone">Whether that is all.</param>
sealed record FetchState(long Bytes, string From, long SystemEvents, long Activities, bool IsDone);

/// <summary>The forms of what is kept of a fetch.</summary>
[JsonSerializable(typeof(FetchPlan))]
[JsonSerializable(typeof(FetchState))]
sealed partial class FetchJson : JsonSerializerContext
{
    /// <summary>Reads one.</summary>
    /// <returns>Null where there is none, or it cannot be read.</returns>
    public static T? Read<T>(string path, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> form)
        where T : class
    {
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize(File.ReadAllBytes(path), form) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Writes one, whole or not at all.</summary>
    public static void Write<T>(string path, T value, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> form) =>
        AtomicFile.Write(path, stream => JsonSerializer.Serialize(stream, value, form));
}
