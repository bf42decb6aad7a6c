using System.Text.Json;
using System.Text.Json.Nodes;
using Davy.Images;
using Davy.Indicators;

namespace Davy.Server.Api.Own;

/// <summary>What a finding of Davy's is about, read from <c>sourceProperties.properties</c> of its document: that is what an exception covers.</summary>
static class FindingMatter
{
    /// <summary>The matched repository; empty for a rule that does not judge the image.</summary>
    /// <param name="properties">The properties.</param>
    public static string Repository(JsonNode? properties) => Text((properties as JsonObject)?["match"], "repository");

    /// <summary>The resource's name as an exception gives it; empty where it is not told.</summary>
    /// <param name="properties">The properties.</param>
    public static string Resource(JsonNode? properties)
    {
        var resource = (properties as JsonObject)?["resource"];
        var (kind, project, location, name) = (Text(resource, "kind"), Text(resource, "project"), Text(resource, "location"), Text(resource, "name"));
        if (project == "") project = Text(resource, "projectNumber");
        if (kind == "" || project == "" || name == "") return "";
        return location == "" ? $"//run.googleapis.com/namespaces/{project}/{kind}s/{name}" : $"projects/{project}/locations/{location}/{(kind == "workerpool" ? "workerPools" : $"{kind}s")}/{name}";
    }

    /// <summary>Whether exceptions cover all that a finding shows.</summary>
    /// <param name="finding">The finding's document.</param>
    /// <param name="exceptions">The exceptions.</param>
    /// <param name="today">The day, in UTC.</param>
    public static bool IsCovered(JsonObject finding, ExceptionFile exceptions, DateOnly today)
    {
        var properties = (finding["sourceProperties"] as JsonObject)?["properties"];
        var resource = Resource(properties);
        if (resource == "") return false;
        if (Repository(properties) == "") return exceptions.Covers(null, resource, today) is not null;

        var images = (finding["containers"] as JsonArray ?? []).Select(container => Text(container, "uri")).Where(uri => uri != "").Select(uri => ImageSpelling.Read(uri).Reference).ToList();
        return images.Count > 0 && images.All(image => exceptions.Covers(image, resource, today) is not null);
    }

    static string Text(JsonNode? node, string name) =>
        (node as JsonObject)?[name] is JsonValue value && value.GetValueKind() is JsonValueKind.String ? value.GetValue<string>() : "";
}
