using System.Text.Json.Nodes;
using Davy.Tests.Fakes;

namespace Davy.Tests.Responses;

/// <summary>What was before a response, to be held against what its undoing restores.</summary>
sealed record UndoMemory(string Name, string Response, JsonObject Before, string Policy, IReadOnlyList<string> Deleted)
{
    /// <summary>The record's id.</summary>
    public string Record { get; init; } = "";

    /// <summary>The state that the response left.</summary>
    public string State { get; init; } = "";

    /// <summary>Whether it was undone.</summary>
    public bool IsUndone { get; set; }

    /// <summary>Remembers a workload.</summary>
    public static UndoMemory Of(FakeCloudRun fake, string name, PlanMemory plan) =>
        new(name, plan.Response, fake.Objects[name].DeepClone().AsObject(), fake.Policies[name].ToJsonString(), [.. fake.Objects.Where(each => each.Key.StartsWith($"{name}/revisions/", StringComparison.Ordinal) && WorldRules.IsListed(each.Value)).Select(each => Short(each.Key))]);

    /// <summary>What tells whether others wrote the workload or its policy since.</summary>
    public static string StateOf(FakeCloudRun fake, string name) => fake.Objects.TryGetValue(name, out var json) ? $"{json["uid"]} {json["generation"]}" : "";

    /// <summary>Why it must not be undone; null where it must.</summary>
    public string? WhyNotUndone(FakeCloudRun fake)
    {
        if (IsUndone) return "it was undone";
        if (Response == "delete" || (Response == "stop" && Name == FakeCloudRun.Job)) return "it cannot be undone";
        if (StateOf(fake, Name) is var now && (now == "" || now != State)) return "it was changed since";
        return Response == "close" && IsPublic && (string?)fake.Policies[Name]["etag"] != PolicyEtag ? "its policy was changed since" : null;
    }

    /// <summary>The state of the policy that the response left.</summary>
    public string PolicyEtag { get; init; } = "";

    bool IsPublic => Policy.Contains("allUsers", StringComparison.Ordinal);

    /// <summary>What was not restored; empty where all was.</summary>
    public string WhyNotRestored(FakeCloudRun fake)
    {
        var now = fake.Objects[Name];
        return Response switch
        {
            "stop" when Before["scaling"] is { } scaling => Same(scaling, now["scaling"]) ? "" : "the scaling",
            "stop" => now["scaling"]!.ToJsonString() is """{"scalingMode":"AUTOMATIC"}""" or """{"manualInstanceCount":1}""" ? "" : "the scaling",
            "close" => Same(Before["ingress"], now["ingress"]) && Same(JsonNode.Parse(Policy)!["bindings"], fake.Policies[Name]["bindings"]) ? "" : "the ingress or the policy",
            _ => !Same(Before["template"], now["template"]) ? "the template" : Name == FakeCloudRun.Job || Shares(Before).SequenceEqual(Shares(now)) ? "" : $"the traffic: {string.Join(' ', Shares(Before))}, now {string.Join(' ', Shares(now))}",
        };
    }

    /// <summary>Where traffic or instances go; what went to a revision that was deleted goes to the one that was made of its template.</summary>
    IEnumerable<string> Shares(JsonObject json)
    {
        var targets = (json["traffic"] ?? json["instanceSplits"])!.AsArray().Select(target => (To: target!["revision"] is { } revision && !Deleted.Contains(Short((string)revision!)) ? (string)revision! : "latest", Percent: (int?)target["percent"] ?? 0, Tag: (string?)target["tag"] ?? "")).ToList();
        return targets.GroupBy(target => target.To, StringComparer.Ordinal).Select(group => $"{group.Key}={group.Sum(target => target.Percent)}[{string.Join(',', group.Select(target => target.Tag).Where(tag => tag != "").Order(StringComparer.Ordinal))}]").Order(StringComparer.Ordinal);
    }

    static bool Same(JsonNode? one, JsonNode? other) => JsonNode.DeepEquals(one, other);

    static string Short(string name) => name[(name.LastIndexOf('/') + 1)..];
}
