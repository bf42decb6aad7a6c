using System.Text.Json;
using Davy.CloudRun;
using Davy.Detection;
using Davy.Findings;
using Davy.Images;
using Davy.Reports;

namespace Davy.Responses;

/// <summary>A finding as somebody tells it: a server, or a line of a report. All of it is hostile.</summary>
public sealed record ReportedFinding
{
    /// <summary>Where it stands: <c>line 3</c>; empty for a server's answer.</summary>
    public string Place { get; init; } = "";

    /// <summary>Its name; null where it tells none.</summary>
    public FindingName? Name { get; init; }

    /// <summary>What it is about; null where it does not say, or Davy has no response to it.</summary>
    public CloudRunResource? Resource { get; init; }

    /// <summary>ACTIVE or INACTIVE; what a scan just found is active.</summary>
    public required string State { get; init; }

    /// <summary>MUTED, UNMUTED or UNDEFINED.</summary>
    public required string Mute { get; init; }

    /// <summary>Its category.</summary>
    public required string Category { get; init; }

    /// <summary>Whether it comes from a davyd that keeps it, and not straight from a scan.</summary>
    public bool IsKept { get; init; }

    /// <summary>All of it, as it was told.</summary>
    public JsonElement Json { get; init; }

    /// <summary>Why Davy has no response to what it is about; empty where that is not known.</summary>
    public string WhyNone { get; init; } = "";

    /// <summary>Reads one: a line of <c>davy scan --format scc</c>, an element of <c>--format json</c>, or what a server lists.</summary>
    /// <param name="json">The object.</param>
    /// <param name="place">Where it stands.</param>
    /// <returns>The finding; null where it is none.</returns>
    public static ReportedFinding? Of(JsonElement json, string place)
    {
        if (json.Member("finding") is { ValueKind: JsonValueKind.Object } finding)
        {
            var published = json.Member("sourceProperties");
            var isKept = published.ValueKind is not JsonValueKind.Object;
            var about = (isKept ? finding.Member("sourceProperties") : published).Member("properties").Member("resource");
            return new()
            {
                Place = place,
                Name = FindingName.TryParse(finding.Text("name"), out var name) ? name : null,
                Resource = ResourceOf(about),
                WhyNone = WhyNoneOf(about),
                Json = json,
                State = finding.Text("state"),
                Mute = finding.Text("mute"),
                Category = finding.Text("category"),
                IsKept = isKept,
            };
        }

        if (json.Member("resource").ValueKind is not JsonValueKind.Object || json.Text("category") == "") return null;
        var resource = ResourceOf(json.Member("resource"));
        return new()
        {
            Place = place,
            Name = resource is not null && FindingName.TryParse($"projects/{resource.Project}/sources/{ReportOptions.Default.SourceId}/findings/{json.Text("id")}", out var own) ? own : null,
            Resource = resource,
            WhyNone = WhyNoneOf(json.Member("resource")),
            Json = json,
            State = "ACTIVE",
            Mute = "UNDEFINED",
            Category = json.Text("category"),
        };
    }

    /// <summary>The first guard that holds; null where none does.</summary>
    /// <param name="resource">What would be changed.</param>
    public GuardException? Holding(CloudRunResource resource)
    {
        if (State != "ACTIVE") return new("finding-active", "the finding is not active.");
        if (Mute == "MUTED") return new("finding-mute", "the finding is muted; unmute it if it was not intended.");
        if (!Detectors.All(Upstreams.None).Any(detector => detector.Category == Category)) return new("finding-category", "the finding is not of a category that responses are for.");
        return Resource != resource ? new("finding-workload", $"the finding is not about {resource.AdminName}.") : null;
    }

    static string WhyNoneOf(JsonElement json) => json.Text("kind") != "instance" ? ""
        : "it is about a single instance, which cannot be changed by davy: Cloud Run's methods for instances are a preview, without an etag to hold a change to, and the permissions that they need are not published. Stop or delete it by hand (https://cloud.google.com/run/docs/reference/rest)";

    static CloudRunResource? ResourceOf(JsonElement json)
    {
        var collection = json.Text("kind") switch { "service" => "services", "job" => "jobs", "workerpool" => "workerPools", _ => "" };
        return WorkloadName.Parse($"projects/{json.Text("project")}/locations/{json.Text("location")}/{collection}/{json.Text("name")}");
    }
}
