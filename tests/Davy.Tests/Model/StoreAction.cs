using CsCheck;

namespace Davy.Tests.Model;

/// <summary>One thing done to a store of findings. Small ranges, so that things meet.</summary>
public abstract record StoreAction
{
    static readonly string Long = string.Concat(Enumerable.Range(0, 300).Select(number => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData([(byte)number, (byte)(number / 256)]))));

    // Two are longer than an index of PostgreSQL takes, alike in what is kept of them, and cannot be compressed.
    public static readonly string[] Categories = ["A", "B", "b", $"{Long}x", $"{Long}y"];
    public static string Kept(string category) => category.Length > 1_500 ? $"{category[..1_497]}…" : category;

    public static readonly string[] Severities = ["LOW", "HIGH", "CRITICAL"];
    public static readonly string[] Projects = ["100", "101", "200"];

    // A project moves from folder to folder, and from one organisation to another.
    public static readonly (string Folder, string Organization)[] Places = [("folders/1", "organizations/1"), ("folders/2", "organizations/1"), ("folders/2", "organizations/2")];

    public static readonly string[] Nodes = ["", "organizations/1", "folders/1", "folders/2", "projects/100", "projects/project-200", "organizations/2", "organizations/9"];
    public static readonly string[] Filters = ["", "severity=HIGH", "category=A", "severity=LOW AND state=ACTIVE", "state=INACTIVE", "category=b AND severity=CRITICAL"];
    public static readonly string[] Orders = ["", "name", "category desc,event_time", "severity,name desc", "event_time desc", "state,mute_is_none"];
    public static readonly string[] Groups = ["severity", "category", "mute"];

    public sealed record Merge(int Id, int Category, int Severity, int Project, int Place, int Digest, int Minute) : StoreAction;

    public sealed record Create(int Id, int Category, int Severity, int Project, int Place, int Digest, int Minute) : StoreAction;

    public sealed record Edit(int Id, int Severity, int Description) : StoreAction;

    public sealed record SetState(int Id, bool Active) : StoreAction;

    public sealed record SetMute(int Id, int Mute) : StoreAction;

    public sealed record Mark(int Id, int Key, int Value, bool ReplaceAll) : StoreAction;

    public sealed record AddMuteConfig(int Config, bool IsStatic, int Filter, int Node, int Minutes) : StoreAction;

    public sealed record ChangeMuteConfig(int Config, int Filter) : StoreAction;

    public sealed record DropMuteConfig(int Config) : StoreAction;

    public sealed record AddNotification(int Config, int Filter, int Node) : StoreAction;

    public sealed record DropNotification(int Config) : StoreAction;

    public sealed record Bulk(int Node, int Filter, bool Muted) : StoreAction;

    public sealed record Advance(int Minutes) : StoreAction;

    public sealed record List(int Node, int Filter, int Order, int Size) : StoreAction;

    public sealed record Group(int Node, int Field, int Size) : StoreAction;

    public sealed record Drain : StoreAction;

    static readonly Gen<int> AnyId = Gen.Int[0, 9];
    static readonly Gen<int> Three = Gen.Int[0, 2];
    static readonly Gen<int> AnyCategory = Gen.Frequency((12, Three), (1, Gen.Int[3, 4]));
    static readonly Gen<int> AnyFilter = Gen.Int[0, Filters.Length - 1];
    static readonly Gen<int> AnyNode = Gen.Int[0, Nodes.Length - 1];

    // Configs need a node.
    static readonly Gen<int> ConfigNode = Gen.Int[1, Nodes.Length - 1];

    /// <summary>Any action; those that change findings come more often.</summary>
    public static Gen<StoreAction> Any { get; } = Gen.Frequency<StoreAction>(
        (12, Gen.Select(AnyId, AnyCategory, Three, Three, Three, Three, Gen.Int[0, 9],
            StoreAction (id, category, severity, project, place, digest, minute) => new Merge(id, category, severity, project, place, digest, minute))),
        (5, Gen.Select(AnyId, AnyCategory, Three, Three, Three, Three, Gen.Int[0, 9],
            StoreAction (id, category, severity, project, place, digest, minute) => new Create(id, category, severity, project, place, digest, minute))),
        (5, Gen.Select(AnyId, Three, Three, StoreAction (id, severity, description) => new Edit(id, severity, description))),
        (5, Gen.Select(AnyId, Gen.Bool, StoreAction (id, active) => new SetState(id, active))),
        (5, Gen.Select(AnyId, Three, StoreAction (id, mute) => new SetMute(id, mute))),
        (4, Gen.Select(AnyId, Three, Gen.Int[0, 3], Gen.Bool, StoreAction (id, key, value, all) => new Mark(id, key, value, all))),
        (4, Gen.Select(Three, Gen.Bool, AnyFilter, ConfigNode, Gen.Int[0, 20], StoreAction (config, isStatic, filter, node, minutes) => new AddMuteConfig(config, isStatic, filter, node, minutes))),
        (2, Gen.Select(Three, AnyFilter, StoreAction (config, filter) => new ChangeMuteConfig(config, filter))),
        (2, Gen.Select(Three, StoreAction (config) => new DropMuteConfig(config))),
        (3, Gen.Select(Three, AnyFilter, ConfigNode, StoreAction (config, filter, node) => new AddNotification(config, filter, node))),
        (1, Gen.Select(Three, StoreAction (config) => new DropNotification(config))),
        (2, Gen.Select(ConfigNode, AnyFilter, Gen.Bool, StoreAction (node, filter, muted) => new Bulk(node, filter, muted))),
        (2, Gen.Select(Gen.Int[1, 10], StoreAction (minutes) => new Advance(minutes))),
        (6, Gen.Select(AnyNode, AnyFilter, Gen.Int[0, Orders.Length - 1], Gen.Int[1, 5], StoreAction (node, filter, order, size) => new List(node, filter, order, size))),
        (3, Gen.Select(AnyNode, Three, Gen.Int[1, 3], StoreAction (node, field, size) => new Group(node, field, size))),
        (3, Gen.Const<StoreAction>(new Drain())));
}
