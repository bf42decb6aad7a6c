using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Davy.Findings;
using Davy.Reports;

namespace Davy.Cli.Client;

/// <summary>The methods of Security Command Center's v2 API, and of Davy's own, that the commands need (docs/api.md).</summary>
/// <param name="client">The server.</param>
sealed class FindingsApi(ServerClient client)
{
    /// <summary>Lists findings page by page, until there are no more or enough.</summary>
    /// <param name="query">What is listed.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>The pages.</returns>
    public IAsyncEnumerable<ResultPage> ListAsync(FindingsQuery query, CancellationToken cancel) => ResultPage.ReadAsync(query.Limit, query.PageSize, query.PageToken, "listFindingsResults", (size, token) =>
        client.GetAsync(ServerPath.Of($"/v2/{query.Parent}/findings", ("filter", query.Filter), ("orderBy", query.OrderBy), ("fieldMask", query.FieldMask), ("pageSize", size), ("pageToken", token)), "viewer", cancel), cancel);

    /// <summary>Groups findings page by page.</summary>
    /// <param name="query">What is grouped.</param>
    /// <param name="groupBy">By which fields.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>The pages.</returns>
    public IAsyncEnumerable<ResultPage> GroupAsync(FindingsQuery query, string groupBy, CancellationToken cancel) => ResultPage.ReadAsync(query.Limit, query.PageSize, query.PageToken, "groupByResults", (size, token) =>
        DoAsync($"/v2/{query.Parent}/findings:group", new() { ["filter"] = query.Filter, ["groupBy"] = groupBy, ["pageSize"] = int.Parse(size, CultureInfo.InvariantCulture), ["pageToken"] = token }, "viewer", cancel), cancel);

    /// <summary>How many findings pass a filter.</summary>
    /// <param name="query">What is counted.</param>
    /// <param name="cancel">Stops it.</param>
    public async Task<long> CountAsync(FindingsQuery query, CancellationToken cancel)
    {
        var page = await client.GetAsync(ServerPath.Of($"/v2/{query.Parent}/findings", ("filter", query.Filter), ("fieldMask", "name"), ("pageSize", "1")), "viewer", cancel);
        return page.TryGetProperty("totalSize", out var total) && total.TryGetInt64(out var count) ? count : 0;
    }

    /// <summary>One finding, with its resource. There is no method for it: it is listed by its name.</summary>
    /// <param name="name">Its name, in any of the six forms.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>What a list has of it.</returns>
    /// <exception cref="ServerException">It is not kept there.</exception>
    public async Task<JsonElement> FindAsync(FindingName name, CancellationToken cancel)
    {
        // A name is compared in the form in which the finding has it, which need not be the one that was asked for.
        var end = $"/findings/{name.FindingId}";
        foreach (var filter in new[] { $"name=\"{name}\"", $"name:\"{end}\"" })
        {
            FindingsQuery query = new() { Parent = $"{name.Node}/sources/{name.SourceId}", Filter = filter, PageSize = 10, Limit = 10 };
            await foreach (var page in ListAsync(query, cancel))
            {
                foreach (var result in page.Results)
                {
                    if (result.TryGetProperty("finding", out var finding) && finding.ValueKind is JsonValueKind.Object
                        && finding.TryGetProperty("name", out var found) && found.ValueKind is JsonValueKind.String && found.GetString()!.EndsWith(end, StringComparison.Ordinal)) return result;
                }
            }
        }

        throw new ServerException($"the finding {name} is not kept there.") { Status = 404 };
    }

    /// <summary>The last deployments of a workload that davyd remembers.</summary>
    /// <param name="resource">The workload's full name.</param>
    /// <param name="cancel">Stops it.</param>
    public Task<JsonElement> DeploymentsAsync(string resource, CancellationToken cancel) => client.GetAsync(ServerPath.Of("/davy/v1/deployments", ("resource", resource), ("pageSize", "100")), "viewer", cancel);

    /// <summary>Closes or reopens a finding.</summary>
    public Task<JsonElement> SetStateAsync(FindingName name, string state, CancellationToken cancel) => DoAsync($"/v2/{name}:setState", new() { ["state"] = state }, "triager", cancel);

