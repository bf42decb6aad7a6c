using System.Text.Json.Nodes;

namespace Davy.Tests.Fakes;

/// <summary>
/// Resource Manager v3, Cloud Asset Inventory v1 and Essential Contacts v1, as far as Davy asks them, over one small organisation:
/// organizations/1 (example.com) holds folders/2 (Shops), which holds folders/3 (Europe) and projects/20; folders/3 holds projects/30; projects/10 stands in the organisation.
/// </summary>
sealed class FakeHierarchy : IAsyncDisposable
{
    readonly List<(string Name, string Id, string DisplayName, string Parent)> _nodes =
    [
        ("organizations/1", "", "example.com", ""), ("folders/2", "", "Shops", "organizations/1"), ("folders/3", "", "Europe \u001b[31m\u202e", "folders/2"),
        ("projects/10", "root-project", "Root", "organizations/1"), ("projects/20", "shop-project", "Shop", "folders/2"), ("projects/30", "acme-prod", "Acme production", "folders/3"),
    ];

    FakeHierarchy()
    {
    }

    /// <summary>The server.</summary>
    public FakeHttp Http { get; private set; } = null!;

    /// <summary>Paths that begin with one of these are answered with 403.</summary>
    public HashSet<string> Forbidden { get; } = [];

    /// <summary>Paths that begin with one of these are answered with 503.</summary>
    public HashSet<string> Busy { get; } = [];

    /// <summary>How many nodes a page has at most.</summary>
    public int PageSize { get; set; } = 1;

    /// <summary>Where Davy finds the services.</summary>
    public Davy.Google.GoogleEndpoints Endpoints => new() { ResourceManager = Http.Url, CloudAsset = Http.Url, EssentialContacts = Http.Url };

    /// <summary>Starts it.</summary>
    public static async Task<FakeHierarchy> StartAsync()
    {
        FakeHierarchy fake = new();
        fake.Http = await FakeHttp.StartAsync(fake.Answer);
        return fake;
    }

    /// <summary>More projects in a folder.</summary>
    public void AddProjects(string parent, int count)
    {
        for (var number = 1; number <= count; number++) _nodes.Add(($"projects/{1_000 + number}", $"many-{number}", $"Many {number}", parent));
    }

    public ValueTask DisposeAsync() => Http.DisposeAsync();

    FakeAnswer Answer(FakeRequest request)
    {
        if (Busy.Any(start => request.Target.StartsWith(start, StringComparison.Ordinal))) return new(503, "", ("Retry-After", "0"));
        if (Forbidden.Any(start => request.Target.StartsWith(start, StringComparison.Ordinal))) return FakeAnswer.Error(403, "PERMISSION_DENIED", "The caller does not have permission");
        if (request.Method != "GET" || request.Header("Authorization").Length == 0) return FakeAnswer.Error(401, "UNAUTHENTICATED", "Who are you?");

        return request.Path switch
        {
            "/v3/folders" or "/v3/projects" => Children(request, request.Path[4..]),
            var path when path.StartsWith("/v3/", StringComparison.Ordinal) => Node(path[4..]),
            var path when path.EndsWith("/contacts:compute", StringComparison.Ordinal) => Contacts(path[4..^17], inherited: true),
            var path when path.EndsWith("/contacts", StringComparison.Ordinal) => Contacts(path[4..^9], inherited: false),
            var path when path.EndsWith("/assets", StringComparison.Ordinal) => Assets(path[4..^7]),
            _ => FakeAnswer.Error(404, "NOT_FOUND", "There is no such method."),
        };
    }

    FakeAnswer Node(string name)
    {
        var found = _nodes.FirstOrDefault(node => node.Name == name || (node.Id.Length > 0 && $"projects/{node.Id}" == name));
        return found.Name is null ? FakeAnswer.Error(403, "PERMISSION_DENIED", "The caller does not have permission") : new(200, Written(found).ToJsonString());
    }

    FakeAnswer Children(FakeRequest request, string kind)
    {
        var all = _nodes.Where(node => node.Name.StartsWith(kind, StringComparison.Ordinal) && node.Parent == request.Query("parent")).ToList();
        var start = request.Query("pageToken") is { Length: > 0 } token ? int.Parse(token, System.Globalization.CultureInfo.InvariantCulture) : 0;
        JsonObject answer = [];
        if (all.Count > start) answer[kind] = new JsonArray([.. all.Skip(start).Take(PageSize).Select(Written)]);
        if (all.Count > start + PageSize) answer["nextPageToken"] = (start + PageSize).ToString(System.Globalization.CultureInfo.InvariantCulture);
        return new(200, answer.ToJsonString());
    }

    FakeAnswer Contacts(string name, bool inherited)
    {
        List<(string Node, string Email, string Category)> all =
        [
            ("organizations/1", "security@example.com", "SECURITY"), ("organizations/1", "money@example.com", "BILLING"), ("folders/3", "europe@example.com", "ALL"), ("projects/30", "oncall@example.com", "SECURITY"),
        ];
        var above = inherited ? Above(name).ToList() : [name];
        var found = all.Where(contact => above.Contains(contact.Node) && (!inherited || contact.Category is "SECURITY" or "ALL"));
        JsonArray list = [.. found.Select(contact => (JsonNode)new JsonObject { ["name"] = $"{contact.Node}/contacts/1", ["email"] = contact.Email, ["notificationCategorySubscriptions"] = new JsonArray(contact.Category), ["validationState"] = "VALID" })];
        return new(200, new JsonObject { ["contacts"] = list }.ToJsonString());
    }

    FakeAnswer Assets(string project)
    {
        var found = _nodes.First(node => node.Name == project || $"projects/{node.Id}" == project);
        return new(200, new JsonObject { ["assets"] = new JsonArray(new JsonObject { ["ancestors"] = new JsonArray([.. Above(found.Name).Select(name => (JsonNode)name)]) }) }.ToJsonString());
    }

    IEnumerable<string> Above(string name)
    {
        for (var at = name; at.Length > 0; at = _nodes.First(node => node.Name == at).Parent) yield return at;
    }

    static JsonNode Written((string Name, string Id, string DisplayName, string Parent) node)
    {
        JsonObject json = new() { ["name"] = node.Name, ["displayName"] = node.DisplayName, ["state"] = "ACTIVE" };
        if (node.Id.Length > 0) json["projectId"] = node.Id;
        if (node.Parent.Length > 0) json["parent"] = node.Parent;
        return json;
    }
}
