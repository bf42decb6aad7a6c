using static Davy.Tests.Model.StoreAction;

namespace Davy.Tests.Model;

/// <summary>
/// The stores of findings, mutes and notifications as their documentation says they behave, in memory, plain, and slow: the databases must give the same answers.
/// </summary>
sealed class ModelStore(DateTimeOffset start)
{
    const string Who = "alice@example.com";

    readonly Dictionary<int, ModelFinding> _findings = [];
    readonly SortedDictionary<string, MuteRule> _mutes = new(StringComparer.Ordinal);
    readonly SortedDictionary<string, (string Node, string Filter)> _notifications = new(StringComparer.Ordinal);
    readonly List<(string Config, string Id, string Told)> _outbox = [];
    DateTimeOffset _now = start;
    int _lastKey;

    /// <summary>Does it, and says what can be seen.</summary>
    public string Do(StoreAction action) => action switch
    {
        Merge merge => Found(merge.Id, merge, isMerge: true),
        Create create => Found(create.Id, new Merge(create.Id, create.Category, create.Severity, create.Project, create.Place, create.Digest, create.Minute), isMerge: false),
        Edit edit => Change(edit.Id, finding =>
        {
            finding.Severity = Severities[edit.Severity];
            finding.Description = $"d{edit.Description}";
        }),
        SetState state => Change(state.Id, finding => finding.State = state.Active ? "ACTIVE" : "INACTIVE"),
        SetMute mute => Change(mute.Id, finding => finding.SetStatic(MuteWord(mute.Mute), Who, _now)),
        Mark mark => Change(mark.Id, finding => SetMark(finding, mark)),
        AddMuteConfig config => AddMute(config),
        ChangeMuteConfig config => ChangeMute(MuteName(config.Config), rule => _mutes[MuteName(config.Config)] = rule with { Filter = Filters[config.Filter] }),
        DropMuteConfig config => ChangeMute(MuteName(config.Config), _ => _mutes.Remove(MuteName(config.Config))),
        AddNotification config => _notifications.TryAdd(NotificationName(config.Config), (Nodes[config.Node], Filters[config.Filter])) ? "ok" : "AlreadyExists",
        DropNotification config => DropTold(NotificationName(config.Config)),
        Bulk bulk => BulkMute(bulk),
        Advance advance => Later(advance.Minutes),
        StoreAction.List list => Walk(list),
        StoreAction.Group group => Grouped(group),
        Drain => Drained(),
        _ => throw new ArgumentOutOfRangeException(nameof(action)),
    };

    public static string MuteWord(int mute) => mute switch { 0 => "MUTED", 1 => "UNMUTED", _ => "UNDEFINED" };

    // The node is not part of it, so that a config of the same number exists already wherever it was made.
    public static string MuteName(int config) => $"m{config}";

    public static string NotificationName(int config) => $"n{config}";

    string Found(int id, Merge found, bool isMerge)
    {
        if (!_findings.TryGetValue(id, out var finding))
        {
            if (!isMerge && Categories[found.Category] != Kept(Categories[found.Category])) return "InvalidArgument";

            finding = new(++_lastKey, id) { Minute = found.Minute };
            Fill(finding, found);
            if (_mutes.FirstOrDefault(rule => rule.Value.IsStatic && Holds(rule.Value.Node, rule.Value.Filter, finding)) is { Key: { } name }) finding.SetStatic("MUTED", name, _now);
            ApplyDynamic(finding);
            _findings.Add(id, finding);
            Tell(finding);
            return $"Created {finding}";
        }

        if (!isMerge) return "AlreadyExists";

        var before = finding.ToString();
        Changed(finding, () =>
        {
            finding.Minute = Math.Min(finding.Minute, found.Minute);
            finding.Description = "";
            Fill(finding, found);
        });
        return $"{(before == finding.ToString() ? "Unchanged" : "Changed")} {finding}";
    }

    static void Fill(ModelFinding finding, Merge found)
    {
        finding.Category = Kept(Categories[found.Category]);
        finding.Severity = Severities[found.Severity];
        finding.Project = Projects[found.Project];
        finding.Place = Places[found.Place];
        var (first, last) = finding.Occurrences.GetValueOrDefault(found.Digest, (found.Minute, found.Minute));
        finding.Occurrences[found.Digest] = (Math.Min(first, found.Minute), Math.Max(last, found.Minute));
    }

    string Change(int id, Action<ModelFinding> change)
    {
        if (!_findings.TryGetValue(id, out var finding)) return "NotFound";

        Changed(finding, () => change(finding));
        return finding.ToString();
    }

