using System.Net;
using System.Text.Json;
using Davy.CloudRun;
using Davy.Detection;
using Davy.Google;
using Davy.Images;
using Davy.Indicators;

namespace Davy.Responses;

/// <summary>Reads a workload, changes nothing, and judges what it runs by the same detectors as log entries.</summary>
/// <param name="admin">The Admin API.</param>
/// <param name="indicators">What is known to be bad.</param>
/// <param name="upstreams">What stands behind remote repositories and mirrors.</param>
public sealed class WorkloadReader(CloudRunAdmin admin, IndicatorSet indicators, Upstreams upstreams)
{
    readonly IReadOnlyList<IDetector> _detectors = Detectors.All(upstreams);

    /// <summary>The Admin API.</summary>
    public CloudRunAdmin Admin => admin;

    /// <summary>Reads a workload.</summary>
    /// <param name="resource">Which.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>What it is now; null where it is not there.</returns>
    /// <exception cref="GoogleApiException">It may not be read.</exception>
    /// <exception cref="CredentialException">There is no token to be had.</exception>
    public async Task<Workload?> ReadAsync(CloudRunResource resource, CancellationToken cancel)
    {
        if (await admin.FindAsync(resource.AdminName, cancel) is not { } json) return null;

        List<string> unknown = [];
        var isJob = resource.Kind is ResourceKind.Job;
        var collection = isJob ? "executions" : "revisions";
        var children = await TryAsync(() => admin.ListAsync(resource.AdminName, collection, cancel), $"its {collection}", unknown);
        var first = resource.Kind is ResourceKind.Service && children is not null
            ? await TryAsync(() => admin.FirstGenerationRevisionsAsync(resource, cancel), "the digests that its revisions ran (API v1)", unknown)
            : null;
        var policy = await TryAsync(async () => (JsonElement?)await admin.PolicyAsync(resource.AdminName, cancel), "who may do what with it", unknown);

        var ran = (first ?? []).GroupBy(each => each.Member("metadata").Text("name"), StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.First(), StringComparer.Ordinal);
        var parts = (children ?? []).Where(child => WorkloadName.IsChild(child.Text("name"), resource, collection))
            .Select(child => isJob ? Execution(resource, child) : Revision(resource, json, child, ran.GetValueOrDefault(AdminJson.LastPart(child.Text("name")))))
            .OrderByDescending(part => part.CreatedAt ?? DateTimeOffset.MinValue).ThenBy(part => part.FullName, StringComparer.Ordinal).ToList();
        if (children is not null && parts.Count < children.Count) unknown.Add($"{children.Count - parts.Count} of its {collection} have names that Cloud Run does not give; they were left alone.");

        return new()
        {
            Resource = resource,
            Json = json,
            Parts = [Template(resource, json), .. parts],
            Policy = policy,
            PartsKnown = children is not null && parts.Count == children.Count,
            Unknown = unknown,
        };
    }

    /// <summary>Judges a template that is not deployed yet.</summary>
    /// <param name="resource">Whose.</param>
    /// <param name="template">The object with <c>containers</c>.</param>
    /// <returns>What the detectors say.</returns>
    public IReadOnlyList<Verdict> Judge(CloudRunResource resource, JsonElement template) => Judged(resource, Containers(template, "template", default));

    /// <summary>Judges the templates of a project's services in all regions.</summary>
    /// <param name="project">The project.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>Each service with who changed it last (empty where that is not told), and what the detectors say.</returns>
    /// <exception cref="GoogleApiException">They may not be read.</exception>
    /// <exception cref="CredentialException">There is no token to be had.</exception>
    public async Task<IReadOnlyList<(CloudRunResource Resource, string Modifier, IReadOnlyList<Verdict> Verdicts)>> ServicesAsync(string project, CancellationToken cancel)
    {
        List<(CloudRunResource, string, IReadOnlyList<Verdict>)> all = [];
        foreach (var json in await admin.FirstGenerationServicesAsync(project, cancel))
        {
            var metadata = json.Member("metadata");
            if (WorkloadName.Parse($"projects/{project}/locations/{metadata.Member("labels").Text("cloud.googleapis.com/location")}/services/{metadata.Text("name")}") is not { } resource) continue;
            all.Add((resource, metadata.Member("annotations").Text("serving.knative.dev/lastModifier"), Judged(resource, Containers(json.Member("spec").Member("template").Member("spec"), "template", default))));
        }

        return all;
    }

