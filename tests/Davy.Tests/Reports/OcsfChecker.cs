using System.Net;
using System.Text.Json;

namespace Davy.Tests.Reports;

/// <summary>
/// Checks an object against the rules of OCSF's Detection Finding with the cloud profile, as far as Davy writes it: required attributes, types, values of enums, and "at least one of".
/// The rules are read off the schema's own files (https://github.com/ocsf/ocsf-schema).
/// </summary>
static class OcsfChecker
{
    enum Kind
    {
        Text,
        Whole,
        Flag,
        Time,
        Address,
        Free,
    }

    sealed record Attribute(Kind Kind = Kind.Text, string? Object = null, bool Required = false, bool Array = false, int[]? Among = null);

    sealed record Shape(Dictionary<string, Attribute> Attributes, string[]? AtLeastOne = null);

    static readonly Attribute Text = new();
    static readonly Attribute Texts = new(Array: true);
    static readonly Attribute Moment = new(Kind.Time);

    static readonly Dictionary<string, Shape> Shapes = new()
    {
        ["detection_finding"] = new(new()
        {
            ["activity_id"] = Id(1, 2, 3),
            ["activity_name"] = Text,
            ["category_uid"] = Id(2),
            ["category_name"] = Text,
            ["class_uid"] = Id(2004),
            ["class_name"] = Text,
            ["type_uid"] = Id(200401, 200402, 200403),
            ["type_name"] = Text,
            ["time"] = new(Kind.Time, Required: true),
            ["start_time"] = Moment,
            ["end_time"] = Moment,
            ["severity_id"] = Id(0, 1, 2, 3, 4, 5, 6, 99),
            ["severity"] = Text,
            ["confidence_id"] = new(Kind.Whole, Among: [0, 1, 2, 3, 99]),
            ["confidence"] = Text,
            ["status_id"] = new(Kind.Whole, Among: [0, 1, 2, 3, 4, 5, 6, 99]),
            ["status"] = Text,
            ["is_alert"] = new(Kind.Flag),
            ["message"] = Text,
            ["metadata"] = One("metadata", required: true),
            ["finding_info"] = One("finding_info", required: true),
            ["resources"] = Many("resource_details"),
            ["evidences"] = Many("evidences"),
            ["observables"] = Many("observable"),
            ["cloud"] = One("cloud", required: true),
            ["remediation"] = One("remediation"),
            ["unmapped"] = new(Kind.Free),
        }),
        ["metadata"] = new(new()
        {
            ["version"] = new(Required: true),
            ["product"] = One("product", required: true),
            ["profiles"] = Texts,
            ["uid"] = Text,
            ["log_name"] = Text,
            ["original_time"] = Text,
            ["correlation_uid"] = Text,
        }),
        ["product"] = new(new() { ["name"] = Text, ["uid"] = Text, ["vendor_name"] = Text, ["version"] = Text }, ["name", "uid"]),
        ["finding_info"] = new(new()
        {
            ["uid"] = new(Required: true),
            ["title"] = Text,
            ["desc"] = Text,
            ["types"] = Texts,
            ["created_time"] = Moment,
            ["first_seen_time"] = Moment,
            ["last_seen_time"] = Moment,
            ["src_url"] = Text,
            ["analytic"] = One("analytic"),
            ["attacks"] = Many("attack"),
        }),
        ["analytic"] = new(new() { ["type_id"] = Id(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 99), ["type"] = Text, ["name"] = Text, ["uid"] = Text }, ["name", "uid"]),
        ["attack"] = new(new() { ["tactic"] = One("technique"), ["technique"] = One("technique"), ["sub_technique"] = One("technique") }, ["tactic", "technique", "sub_technique"]),
        ["technique"] = new(new() { ["name"] = Text, ["uid"] = Text, ["src_url"] = Text }, ["name", "uid"]),
        ["resource_details"] = new(new() { ["uid"] = Text, ["name"] = Text, ["type"] = Text, ["region"] = Text }, ["name", "uid"]),
        ["evidences"] = new(new()
        {
            ["api"] = One("api"),
            ["actor"] = One("actor"),
            ["src_endpoint"] = One("network_endpoint"),
            ["http_request"] = One("http_request"),
            ["resources"] = Many("resource_details"),
            ["container"] = One("container"),
        }, ["actor", "api", "resources", "src_endpoint"]),
        ["api"] = new(new() { ["operation"] = new(Required: true), ["service"] = One("service") }),
        ["service"] = new(new() { ["name"] = Text, ["uid"] = Text }, ["name", "uid"]),
        ["actor"] = new(new() { ["user"] = One("user") }, ["user"]),
        ["user"] = new(new() { ["name"] = Text, ["uid"] = Text, ["email_addr"] = Text, ["credential_uid"] = Text }, ["name", "uid"]),
        ["network_endpoint"] = new(new() { ["ip"] = new(Kind.Address) }, ["ip"]),
        ["http_request"] = new(new() { ["user_agent"] = Text }),
        ["container"] = new(new() { ["name"] = Text, ["uid"] = Text, ["image"] = One("image"), ["hash"] = One("fingerprint") }, ["name", "uid"]),
        ["image"] = new(new() { ["uid"] = new(Required: true), ["name"] = Text, ["tag"] = Text }),
        ["fingerprint"] = new(new() { ["algorithm"] = Text, ["algorithm_id"] = Id(0, 1, 2, 3, 4, 5, 6, 7, 99), ["value"] = new(Required: true) }),
        ["observable"] = new(new() { ["type_id"] = Id(0, 1, 2, 4, 5, 6, 8, 10, 16, 27, 99), ["type"] = Text, ["name"] = Text, ["value"] = Text }),
        ["cloud"] = new(new() { ["provider"] = new(Required: true), ["account"] = One("account"), ["org"] = One("organization"), ["project_uid"] = Text, ["region"] = Text }),
        ["account"] = new(new() { ["uid"] = Text, ["name"] = Text, ["type_id"] = new(Kind.Whole, Among: [0, 5, 11, 99]), ["type"] = Text }, ["name", "uid"]),
        ["organization"] = new(new() { ["uid"] = Text, ["name"] = Text }, ["name", "uid"]),
        ["remediation"] = new(new() { ["desc"] = new(Required: true), ["references"] = Texts }),
    };