    /// <summary>Any change: dynamic mutes follow it, and what is worth telling is told.</summary>
    void Changed(ModelFinding finding, Action change)
    {
        var (told, digests) = (finding.Told, finding.Occurrences.Count);
        change();
        ApplyDynamic(finding);
        if (told != finding.Told || digests != finding.Occurrences.Count) Tell(finding);
    }

    static void SetMark(ModelFinding finding, Mark mark)
    {
        if (mark.ReplaceAll) finding.Marks.Clear();
        var key = "abc"[mark.Key].ToString();
        if (mark.Value == 0) finding.Marks.Remove(key);
        else finding.Marks[key] = $"v{mark.Value}";
    }

    string AddMute(AddMuteConfig config)
    {
        DateTimeOffset? end = config.Minutes > 10 ? _now.AddMinutes(config.Minutes - 10) : null;
        if (config.IsStatic && end is not null) return "InvalidArgument";
        if (!_mutes.TryAdd(MuteName(config.Config), new(config.IsStatic, Nodes[config.Node], Filters[config.Filter], end))) return "AlreadyExists";
        return Sweep();
    }

    string ChangeMute(string name, Action<MuteRule> change)
    {
        if (!_mutes.TryGetValue(name, out var rule)) return "NotFound";
        change(rule);
        return Sweep();
    }

    string Sweep()
    {
        foreach (var finding in _findings.Values) Changed(finding, () => { });
        return All();
    }

    string Later(int minutes)
    {
        _now = _now.AddMinutes(minutes);
        return Sweep();
    }

    void ApplyDynamic(ModelFinding finding) => finding.SetDynamic(
        _mutes.Where(rule => !rule.Value.IsStatic && (rule.Value.End is not { } end || _now < end) && Holds(rule.Value.Node, rule.Value.Filter, finding)).Select(rule => rule.Key), _now);

    string DropTold(string config)
    {
        if (!_notifications.Remove(config)) return "NotFound";
        _outbox.RemoveAll(each => each.Config == config);
        return "ok";
    }

    string BulkMute(Bulk bulk)
    {
        var hit = _findings.Values.Where(finding => Holds(Nodes[bulk.Node], Filters[bulk.Filter], finding)).ToList();
        foreach (var finding in hit) Changed(finding, () => finding.SetStatic(bulk.Muted ? "MUTED" : "UNDEFINED", "bulk", _now));
        return All();
    }

    void Tell(ModelFinding finding) =>
        _outbox.AddRange(_notifications.Where(config => Holds(config.Value.Node, config.Value.Filter, finding)).Select(config => (config.Key, finding.Id, finding.Told)));

    string Walk(StoreAction.List list)
    {
        var hit = _findings.Values.Where(finding => Holds(Nodes[list.Node], Filters[list.Filter], finding));
        return $"{string.Join(' ', Ordered(hit, Orders[list.Order]).Select(finding => finding.Id))} {hit.Count()}";
    }

    static IEnumerable<ModelFinding> Ordered(IEnumerable<ModelFinding> findings, string order) => order switch
    {
        "" or "event_time desc" => findings.OrderByDescending(each => each.Minute).ThenByDescending(each => each.Key),
        "name" => findings.OrderBy(each => each.Id, StringComparer.Ordinal),
        "category desc,event_time" => findings.OrderByDescending(each => each.Category, StringComparer.Ordinal).ThenBy(each => each.Minute).ThenBy(each => each.Key),
        "severity,name desc" => findings.OrderBy(each => each.Severity, StringComparer.Ordinal).ThenByDescending(each => each.Id, StringComparer.Ordinal),
        _ => [],
    };

    string Grouped(StoreAction.Group group)
    {
        var groups = _findings.Values.Where(finding => Holds(Nodes[group.Node], "", finding))
            .GroupBy(finding => Groups[group.Field] switch { "severity" => finding.Severity, "category" => finding.Category, _ => finding.Mute })
            .OrderBy(each => each.Key, StringComparer.Ordinal).ToList();
        return $"{string.Join(' ', groups.Select(each => $"{each.Key}:{each.Count()}"))} {groups.Count}";
    }

    string Drained()
    {
        var told = string.Join('\n', _outbox.GroupBy(each => (each.Config, each.Id)).OrderBy(each => each.Key.Config, StringComparer.Ordinal).ThenBy(each => each.Key.Id, StringComparer.Ordinal)
            .Select(each => $"{each.Key.Config} {each.Key.Id}: {string.Join(", ", each.Select(one => one.Told))}"));
        _outbox.Clear();
        return told;
    }

    string All() => string.Join('\n', _findings.Values.OrderBy(finding => finding.Id, StringComparer.Ordinal));

    static bool Holds(string node, string filter, ModelFinding finding) => (node == "" || finding.Nodes.Contains(node)) && finding.Matches(filter);

    sealed record MuteRule(bool IsStatic, string Node, string Filter, DateTimeOffset? End);
}
