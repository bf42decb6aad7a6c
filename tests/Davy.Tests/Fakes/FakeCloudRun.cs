using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Davy.Tests.Fakes;

/// <summary>The Cloud Run Admin API v2, as far as responses use it: etags, generations, validateOnly, operations, revisions with traffic and tags, executions, policies.</summary>
sealed class FakeCloudRun : IAsyncDisposable
{
    public const string Service = "projects/acme-prod/locations/us-central1/services/shop";
    public const string Job = "projects/acme-prod/locations/us-central1/jobs/batch";
    public const string Pool = "projects/acme-prod/locations/us-central1/workerPools/crunch";
    public const string Bad = "docker.io/metal3d/xmrig:latest";
    public const string GoodDigest = "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    public const string Good = "us-docker.pkg.dev/acme-prod/apps/shop@" + GoodDigest;

    readonly Dictionary<string, JsonObject> _operations = [];
    readonly Dictionary<string, (JsonObject? Before, int Left)> _late = [];
    int _etags;

    /// <summary>The objects by their names.</summary>
    public SortedDictionary<string, JsonObject> Objects { get; } = new(StringComparer.Ordinal);

    /// <summary>The policies by the names of their objects.</summary>
    public Dictionary<string, JsonObject> Policies { get; } = [];

    /// <summary>The server.</summary>
    public FakeHttp Http { get; private set; } = null!;

    /// <summary>What comes before a request is taken; not null is the answer.</summary>
    public Func<FakeRequest, FakeAnswer?> Before { get; set; } = _ => null;

    /// <summary>What comes after a request was taken; not null is the answer instead.</summary>
    public Func<FakeRequest, FakeAnswer?> After { get; set; } = _ => null;

    /// <summary>What lists of v1, and of Cloud Scheduler, have, by their paths.</summary>
    public Dictionary<string, JsonObject> Lists { get; } = [];

    /// <summary>Whether it asks nobody who they are: Google's client sends no token without TLS.</summary>
    public bool IsOpen { get; set; }

    /// <summary>How many reads of an object, or lists with it, show what it was before it was written last.</summary>
    public int LateReads { get; set; }

    /// <summary>The calls that were taken and changed something.</summary>
    public List<string> Changes { get; } = [];

    /// <summary>Starts it with a service that somebody gave a miner, and a job that runs one.</summary>
    public static async Task<FakeCloudRun> StartAsync()
    {
        var fake = InMemory();
        fake.Http = await FakeHttp.StartAsync(fake.Answer);
        return fake;
    }

    /// <summary>The same without a server: whoever has it asks it.</summary>
    public static FakeCloudRun InMemory()
    {
        FakeCloudRun fake = new();
        fake.Put($"{Service}/revisions/shop-00001-abc", new() { ["createTime"] = "2026-11-01T00:00:00Z", ["creator"] = "dev@example.com", ["containers"] = Containers(Good), ["conditions"] = Ready() });
        fake.Put($"{Service}/revisions/shop-00002-bad", new() { ["createTime"] = "2026-11-20T00:00:00Z", ["creator"] = "thief@example.com", ["containers"] = Containers(Bad), ["conditions"] = Ready() });
        fake.Put(Service, new()
        {
            ["uid"] = "uid-1",
            ["generation"] = "2",
            ["lastModifier"] = "thief@example.com",
            ["ingress"] = "INGRESS_TRAFFIC_ALL",
            ["template"] = new JsonObject { ["containers"] = Containers(Bad) },
            ["latestReadyRevision"] = $"{Service}/revisions/shop-00002-bad",
            ["latestCreatedRevision"] = $"{Service}/revisions/shop-00002-bad",
            ["traffic"] = new JsonArray(new JsonObject { ["type"] = "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST", ["percent"] = 100 }, new JsonObject { ["type"] = "TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION", ["revision"] = "shop-00002-bad", ["tag"] = "canary" }),
        });
        fake.Policies[Service] = new() { ["etag"] = "cDE=", ["bindings"] = new JsonArray(new JsonObject { ["role"] = "roles/run.invoker", ["members"] = new JsonArray("allUsers", "user:dev@example.com") }) };
        fake.Put($"{Job}/executions/batch-run1", new() { ["createTime"] = "2026-11-20T00:00:00Z", ["creator"] = "thief@example.com", ["template"] = new JsonObject { ["containers"] = Containers(Bad) } });
        fake.Put(Job, new() { ["uid"] = "uid-2", ["generation"] = "1", ["template"] = new JsonObject { ["template"] = new JsonObject { ["containers"] = Containers(Bad) } } });
        fake.Policies[Job] = new() { ["etag"] = "cDE=" };
        fake.Put($"{Pool}/revisions/crunch-00001-abc", new() { ["createTime"] = "2026-11-01T00:00:00Z", ["creator"] = "dev@example.com", ["containers"] = Containers(Good), ["conditions"] = Ready() });
        fake.Put($"{Pool}/revisions/crunch-00002-bad", new() { ["createTime"] = "2026-11-20T00:00:00Z", ["creator"] = "thief@example.com", ["containers"] = Containers(Bad), ["conditions"] = Ready() });
        fake.Put(Pool, new()
        {
            ["uid"] = "uid-3",
            ["generation"] = "2",
            ["lastModifier"] = "thief@example.com",
            ["template"] = new JsonObject { ["containers"] = Containers(Bad) },
            ["scaling"] = new JsonObject { ["manualInstanceCount"] = 3 },
            ["latestReadyRevision"] = $"{Pool}/revisions/crunch-00002-bad",
            ["latestCreatedRevision"] = $"{Pool}/revisions/crunch-00002-bad",
            ["instanceSplits"] = new JsonArray(new JsonObject { ["type"] = "INSTANCE_SPLIT_ALLOCATION_TYPE_LATEST", ["percent"] = 100 }),
        });
        fake.Policies[Pool] = new() { ["etag"] = "cDE=" };
        return fake;
    }

