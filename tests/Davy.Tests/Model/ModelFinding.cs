namespace Davy.Tests.Model;

/// <summary>A finding of the model: what can be seen of it, and no more.</summary>
sealed class ModelFinding(int key, int id)
{
    public int Key { get; } = key;

    public string Id { get; } = $"f{id}";

    public string Category { get; set; } = "";

    public string Severity { get; set; } = "";

    public string Project { get; set; } = "";

    public (string Folder, string Organization) Place { get; set; }

    public string State { get; set; } = "ACTIVE";

    public string Description { get; set; } = "";

    public int Minute { get; set; }

    public string StaticMute { get; set; } = "UNDEFINED";

    public string Mute { get; set; } = "UNDEFINED";

    public string Initiator { get; set; } = "";

    public DateTimeOffset? MuteTime { get; set; }

    public SortedSet<string> Dynamic { get; } = new(StringComparer.Ordinal);

    public SortedDictionary<string, string> Marks { get; } = new(StringComparer.Ordinal);

    public SortedDictionary<int, (int First, int Last)> Occurrences { get; } = [];

    /// <summary>The nodes at and above it.</summary>
    public string[] Nodes => [$"projects/{Project}", $"projects/project-{Project}", Place.Folder, Place.Organization, "organizations/1"];

    /// <summary>Whether it fulfils a filter.</summary>
    public bool Matches(string filter) => filter == "" || filter.Split(" AND ").All(part => part.Split('=') switch
    {
        ["severity", var value] => Severity == value,
        ["category", var value] => Category == value,
        ["state", var value] => State == value,
        _ => throw new ArgumentException(filter),
    });

    public void SetStatic(string mute, string initiator, DateTimeOffset now)
    {
        if (StaticMute == mute && (mute == "UNDEFINED" || Initiator == initiator)) return;

        StaticMute = mute;
        Initiator = mute == "UNDEFINED" ? "" : initiator;
        if (!Settle(now) && mute != "UNDEFINED") MuteTime = now;
    }

    public void SetDynamic(IEnumerable<string> configs, DateTimeOffset now)
    {
        Dynamic.Clear();
        Dynamic.UnionWith(configs);
        Settle(now);
    }

    bool Settle(DateTimeOffset now)
    {
        var mute = StaticMute != "UNDEFINED" ? StaticMute : Dynamic.Count > 0 ? "MUTED" : "UNDEFINED";
        if (mute == Mute) return false;

        (Mute, MuteTime) = (mute, now);
        return true;
    }

    /// <summary>What is told on.</summary>
    public string Told => $"{State} {Mute} {Severity} {Category}";

    public override string ToString() => string.Join('|',
        Id, Category, Severity, Project, Place.Folder, Place.Organization, State, Description, Minute, Mute, StaticMute, Initiator, MuteTime?.ToString("HH:mm:ss", System.Globalization.CultureInfo.InvariantCulture),
        string.Join(',', Dynamic), string.Join(',', Marks.Select(mark => $"{mark.Key}={mark.Value}")),
        string.Join(',', Occurrences.Select(each => $"{each.Key}:{each.Value.First}-{each.Value.Last}")));
}
