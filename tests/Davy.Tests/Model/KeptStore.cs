using System.Globalization;
using System.Text.Json.Nodes;
using Davy.Findings;
using Davy.Logs;
using Davy.Storage;
using Davy.Tests.Findings;
using Microsoft.Extensions.Time.Testing;
using static Davy.Tests.Model.StoreAction;

namespace Davy.Tests.Model;

/// <summary>The real stores, behind the actions of the model, and what can be seen of them in the model's words.</summary>
sealed class KeptStore(Database database, FakeTimeProvider time) : IAsyncDisposable
{
    const string Who = "alice@example.com";

    readonly FindingStore _store = new(database, SomeKept.ReadFilter, time);
    readonly FindingLists _lists = new(database);
    readonly MuteConfigStore _mutes = new(database, SomeKept.ReadFilter, time);
    readonly NotificationConfigStore _notifications = new(database, SomeKept.ReadFilter, time);
    readonly Outbox _outbox = new(database, time);

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    public async Task<string> DoAsync(StoreAction action)
    {
        try
        {
            return await RunAsync(action);
        }
        catch (RefusedException refused)
        {
            return refused.Refusal.ToString();
        }
    }

    async Task<string> RunAsync(StoreAction action)
    {
        switch (action)
        {
            case Merge found:
                var merged = await _store.MergeAsync(New(found), Cancel);
                return $"{merged.Outcome} {Seen(merged.Finding)}";
            case Create(var id, var category, var severity, var project, var place, var digest, var minute):
                var created = New(new(id, category, severity, project, place, digest, minute));
                return $"Created {Seen(await _store.CreateAsync(created.Name, created.Content, Cancel))}";
            case Edit edit:
                return Seen(await _store.UpdateAsync(Name(edit.Id), kept =>
                {
                    var finding = kept.Document();
                    (finding["severity"], finding["description"]) = (StoreAction.Severities[edit.Severity], $"d{edit.Description}");
                    return kept.Content with { Document = finding.ToJsonString() };
                }, Cancel));
            case SetState state:
                return Seen(await _store.SetStateAsync(Name(state.Id), state.Active ? "ACTIVE" : "INACTIVE", Cancel));
            case SetMute mute:
                return Seen(await _store.SetMuteAsync(Name(mute.Id), ModelStore.MuteWord(mute.Mute), Who, Cancel));
            case Mark mark:
                Dictionary<string, string?> marks = new() { ["abc"[mark.Key].ToString()] = mark.Value == 0 ? null : $"v{mark.Value}" };
                return Seen(await _store.SetMarksAsync(Name(mark.Id), marks, mark.ReplaceAll, Cancel));
            case AddMuteConfig config:
                await _mutes.CreateAsync(new()
                {
                    Name = ModelStore.MuteName(config.Config),
                    Parent = Nodes[config.Node],
                    Type = config.IsStatic ? MuteConfigType.Static : MuteConfigType.Dynamic,
                    Filter = Filters[config.Filter],
                    ExpiryTime = config.Minutes > 10 ? Timestamp.From(time.GetUtcNow().AddMinutes(config.Minutes - 10)) : null,
                }, Cancel);
                return await SweptAsync();
            case ChangeMuteConfig config:
                await _mutes.UpdateAsync(ModelStore.MuteName(config.Config), before => before with { Filter = Filters[config.Filter] }, Cancel);
                return await SweptAsync();
            case DropMuteConfig config:
                await _mutes.DeleteAsync(ModelStore.MuteName(config.Config), Cancel);
                return await SweptAsync();
            case AddNotification config:
                await _notifications.CreateAsync(new() { Name = ModelStore.NotificationName(config.Config), Parent = Nodes[config.Node], Filter = Filters[config.Filter] }, Cancel);
                return "ok";
            case DropNotification config:
                await _notifications.DeleteAsync(ModelStore.NotificationName(config.Config), Cancel);
                return "ok";
            case Bulk bulk:
                BulkMute operations = new(database, SomeKept.ReadFilter, time);
                await operations.StartAsync(Nodes[bulk.Node], Filters[bulk.Filter], bulk.Muted ? "MUTED" : "UNDEFINED", "bulk", Cancel);
                while (await operations.StepAsync(Cancel))
                {
                }

                return await AllAsync();
            case Advance advance:
                time.Advance(TimeSpan.FromMinutes(advance.Minutes));
                return await SweptAsync();
            case StoreAction.List list:
                return await WalkAsync(list);
            case StoreAction.Group group:
                return await GroupedAsync(group);
            default:
                return await DrainedAsync();
        }
    }

    static FindingName Name(int id) => SomeKept.Name($"f{id}");

    static NewFinding New(Merge found)
    {
        var resource = SomeKept.Resource(Projects[found.Project]);
        var metadata = resource["gcpMetadata"]!;
        (metadata["folders"]![0]!["resourceFolder"], metadata["organization"]) = (Places[found.Place].Folder, Places[found.Place].Organization);
        var finding = SomeKept.New($"f{found.Id}", Categories[found.Category], StoreAction.Severities[found.Severity], Projects[found.Project], finding => Fill(finding, found));
        return finding with { Content = finding.Content with { Resource = resource.ToJsonString() } };
    }

