using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Davy.Tests.Fakes;

/// <summary>Cloud Logging v2's <c>entries:list</c>, with the part of its query language that Davy speaks.</summary>
sealed partial class FakeLogging : IAsyncDisposable
{
    static readonly JsonSerializerOptions Pretty = new() { WriteIndented = true, MaxDepth = 1_000 };

    FakeLogging()
    {
    }

    /// <summary>The server.</summary>
    public FakeHttp Http { get; private set; } = null!;

    /// <summary>The entries of each project.</summary>
    public ConcurrentDictionary<string, IReadOnlyList<JsonObject>> Projects { get; } = new(StringComparer.Ordinal);

    /// <summary>Projects that may not be read.</summary>
    public HashSet<string> Forbidden { get; } = [];

    /// <summary>How many of the next requests are refused with 429.</summary>
    public int Busy { get; set; }

    /// <summary>How many requests are answered at all; those after them get 503.</summary>
    public int Answered { get; set; } = int.MaxValue;

    /// <summary>How many entries a page has at most, whatever was asked for.</summary>
    public int PageSize { get; set; } = 2;

    /// <summary>A page that asks for more than this gets an answer that is too long.</summary>
    public int TooMany { get; set; } = int.MaxValue;

    /// <summary>Called before each answer.</summary>
    public Action Asked { get; set; } = () => { };

    /// <summary>Starts it.</summary>
    public static async Task<FakeLogging> StartAsync()
    {
        FakeLogging fake = new();
        fake.Http = await FakeHttp.StartAsync(fake.Answer);
        return fake;
    }

    public ValueTask DisposeAsync() => Http.DisposeAsync();

    FakeAnswer Answer(FakeRequest request)
    {
        lock (Projects)
        {
            Asked();
            if (request.Header("Authorization").Length == 0) return FakeAnswer.Error(401, "UNAUTHENTICATED", "Who are you?");
            if (request is not { Method: "POST", Path: "/v2/entries:list" }) return FakeAnswer.Error(404, "NOT_FOUND", "There is no such method.");
            if (Busy-- > 0) return FakeAnswer.Error(429, "RESOURCE_EXHAUSTED", "Quota exceeded for quota metric 'Read requests'");
            if (Answered-- <= 0) return new(503, "", ("Retry-After", "0"));

            var json = request.Json;
            var size = json["pageSize"]!.GetValue<int>();
            if (size is < 1 or > 1000 || json["orderBy"]!.GetValue<string>() != "timestamp asc") return FakeAnswer.Error(400, "INVALID_ARGUMENT", "page_size");
            var project = json["resourceNames"]!.AsArray().Single()!.GetValue<string>()["projects/".Length..];
            if (Forbidden.Contains(project) || !Projects.TryGetValue(project, out var all)) return FakeAnswer.Error(403, "PERMISSION_DENIED", "Permission 'logging.logEntries.list' denied");
            if (size > TooMany) return new(200, $$"""{"entries": [], "filler": "{{new string('x', 65 * 1024 * 1024)}}"}""");
            return Page(all, json, Math.Min(size, PageSize));
        }
    }

    static FakeAnswer Page(IReadOnlyList<JsonObject> all, JsonNode json, int size)
    {
        var filter = Known().Match(json["filter"]!.GetValue<string>());
        if (!filter.Success) return FakeAnswer.Error(400, "INVALID_ARGUMENT", $"Unparseable filter: {json["filter"]}");

        var found = all.Where(entry =>
        {
            var at = entry["timestamp"]!.GetValue<string>();
            return string.CompareOrdinal(at, filter.Groups[1].Value) >= 0 && (!filter.Groups[2].Success || string.CompareOrdinal(at, filter.Groups[2].Value) < 0)
                && entry["logName"]!.GetValue<string>() is var log && (log.EndsWith("%2Fsystem_event", StringComparison.Ordinal) || log.EndsWith("%2Factivity", StringComparison.Ordinal))
                && entry["protoPayload"]!["serviceName"]!.GetValue<string>() == "run.googleapis.com";
        }).OrderBy(entry => entry["timestamp"]!.GetValue<string>(), StringComparer.Ordinal).ToList();
        var start = json["pageToken"] is { } token ? int.Parse(token.GetValue<string>(), CultureInfo.InvariantCulture) : 0;
        JsonObject answer = [];
        if (found.Count > start) answer["entries"] = new JsonArray([.. found.Skip(start).Take(size).Select(entry => entry.DeepClone())]);
        if (found.Count > start + size) answer["nextPageToken"] = (start + size).ToString(CultureInfo.InvariantCulture);
        return new(200, answer.ToJsonString(Pretty));
    }

    [GeneratedRegex(@"\A\(log_id\(""cloudaudit\.googleapis\.com/system_event""\) OR log_id\(""cloudaudit\.googleapis\.com/activity""\)\) AND protoPayload\.serviceName=""run\.googleapis\.com"" AND timestamp>=""([0-9TZ:.-]+)""(?: AND timestamp<""([0-9TZ:.-]+)"")?\z")]
    private static partial Regex Known();
}
