using System.Text.Json;
using Davy.CloudRun;
using Davy.Detection;
using Davy.Findings;
using Davy.Inspection;

namespace Davy.Reports;

/// <summary>The parts of a finding in our own words and keys, the same in every form that has a place for them.</summary>
static class FindingJson
{
    public static void Detector(Utf8JsonWriter json, ReportOptions options)
    {
        json.WriteStartObject("detector");
        json.WriteString("name", "Davy");
        json.Known("version", options.DavyVersion);
        json.WriteEndObject();
    }

    public static void Match(Utf8JsonWriter json, Match match)
    {
        json.WriteStartObject("match");
        json.WriteString("certainty", Words.Value(match.Certainty));
        json.Known("kind", Words.Value(match.Kind));
        if (match.IsByInspection) json.WriteString("foundBy", "inspection");
        json.WriteString("indicator", match.Indicator);
        json.WriteString("list", match.List);
        json.Known("family", match.Family);
        json.Known("firstReported", match.FirstReported);

        json.WriteStartArray("reporters");
        foreach (var source in match.Sources)
        {
            json.WriteStartObject();
            json.WriteString("title", source.Title);
            json.Known("where", source.Where);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.Known("transformation", match.Transformation);
        json.Known("whyPossible", match.WhyPossible);
        json.WriteString("place", match.Place);
        json.Known("repository", match.Repository);
        MaskedEvidence(json, match);
        json.WriteEndObject();
    }

    /// <summary>What the images show when they are looked into; nothing where nobody looked.</summary>
    public static void Inspections(Utf8JsonWriter json, Finding finding)
    {
        if (finding.Inspections.Count == 0) return;

        json.WriteStartArray("inspection");
        foreach (var image in finding.Inspections) Inspection(json, image, InspectionText.Remark(finding, image));
        json.WriteEndArray();
    }

    /// <summary>What an image shows.</summary>
    public static void Inspection(Utf8JsonWriter json, InspectedImage image, string remark)
    {
        json.WriteStartObject();
        json.WriteString("image", image.Image);
        json.WriteString("askedBy", image.IsByDigest ? "digest" : "tag");
        json.WriteString("verdict", ImageWords.Value(image.Verdict));
        json.WriteNumber("score", image.Score);
        json.Known("manifest", image.Manifest?.ToString() ?? "");
        json.Known("whyNot", image.WhyNot);
        json.Known("remark", remark);
        json.WriteStartArray("evidence");
        foreach (var evidence in image.Evidence) ImageJsonReport.Evidence(json, evidence);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    public static void Resource(Utf8JsonWriter json, FindingNames names)
    {
        json.WriteStartObject("resource");
        json.WriteString("kind", names.Resource.Kind.Word);
        json.WriteString("name", names.Resource.Name);
        json.Known("location", names.Resource.Location);
        json.Known("project", names.ProjectId);
        json.Known("projectNumber", names.ProjectNumber);
        json.WriteEndObject();
    }

    public static void Deletion(Utf8JsonWriter json, Finding finding)
    {
        json.WriteBoolean("resourceDeleted", finding.ResourceDeleted);
        json.Known("resourceDeletedAt", finding.DeletedAt);
    }

    public static void Occurrences(Utf8JsonWriter json, Finding finding)
    {
        json.WriteStartObject("occurrences");
        json.WriteNumber("count", finding.OccurrenceCount);
        json.Known("first", FindingText.FirstSeen(finding));
        json.Known("last", FindingText.LastSeen(finding));
        json.WriteStartArray("list");
        foreach (var occurrence in finding.Occurrences) Occurrence(json, occurrence);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>Who deployed first, or why that is not known.</summary>
    public static void Actor(Utf8JsonWriter json, Finding finding)
    {
        if (finding.Actor is { } actor) Actor(json, actor);
        json.Known("whyNoActor", FindingText.WhyNoActor(finding));
    }

    public static void History(Utf8JsonWriter json, Finding finding)
    {
        if (finding.History is not { } history) return;

        json.WritePropertyName("history");
        HistoryObject(json, history);
    }

    /// <summary>What ran before.</summary>
    public static void HistoryObject(Utf8JsonWriter json, ResourceHistory history)
    {
        json.WriteStartObject();
        json.Known("previousImage", history.PreviousImage);
        json.Known("previousAt", history.PreviousAt);
        json.Known("previousActor", history.PreviousActor);
        json.WriteNumber("deploymentsByActor", history.DeploymentsByActor);
        json.WriteEndObject();
    }

    static void Actor(Utf8JsonWriter json, Actor actor)
    {
        json.WritePropertyName("actor");
        ActorObject(json, actor);
    }

    static void MaskedEvidence(Utf8JsonWriter json, Match match)
    {
        if (match.Evidence.Count == 0) return;

        json.WriteStartArray("evidence");
        foreach (var part in match.Evidence)
        {
            json.WriteStartObject();
            json.WriteString("signal", part.Signal);
            json.WriteString("text", part.Text);
            json.WriteString("place", part.Place);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    static void Occurrence(Utf8JsonWriter json, Occurrence occurrence)
    {
        json.WriteStartObject();
        json.Known("id", occurrence.Id);
        json.Known("revision", occurrence.Revision);
        json.Known("digest", occurrence.Digest);
        json.Known("first", occurrence.First);
        json.Known("last", occurrence.Last);
        json.Known("created", occurrence.CreatedAt);
        if (occurrence.Actor is { } actor) Actor(json, actor);
        json.Known("whyNoActor", occurrence.WhyNoActor);
        json.Known("client", occurrence.Client);
        json.Known("serviceAccount", occurrence.ServiceAccount);
        json.WriteBoolean("failedToStart", occurrence.FailedToStart);
        if (occurrence.IsDeletion) json.WriteBoolean("deletion", true);
        json.WriteEndObject();
    }

    /// <summary>Who deployed.</summary>
    public static void ActorObject(Utf8JsonWriter json, Actor actor)
    {
        json.WriteStartObject();
        json.Known("principal", actor.Principal);
        json.Known("subject", actor.Subject);
        json.Known("callerIp", actor.CallerIp);
        json.Known("userAgent", actor.UserAgent);
        json.Known("serviceAccountKey", actor.ServiceAccountKey);
        json.WriteString("basis", Words.Value(actor.Basis));
        json.WriteEndObject();
    }
}