    /// <summary>Puts an object there, in a new state.</summary>
    public void Put(string name, JsonObject json)
    {
        (json["name"], json["etag"]) = (name, $"e{++_etags}");
        Objects[name] = json;
    }

    public ValueTask DisposeAsync() => Http.DisposeAsync();

    /// <summary>Answers a request.</summary>
    public FakeAnswer Answer(FakeRequest request)
    {
        if (!IsOpen && request.Header("Authorization") == "") return FakeAnswer.Error(401, "UNAUTHENTICATED", "Who are you?");
        return Before(request) ?? (Taken(request) is var answer && After(request) is { } instead ? instead : answer);
    }

    FakeAnswer Taken(FakeRequest request)
    {
        var path = request.Path[4..];
        if (request.Path.StartsWith("/v1/", StringComparison.Ordinal)) return new(200, Lists.TryGetValue(path, out var list) ? list.ToJsonString() : """{"items":[]}""");
        var (name, verb) = path.Split(':') is [var before, var after] ? (before, after) : (path, "");
        return (request.Method, verb) switch
        {
            ("GET", "getIamPolicy") => new(200, Seen($"{name}:policy", Policies[name])!.ToJsonString()),
            ("GET", "") when path.Contains("/operations/", StringComparison.Ordinal) => new(200, _operations[path].ToJsonString()),
            ("GET", "") when path.EndsWith("/revisions", StringComparison.Ordinal) || path.EndsWith("/executions", StringComparison.Ordinal) => List(path),
            ("GET", "") => Seen(path, Objects.GetValueOrDefault(path)) is { } found ? new(200, found.ToJsonString()) : FakeAnswer.Error(404, "NOT_FOUND", "It is not there."),
            ("POST", "setIamPolicy") => SetPolicy(request, name),
            ("PATCH", "") or ("DELETE", "") or ("POST", "cancel") => Change(request, name),
            _ => FakeAnswer.Error(404, "NOT_FOUND", "There is no such method."),
        };
    }

    FakeAnswer List(string path) => new(200, new JsonObject { [path[(path.LastIndexOf('/') + 1)..]] = new JsonArray([.. Objects.Keys.Union(_late.Keys).Where(key => key.StartsWith(path + "/", StringComparison.Ordinal)).Order(StringComparer.Ordinal).Select(key => Seen(key, Objects.GetValueOrDefault(key))).OfType<JsonObject>().Select(each => (JsonNode)each.DeepClone())]) }.ToJsonString());

    /// <summary>What a read shows: what is there, or for some reads what was there before.</summary>
    JsonObject? Seen(string name, JsonObject? now)
    {
        if (!_late.TryGetValue(name, out var late) || late.Left == 0) return now;
        _late[name] = late with { Left = late.Left - 1 };
        return late.Before;
    }

    void Late(string name, JsonObject? before)
    {
        if (LateReads > 0) _late[name] = (before?.DeepClone().AsObject(), LateReads);
    }