    /// <summary>What is wrong, each with its path; empty where nothing is.</summary>
    public static List<string> Faults(JsonElement finding)
    {
        var faults = new List<string>();
        Check(finding, "detection_finding", "$", faults);
        return faults;
    }

    /// <summary>The paths of all that is required in an object, by the rules.</summary>
    public static IEnumerable<string[]> Required(string shape = "detection_finding") => Shapes[shape].Attributes.SelectMany(each => each.Value switch
    {
        { Required: true, Object: { } inner } => [[each.Key], .. Required(inner).Select(path => (string[])[each.Key, .. path])],
        { Required: true } => [[each.Key]],
        { Object: { } inner, Array: false } => Required(inner).Select(path => (string[])[each.Key, .. path]),
        { Object: { } inner } => Required(inner).Select(path => (string[])[each.Key, "0", .. path]),
        _ => Enumerable.Empty<string[]>(),
    });

    static void Check(JsonElement value, string shape, string path, List<string> faults)
    {
        if (value.ValueKind is not JsonValueKind.Object)
        {
            faults.Add($"{path} is no object.");
            return;
        }

        var rules = Shapes[shape];
        foreach (var missing in rules.Attributes.Where(each => each.Value.Required && !value.TryGetProperty(each.Key, out _))) faults.Add($"{path}.{missing.Key} is missing.");
        if (rules.AtLeastOne is { } some && !some.Any(key => value.TryGetProperty(key, out _))) faults.Add($"{path} has none of {string.Join(", ", some)}.");

        foreach (var each in value.EnumerateObject())
        {
            if (!rules.Attributes.TryGetValue(each.Name, out var rule)) faults.Add($"{path}.{each.Name} is not in {shape}.");
            else if (!rule.Array) CheckOne(each.Value, rule, $"{path}.{each.Name}", faults);
            else if (each.Value.ValueKind is not JsonValueKind.Array) faults.Add($"{path}.{each.Name} is no array.");
            else foreach (var item in each.Value.EnumerateArray()) CheckOne(item, rule, $"{path}.{each.Name}[]", faults);
        }
    }

    static void CheckOne(JsonElement value, Attribute rule, string path, List<string> faults)
    {
        if (rule.Object is { } inner)
        {
            Check(value, inner, path, faults);
            return;
        }

        var fits = rule.Kind switch
        {
            Kind.Text => value.ValueKind is JsonValueKind.String && value.GetString() != "",
            Kind.Whole => value.ValueKind is JsonValueKind.Number && value.TryGetInt32(out var number) && rule.Among!.Contains(number),
            Kind.Time => value.ValueKind is JsonValueKind.Number && value.TryGetInt64(out _),
            Kind.Flag => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
            Kind.Address => value.ValueKind is JsonValueKind.String && IPAddress.TryParse(value.GetString(), out _),
            _ => value.ValueKind is JsonValueKind.Object,
        };
        if (!fits) faults.Add($"{path} is {value.GetRawText()}.");
    }

    static Attribute Id(params int[] among) => new(Kind.Whole, Required: true, Among: among);

    static Attribute One(string shape, bool required = false) => new(Object: shape, Required: required);

    static Attribute Many(string shape) => new(Object: shape, Array: true);
}
