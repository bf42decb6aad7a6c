using Davy.Findings;
using Davy.Findings.Filtering;
using Davy.Server.Api.Requests;
using Google.Cloud.SecurityCenter.V2;
using Google.Protobuf.WellKnownTypes;
using Finding = Google.Cloud.SecurityCenter.V2.Finding;

namespace Davy.Server.Api;

/// <summary>Lists and groups of findings.</summary>
/// <param name="lists">The lists.</param>
/// <param name="sources">The sources.</param>
/// <param name="paging">The pages.</param>
sealed class FindingReads(FindingLists lists, SourceStore sources, Paging paging)
{
    readonly FindingPlaces _places = new(lists);

    /// <summary>By what findings can be grouped: each column that holds text.</summary>
    static readonly string[] Groupings = [.. FindingColumns.ByPath.Where(column => !column.Value.IsTime).Select(column => column.Key).Order(StringComparer.Ordinal)];

    /// <summary><c>ListFindings</c>.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancel">Stops it.</param>
    public async Task<ListFindingsResponse> ListAsync(ListFindingsRequest request, CancellationToken cancel)
    {
        var parent = Names.Sources("parent", request.Parent);
        var mask = UpdateMask.Read(request.FieldMask, Finding.Descriptor, "field_mask");
        if (!FindingOrder.TryParse(request.OrderBy, out var order, out var fault)) throw Faults.Invalid("order_by", "INVALID_ORDER", fault);

        FindingQuery query = new()
        {
            Node = parent.Node,
            SourceId = parent.SourceId,
            Filter = Filters.Of("filter", request.Filter).Sql,
            Order = order,
            PageSize = Paging.Size(request.PageSize),
        };
        string[] signed = ["ListFindings", parent.ToString(), request.Filter, request.OrderBy, request.FieldMask?.ToString() ?? ""];
        var place = await paging.ReadAsync(request.PageToken, signed, cancel);
        await RequireSourceAsync(parent, cancel);

        var page = await lists.ListAsync(place is null ? query : query with { After = await _places.ReadAsync(place.After, order, cancel) }, cancel);
        var total = place?.Total ?? (page.Next is null ? page.Findings.Count : await lists.CountAsync(query, cancel));
        ListFindingsResponse response = new()
        {
            TotalSize = (int)Math.Min(total, int.MaxValue),
            NextPageToken = page.Next is { } next ? await paging.WriteAsync(new(FindingPlaces.Write(next), total), signed, cancel) : "",
        };
        foreach (var kept in page.Findings)
        {
            var finding = FindingDocuments.Read(kept);
            response.ListFindingsResults.Add(new ListFindingsResponse.Types.ListFindingsResult
            {
                Finding = mask.Selected(finding),
                Resource = FindingDocuments.ReadResource(kept, finding.ResourceName),
            });
        }

        return response;
    }

    /// <summary><c>GroupFindings</c>.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancel">Stops it.</param>
    public async Task<GroupFindingsResponse> GroupAsync(GroupFindingsRequest request, CancellationToken cancel)
    {
        var parent = Names.Sources("parent", request.Parent);
        var by = GroupBy(Names.Given("group_by", request.GroupBy));
        FindingGroupQuery query = new()
        {
            Findings = new() { Node = parent.Node, SourceId = parent.SourceId, Filter = Filters.Of("filter", request.Filter).Sql },
            Expressions = [.. by.Select(name => FindingColumns.ByPath[name].Sql)],
            PageSize = Paging.Size(request.PageSize),
        };
        string[] signed = ["GroupFindings", parent.ToString(), request.Filter, request.GroupBy];
        var place = await paging.ReadAsync(request.PageToken, signed, cancel);
        await RequireSourceAsync(parent, cancel);

        var page = await lists.GroupAsync(place is null ? query : query with { After = FindingCursor.Parse(place.After) }, cancel);
        var total = place?.Total ?? (page.Next is null ? page.Groups.Count : await lists.CountGroupsAsync(query, cancel));
        GroupFindingsResponse response = new()
        {
            TotalSize = (int)Math.Min(total, int.MaxValue),
            NextPageToken = page.Next is { } next ? await paging.WriteAsync(new(next.ToString(), total), signed, cancel) : "",
        };
        foreach (var group in page.Groups)
        {
            GroupResult result = new() { Count = group.Count };
            foreach (var (name, value) in by.Zip(group.Values)) result.Properties.Add(name, Value.ForString(Told(name, (string)value)));
            response.GroupByResults.Add(result);
        }

        return response;
    }

    static List<string> GroupBy(string text)
    {
        List<string> names = [];
        foreach (var said in text.Split(',', StringSplitOptions.TrimEntries))
        {
            var name = InSnakeCase(said);
            if (!Groupings.Contains(name)) throw Faults.Invalid("group_by", "UNKNOWN_FIELD", $"'{name}' cannot be grouped by; possible are {string.Join(", ", Groupings)}.");
            if (names.Contains(name)) throw Faults.Invalid("group_by", "DUPLICATE_FIELD", $"'{name}' stands twice.");
            names.Add(name);
        }

        return names;
    }

    static string InSnakeCase(string name)
    {
        try
        {
            return FindingFields.Find(name).Text;
        }
        catch (FilterException)
        {
            return name;
        }
    }

    // As a filter says it, so that whoever reads the groups can ask for one: an enum that is not set has a name for that.
    static string Told(string name, string value) => value.Length == 0 && FindingFields.Find(name).Values is [var unspecified, ..] ? unspecified : value;

    async Task RequireSourceAsync(SourceName parent, CancellationToken cancel)
    {
        if (parent.SourceId == SourceName.All) return;
        if (await sources.FindAsync(parent.SourceId, cancel) is not { } source || !source.MayBeBelow(parent.Node)) throw Faults.NotFound(SourceMethods.Type, parent.ToString());
    }
}
