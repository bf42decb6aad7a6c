using System.Globalization;
using System.Text.Json.Nodes;
using Davy.Tests.Fakes;

namespace Davy.Tests.Responses;

/// <summary>What others do to workloads behind our back, each as Cloud Run would let them.</summary>
sealed class ForeignHands(FakeCloudRun fake, WorldRules rules)
{
    int _made;

    /// <summary>Does something.</summary>
    /// <param name="foreign">What.</param>
    /// <param name="isMidst">Whether it is in the midst of a response.</param>
    /// <returns>What was written: the workload's name, with <c>:policy</c> for its policy; empty where only a revision or an execution was, or nothing.</returns>
    public string Do(WorldAction.Foreign foreign, bool isMidst)
    {
        var name = WorldRules.Workloads[foreign.Workload];
        if (!fake.Objects.TryGetValue(name, out var json)) return foreign.Kind == 12 ? MakeAgain(name) : "";

        var next = json.DeepClone().AsObject();
        var isJob = name == FakeCloudRun.Job;
        switch (foreign.Kind)
        {
            case 0:
                next["description"] = $"Number {++_made}.";
                return Write(name, next);
            case 1:
                // Only the state changes, as when Cloud Run itself notes something: between the steps of a response that is nobody's writing.
                fake.Put(name, next);
                return "";
            case 2:
                // Made again with the same state to the letter, which nobody promises never to happen; while a call is under way it has one of its own.
                next["uid"] = $"uid-again-{++_made}";
                if (isMidst) fake.Put(name, next);
                else fake.Objects[name] = next;
                return name;
            case 3:
                foreach (var gone in fake.Objects.Keys.Where(key => key == name || key.StartsWith($"{name}/", StringComparison.Ordinal)).ToList()) fake.Objects.Remove(gone);
                return name;
            case 4 when !isJob:
                next["scaling"] = name == FakeCloudRun.Pool ? new JsonObject { ["manualInstanceCount"] = 0 } : new JsonObject { ["scalingMode"] = "MANUAL", ["manualInstanceCount"] = 0 };
                return Write(name, next);
            case 5:
                return Deploy(name, next, FakeCloudRun.Good, "dev@example.com");
            case 6:
                return Deploy(name, next, $"us-docker.pkg.dev/acme-prod/apps/other@{WorldRules.BadDigest}", "thief@example.com");
            case 7 when isJob:
                fake.Put($"{name}/executions/batch-again{++_made}", new() { ["createTime"] = "2026-11-23T00:00:00Z", ["creator"] = "thief@example.com", ["template"] = new JsonObject { ["containers"] = FakeCloudRun.Containers(FakeCloudRun.Bad) } });
                return "";
            case 8 when isJob:
                var (running, execution) = rules.Children(name).FirstOrDefault(each => each.Json["completionTime"] is null);
                if (running is null) return "";
                var ended = execution.DeepClone().AsObject();
                ended["completionTime"] = "2026-11-24T00:00:00Z";
                fake.Put(running, ended);
                return "";
            case 9 when !isJob:
                if (rules.Children(name).Select(each => each.Name).FirstOrDefault(each => !WorldRules.HasShare(json, each) && (string?)json["latestCreatedRevision"] != each) is { } idle) fake.Objects.Remove(idle);
                return "";
            case 10 when name == FakeCloudRun.Service:
                fake.Policies[name] = new() { ["etag"] = $"f{++_made}", ["bindings"] = new JsonArray(new JsonObject { ["role"] = "roles/run.invoker", ["members"] = new JsonArray("allUsers", $"user:dev{_made}@example.com") }) };
                return $"{name}:policy";
            case 11 when name == FakeCloudRun.Service:
                next["ingress"] = "INGRESS_TRAFFIC_INTERNAL_ONLY";
                return Write(name, next);
            default:
                return "";
        }
    }

    string Deploy(string name, JsonObject next, string image, string by)
    {
        next["lastModifier"] = by;
        if (name == FakeCloudRun.Job)
        {
            next["template"] = new JsonObject { ["template"] = new JsonObject { ["containers"] = FakeCloudRun.Containers(image) } };
            return Write(name, next);
        }

        var revision = $"{name}/revisions/{name[(name.LastIndexOf('/') + 1)..]}-{++_made:D5}-own";
        fake.Put(revision, new() { ["createTime"] = $"2026-11-23T00:{_made % 60:D2}:00Z", ["creator"] = by, ["containers"] = FakeCloudRun.Containers(image), ["conditions"] = FakeCloudRun.Ready() });
        next["template"] = new JsonObject { ["containers"] = FakeCloudRun.Containers(image) };
        (next["latestReadyRevision"], next["latestCreatedRevision"]) = (revision, revision);
        return Write(name, next);
    }

    string MakeAgain(string name)
    {
        JsonObject json = new() { ["uid"] = $"uid-new-{++_made}", ["generation"] = "1", ["ingress"] = "INGRESS_TRAFFIC_ALL" };
        if (name != FakeCloudRun.Job) json[name == FakeCloudRun.Pool ? "instanceSplits" : "traffic"] = new JsonArray(new JsonObject { ["type"] = name == FakeCloudRun.Pool ? "INSTANCE_SPLIT_ALLOCATION_TYPE_LATEST" : "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST", ["percent"] = 100 });
        return Deploy(name, json, FakeCloudRun.Bad, "thief@example.com");
    }

    string Write(string name, JsonObject json)
    {
        json["generation"] = (int.Parse((string)json["generation"]!, CultureInfo.InvariantCulture) + 1).ToString(CultureInfo.InvariantCulture);
        fake.Put(name, json);
        return name;
    }
}