    WorkloadPart Template(CloudRunResource resource, JsonElement json)
    {
        var template = json.Member("template");
        if (resource.Kind is ResourceKind.Job) template = template.Member("template");
        var containers = Containers(template, "template", default);
        return new()
        {
            Kind = PartKind.Template,
            FullName = resource.AdminName,
            Json = template,
            Containers = containers,
            Verdicts = Judged(resource, containers),
            CreatedAt = json.Moment("updateTime"),
            Creator = json.Text("lastModifier"),
        };
    }

    WorkloadPart Revision(CloudRunResource resource, JsonElement owner, JsonElement json, JsonElement ran)
    {
        var name = AdminJson.LastPart(json.Text("name"));
        var containers = Containers(json, name, ran.Member("status"));
        var (percent, tags) = Traffic.Of(owner, name);
        var creator = json.Text("creator");
        return new()
        {
            Kind = PartKind.Revision,
            FullName = json.Text("name"),
            Json = json,
            Containers = containers,
            Verdicts = Judged(resource, containers),
            CreatedAt = json.Moment("createTime"),
            Creator = creator != "" ? creator : ran.Member("metadata").Member("annotations").Text("serving.knative.dev/creator"),
            Percent = percent,
            Tags = tags,
            IsReady = json.Items("conditions").Any(each => each.Text("type") == "Ready" && each.Text("state") == "CONDITION_SUCCEEDED"),
        };
    }

    WorkloadPart Execution(CloudRunResource resource, JsonElement json)
    {
        var template = json.Member("template");
        var containers = Containers(template, AdminJson.LastPart(json.Text("name")), default);
        return new()
        {
            Kind = PartKind.Execution,
            FullName = json.Text("name"),
            Json = json,
            Containers = containers,
            Verdicts = Judged(resource, containers),
            CreatedAt = json.Moment("createTime"),
            Creator = json.Text("creator"),
            IsRunning = json.Text("completionTime") == "",
        };
    }

    List<Verdict> Judged(CloudRunResource resource, IReadOnlyList<Container> containers)
    {
        Deployment deployment = new() { Resource = resource, Entry = new("", "", null, "", AuditLogKind.Inventory), Containers = containers };
        return [.. _detectors.SelectMany(detector => detector.Judge(deployment, indicators))];
    }

    static List<Container> Containers(JsonElement holder, string place, JsonElement status)
    {
        var list = holder.Items("containers").ToList();
        return [.. list.Select((json, at) => Read(json, $"{place}.containers[{at}]", Ran(json.Text("name"), list.Count, status)))];
    }

    static string Ran(string name, int count, JsonElement status)
    {
        var own = status.Items("containerStatuses").FirstOrDefault(each => each.Text("name") == name).Text("imageDigest");
        return own != "" ? own : count == 1 ? status.Text("imageDigest") : "";
    }

    static Container Read(JsonElement json, string place, string ran) => new()
    {
        Name = json.Text("name"),
        Image = new(json.Text("image"), $"{place}.image"),
        Ran = ran == "" ? null : new(ran, $"{place}.imageDigest"),
        Command = [.. json.Items("command").Select((word, at) => new PlacedText(word.Text(), $"{place}.command[{at}]"))],
        Args = [.. json.Items("args").Select((word, at) => new PlacedText(word.Text(), $"{place}.args[{at}]"))],
        Environment = [.. json.Items("env").Select((each, at) => new EnvironmentVariable(each.Text("name"), each.Text("value"), $"{place}.env[{at}].value"))],
    };

    static async Task<T?> TryAsync<T>(Func<Task<T>> read, string what, List<string> unknown)
    {
        try
        {
            return await read();
        }
        catch (GoogleApiException fault) when (fault.Code is HttpStatusCode.Forbidden or HttpStatusCode.NotFound or HttpStatusCode.NotImplemented)
        {
            unknown.Add($"Not read: {what}. {fault.Message}");
            return default;
        }
    }
}