    /// <summary>Mutes or unmutes a finding.</summary>
    public Task<JsonElement> SetMuteAsync(FindingName name, string mute, CancellationToken cancel) => DoAsync($"/v2/{name}:setMute", new() { ["mute"] = mute }, "triager", cancel);

    /// <summary>Changes the fields of a finding that a mask names.</summary>
    public Task<JsonElement> UpdateAsync(FindingName name, JsonObject finding, string mask, CancellationToken cancel) =>
        client.SendAsync(HttpMethod.Patch, ServerPath.Of($"/v2/{name}", ("updateMask", mask)), Body(finding), "ingester", isRepeatable: true, cancel);

    /// <summary>Changes the security marks that a mask names.</summary>
    public Task<JsonElement> UpdateMarksAsync(FindingName name, JsonObject marks, string mask, CancellationToken cancel) =>
        client.SendAsync(HttpMethod.Patch, ServerPath.Of($"/v2/{name}/securityMarks", ("updateMask", mask)), Body(new() { ["marks"] = marks }), "triager", isRepeatable: true, cancel);

    /// <summary>Answers "was it intended?".</summary>
    public Task<JsonElement> AnswerAsync(FindingName name, JsonObject answer, CancellationToken cancel) => DoAsync($"/davy/v1/{name}:answer", answer, "triager", cancel);

    /// <summary>Begins a bulk mute; the operation's name.</summary>
    public async Task<string> BulkMuteAsync(string node, string filter, string state, CancellationToken cancel)
    {
        // Not repeatable: nobody knows whether the first one began.
        var operation = await client.SendAsync(HttpMethod.Post, $"/v2/{node}/findings:bulkMute", Body(new() { ["filter"] = filter, ["muteState"] = state }), "triager", isRepeatable: false, cancel);
        return operation.TryGetProperty("name", out var name) && name.ValueKind is JsonValueKind.String && IsOperation(name.GetString()!) ? name.GetString()! : throw new ServerException("the server's answer names no operation; it is no davyd.");
    }

    /// <summary>Looks after an operation.</summary>
    /// <returns>Whether it is done, and what went wrong then; empty where nothing did.</returns>
    public async Task<(bool IsDone, string Error)> OperationAsync(string name, CancellationToken cancel)
    {
        var operation = await client.GetAsync($"/v2/{name}", "viewer", cancel);
        if (!operation.TryGetProperty("done", out var done) || done.ValueKind is not JsonValueKind.True) return (false, "");
        if (!operation.TryGetProperty("error", out var error)) return (true, "");
        return (true, error.ValueKind is JsonValueKind.Object && error.TryGetProperty("message", out var message) && message.ValueKind is JsonValueKind.String ? TextSanitizer.Clean(message.GetString()!, 1_000) : "it failed.");
    }

    /// <summary>A name that comes back from the server goes into a path.</summary>
    static bool IsOperation(string name) =>
        name.Length <= 256 && name.Split('/') is ["organizations", { Length: > 0 }, "operations", { Length: > 0 }] && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '/' or '-' or '_');

    Task<JsonElement> DoAsync(string path, JsonObject body, string role, CancellationToken cancel) => client.SendAsync(HttpMethod.Post, path, Body(body), role, isRepeatable: true, cancel);

    static RequestBody Body(JsonObject json) => new(System.Text.Encoding.UTF8.GetBytes(json.ToJsonString()));
}

/// <summary>What is listed.</summary>
sealed record FindingsQuery
{
    /// <summary>Whose: <c>organizations/1/sources/-</c>.</summary>
    public required string Parent { get; init; }

    /// <summary>The filter; empty for all.</summary>
    public string Filter { get; init; } = "";

    /// <summary>The order; empty for the latest first.</summary>
    public string OrderBy { get; init; } = "";

    /// <summary>The fields of the findings; empty for all.</summary>
    public string FieldMask { get; init; } = "";

    /// <summary>How many a page has, 1 to 1,000.</summary>
    public int PageSize { get; init; } = 100;

    /// <summary>Where to begin; empty for the first page.</summary>
    public string PageToken { get; init; } = "";

    /// <summary>How many in all; null for all.</summary>
    public long? Limit { get; init; }
}
