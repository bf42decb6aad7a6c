namespace Davy.Logs;

/// <summary>
/// The payload of an audit log entry (https://cloud.google.com/logging/docs/reference/audit/auditlog/rest/Shared.Types/AuditLog).
/// Fields that re-writers rename (<c>callerIP</c>) are read under both names.
/// </summary>
public sealed record AuditLog
{
    /// <summary>The service that wrote it, for example <c>run.googleapis.com</c>; empty where it is not told.</summary>
    public required string ServiceName { get; init; }

    /// <summary>The method; it was absent in 2021 and has had many spellings since, so it tells nothing by its absence.</summary>
    public required string MethodName { get; init; }

    /// <summary>The resource, for example <c>namespaces/p/services/s</c> or <c>projects/p/locations/l/services/s</c>; empty where it is not told.</summary>
    public required string ResourceName { get; init; }

    /// <summary>The code of <c>status</c> (https://github.com/googleapis/googleapis/blob/master/google/rpc/code.proto): 0 where the call succeeded or nothing is told.</summary>
    public required long StatusCode { get; init; }

    /// <summary>The caller's e-mail address; empty where it is not told.</summary>
    public required string PrincipalEmail { get; init; }

    /// <summary>The caller in its typed form; empty where it is not told.</summary>
    public required string PrincipalSubject { get; init; }

    /// <summary>The service account key that signed; empty where none did.</summary>
    public required string ServiceAccountKeyName { get; init; }

    /// <summary>The caller's address, or a literal such as <c>private</c>; empty where it is not told.</summary>
    public required string CallerIp { get; init; }

    /// <summary>The caller's user agent; empty where it is not told.</summary>
    public required string UserAgent { get; init; }

    /// <summary>The first of the current locations; empty where none is told.</summary>
    public required string Location { get; init; }

    /// <summary>The request; undefined where it is absent.</summary>
    public required JsonValue Request { get; init; }

    /// <summary>The response; undefined where it is absent.</summary>
    public required JsonValue Response { get; init; }

    /// <summary>Reads a payload.</summary>
    /// <param name="json">The object <c>protoPayload</c>.</param>
    /// <returns>The payload; what is absent or of another type is empty.</returns>
    /// <exception cref="EntryRejectedException">A text that is read is not valid Unicode.</exception>
    public static AuditLog Parse(JsonValue json)
    {
        var authentication = json.Object("authenticationInfo"u8);
        var metadata = json.Object("requestMetadata"u8);
        return new()
        {
            ServiceName = json.Text("serviceName"u8),
            MethodName = json.Text("methodName"u8),
            ResourceName = json.Text("resourceName"u8),
            StatusCode = json.Object("status"u8).Number("code"u8) ?? 0,
            PrincipalEmail = authentication.Text("principalEmail"u8),
            PrincipalSubject = authentication.Text("principalSubject"u8),
            ServiceAccountKeyName = authentication.Text("serviceAccountKeyName"u8),
            CallerIp = metadata.Text("callerIp"u8) is { Length: > 0 } address ? address : metadata.Text("callerIP"u8),
            UserAgent = metadata.Text("callerSuppliedUserAgent"u8),
            Location = json.Object("resourceLocation"u8).Field("currentLocations"u8).First.TextOrEmpty,
            Request = json.Object("request"u8),
            Response = json.Object("response"u8),
        };
    }
}