    FakeAnswer SetPolicy(FakeRequest request, string name)
    {
        var policy = request.Json["policy"]!.DeepClone().AsObject();
        if ((string?)policy["etag"] != (string?)Policies[name]["etag"]) return Conflict();
        Late($"{name}:policy", Policies[name]);
        policy["etag"] = Convert.ToBase64String(Encoding.UTF8.GetBytes($"p{++_etags}"));
        Policies[name] = policy;
        Changes.Add($"POST {name}:setIamPolicy");
        return new(200, policy.ToJsonString());
    }

    FakeAnswer Change(FakeRequest request, string name)
    {
        if (!Objects.TryGetValue(name, out var now)) return FakeAnswer.Error(404, "NOT_FOUND", "It is not there.");
        var isDeletion = request.Method == "DELETE";
        var body = isDeletion ? [] : request.Json.AsObject();
        if ((isDeletion ? request.Query("etag") : (string?)body["etag"]) != (string?)now["etag"]) return Conflict();
        if (isDeletion && name.Contains("/revisions/", StringComparison.Ordinal) && (Objects[name.Split("/revisions/")[0]] is var owner && (string?)owner["latestCreatedRevision"] == name || (owner["traffic"] ?? owner["instanceSplits"])!.ToJsonString().Contains(name[(name.LastIndexOf('/') + 1)..], StringComparison.Ordinal)))
        {
            return FakeAnswer.Error(400, "FAILED_PRECONDITION", "The revision is the latest, or has traffic or a tag.");
        }

        if (request.Query("validateOnly") == "true" || (bool?)body["validateOnly"] == true) return new(200, new JsonObject { ["metadata"] = Typed(name, now), ["done"] = false }.ToJsonString());

        Changes.Add($"{request.Method} {name}");
        Late(name, now);
        if (isDeletion) foreach (var gone in Objects.Keys.Where(key => key == name || key.StartsWith(name + "/", StringComparison.Ordinal)).ToList()) Objects.Remove(gone);
        else if (request.Method == "POST") Put(name, With(now, ("completionTime", "2026-11-24T00:00:00Z")));
        else Patch(request, name, now, body);
        return Operation(name, isDeletion ? now : Objects[name]);
    }

    void Patch(FakeRequest request, string name, JsonObject now, JsonObject body)
    {
        var next = now.DeepClone().AsObject();
        var mask = request.Query("updateMask") is { Length: > 0 } said ? said.Split(',') : [.. body.Select(member => member.Key)];
        foreach (var field in mask)
        {
            next.Remove(field);
            if (body[field] is { } value) next[field] = value.DeepClone();
        }

        var generation = int.Parse((string)now["generation"]!, CultureInfo.InvariantCulture) + 1;
        next["generation"] = $"{generation}";
        next["lastModifier"] = "davy@example.com";
        if (name is Service or Pool && mask.Contains("template"))
        {
            var revision = $"{name}/revisions/{name[(name.LastIndexOf('/') + 1)..]}-{generation:D5}-new";
            Put(revision, new() { ["createTime"] = "2026-11-24T00:00:00Z", ["creator"] = "davy@example.com", ["containers"] = next["template"]!["containers"]!.DeepClone(), ["conditions"] = Ready() });
            (next["latestReadyRevision"], next["latestCreatedRevision"]) = (revision, revision);
        }

        Put(name, next);
    }

    FakeAnswer Operation(string target, JsonObject response)
    {
        var name = $"projects/acme-prod/locations/us-central1/operations/op-{++_etags}";
        _operations[name] = new() { ["name"] = name, ["done"] = true, ["metadata"] = Typed(target, response), ["response"] = Typed(target, response) };
        return new(200, new JsonObject { ["name"] = name, ["done"] = false }.ToJsonString());
    }

    /// <summary>An object as an operation has it: with its type.</summary>
    static JsonObject Typed(string name, JsonObject json)
    {
        var typed = json.DeepClone().AsObject();
        typed["@type"] = $"type.googleapis.com/google.cloud.run.v2.{name.Split('/')[^2] switch { "services" => "Service", "jobs" => "Job", "workerPools" => "WorkerPool", "revisions" => "Revision", _ => "Execution" }}";
        return typed;
    }

    static JsonObject With(JsonObject json, (string Name, string Value) member)
    {
        var copy = json.DeepClone().AsObject();
        copy[member.Name] = member.Value;
        return copy;
    }

    static FakeAnswer Conflict() => FakeAnswer.Error(409, "ABORTED", "The etag is not that of the present state.");

    public static JsonArray Containers(string image) => new(new JsonObject { ["image"] = image });

    public static JsonArray Ready() => new(new JsonObject { ["type"] = "Ready", ["state"] = "CONDITION_SUCCEEDED" });
}
