using System.Text.Json;

namespace Davy.Logs;

/// <summary>
/// An entry of Cloud Logging (https://cloud.google.com/logging/docs/reference/v2/rest/v2/LogEntry). It is a view of the JSON it was parsed from,
/// and lives no longer than that.
/// </summary>
public sealed record LogEntry
{
    /// <summary>The log's full name, for example <c>projects/p/logs/cloudaudit.googleapis.com%2Fsystem_event</c>; empty where it is not told.</summary>
    public required string LogName { get; init; }

    /// <summary>The insert id; empty where it is not told.</summary>
    public required string InsertId { get; init; }

    /// <summary>The entry's own time; null where it is not told.</summary>
    public required Timestamp? Timestamp { get; init; }

    /// <summary>The type of the monitored resource, for example <c>cloud_run_revision</c>; empty where it is not told.</summary>
    public required string ResourceType { get; init; }

    /// <summary>The labels of the monitored resource; undefined where there are none.</summary>
    public required JsonValue ResourceLabels { get; init; }

    /// <summary>The audit log in it; null where it is another kind of entry.</summary>
    public required AuditLog? Audit { get; init; }

    /// <summary>The entry itself.</summary>
    public required JsonValue Json { get; init; }

    /// <summary>Reads an entry.</summary>
    /// <param name="json">A JSON object.</param>
    /// <returns>The entry; what is absent or of another type is empty.</returns>
    /// <exception cref="EntryRejectedException">A text that is read is not valid Unicode.</exception>
    public static LogEntry Parse(JsonValue json)
    {
        var resource = json.Object("resource"u8);
        return new()
        {
            LogName = json.Text("logName"u8),
            InsertId = json.Text("insertId"u8),
            Timestamp = json.Time("timestamp"u8),
            ResourceType = resource.Text("type"u8),
            ResourceLabels = resource.Object("labels"u8),
            Audit = json.Object("protoPayload"u8) is { ValueKind: JsonValueKind.Object } payload ? AuditLog.Parse(payload) : null,
            Json = json,
        };
    }
}