    static void Fill(JsonObject finding, Merge found)
    {
        var moment = Moment(found.Minute);
        finding["eventTime"] = moment;
        var occurrences = finding["sourceProperties"]!["properties"]!["occurrences"]!;
        (occurrences["first"], occurrences["last"]) = (moment, moment);
        occurrences["list"] = new JsonArray(new JsonObject { ["id"] = $"op{found.Digest}", ["digest"] = $"{found.Digest}", ["first"] = moment, ["last"] = moment });
    }

    static string Moment(int minute) => string.Create(CultureInfo.InvariantCulture, $"2026-01-10T09:{minute:D2}:00Z");

    static int Minute(JsonNode moment) => int.Parse(moment.ToString().AsSpan(14, 2), CultureInfo.InvariantCulture);

    static string Seen(KeptFinding kept)
    {
        var finding = kept.Document();
        var place = SomeKept.Object(kept.Content.Resource)["gcpMetadata"]!;
        var dynamic = finding["muteInfo"]?["dynamicMuteRecords"]?.AsArray().Select(record => record!["muteConfig"]!.ToString()) ?? [];
        var marks = finding["securityMarks"]?["marks"]?.AsObject().Select(mark => $"{mark.Key}={mark.Value}") ?? [];
        var occurrences = finding["sourceProperties"]!["properties"]!["occurrences"]!["list"]!.AsArray()
            .Select(each => $"{each!["digest"]}:{Minute(each["first"]!)}-{Minute(each["last"]!)}").Order(StringComparer.Ordinal);
        return string.Join('|',
            kept.Name.FindingId, finding["category"], finding["severity"], place["projectDisplayName"]!.ToString()["project-".Length..], place["folders"]![0]!["resourceFolder"], place["organization"],
            finding["state"], finding["description"], Minute(finding["eventTime"]!), finding["mute"], finding["muteInfo"]?["staticMute"]?["state"]?.ToString() ?? "UNDEFINED",
            finding["muteInitiator"], finding["muteUpdateTime"]?.ToString()[11..19], string.Join(',', dynamic), string.Join(',', marks), string.Join(',', occurrences));
    }

    async Task<string> SweptAsync()
    {
        MuteSweep sweep = new(database, SomeKept.ReadFilter, time);
        while (await sweep.StepAsync(Cancel))
        {
        }

        return await AllAsync();
    }

    async Task<string> AllAsync() => string.Join('\n',
        (await _lists.ListAsync(new() { PageSize = 1_000 }, Cancel)).Findings.OrderBy(finding => finding.Name.FindingId, StringComparer.Ordinal).Select(Seen));

    async Task<string> WalkAsync(StoreAction.List list)
    {
        if (!FindingOrder.TryParse(Orders[list.Order], out var order, out _)) return " " + await _lists.CountAsync(Query(list), Cancel);

        var query = Query(list) with { Order = order, PageSize = list.Size };
        List<string> ids = [];
        for (FindingPage? page = null; page is not { Next: null };)
        {
            page = await _lists.ListAsync(query with { After = page?.Next }, Cancel);
            ids.AddRange(page.Findings.Select(finding => finding.Name.FindingId));
        }

        return $"{string.Join(' ', ids)} {await _lists.CountAsync(query, Cancel)}";
    }

    static FindingQuery Query(StoreAction.List list) => new() { Node = Nodes[list.Node], Filter = SomeKept.ReadFilter(Filters[list.Filter]).Sql };

    async Task<string> GroupedAsync(StoreAction.Group group)
    {
        FindingGroupQuery query = new() { Findings = new() { Node = Nodes[group.Node] }, Expressions = [$"f.{Groups[group.Field]}"], PageSize = group.Size };
        List<string> groups = [];
        for (FindingGroupPage? page = null; page is not { Next: null };)
        {
            page = await _lists.GroupAsync(query with { After = page?.Next }, Cancel);
            groups.AddRange(page.Groups.Select(each => $"{each.Values[0]}:{each.Count}"));
        }

        return $"{string.Join(' ', groups)} {await _lists.CountGroupsAsync(query, Cancel)}";
    }

    async Task<string> DrainedAsync()
    {
        List<(string Config, string Id, string Told)> told = [];
        foreach (var config in await _outbox.DueAsync(Cancel))
        {
            while (await _outbox.ClaimAsync(config, 3, TimeSpan.FromMinutes(1), Cancel) is { Count: > 0 } claimed)
            {
                foreach (var entry in claimed)
                {
                    var finding = SomeKept.Object(entry.Finding.Document);
                    told.Add((config, finding["name"]!.ToString().Split('/')[^1], $"{finding["state"]} {finding["mute"]} {finding["severity"]} {finding["category"]}"));
                    await _outbox.SentAsync(entry, Cancel);
                }
            }
        }

        return string.Join('\n', told.GroupBy(each => (each.Config, each.Id)).OrderBy(each => each.Key.Config, StringComparer.Ordinal).ThenBy(each => each.Key.Id, StringComparer.Ordinal)
            .Select(each => $"{each.Key.Config} {each.Key.Id}: {string.Join(", ", each.Select(one => one.Told))}"));
    }
}
