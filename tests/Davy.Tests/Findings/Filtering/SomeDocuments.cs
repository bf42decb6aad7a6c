using System.Text.Encodings.Web;
using System.Text.Json.Nodes;
using Davy.Findings.Filtering;

namespace Davy.Tests.Findings.Filtering;

/// <summary>Generated findings with their resources, in protobuf's canonical JSON form: of every field of the table, from few values, so that filters meet them.</summary>
sealed class SomeDocuments(Random random)
{
    /// <summary>Texts with what breaks a comparison or a quotation: case beyond ASCII, composed letters, characters beyond the first plane, wildcards, quotes.</summary>
    public static readonly string[] Texts =
    [
        "alpha", "Alpha", "ALPHA", "a", "alp", "Execution: Cryptomining Docker Image", "crypto", "straße", "STRASSE", "É", "é", "e\u0301", "İstanbul", "i\u0307stanbul",
        "日本語", "本", "🪔 lamp", "🪔", "100%", "100", "a_b", "a'b", "a\"b", "a\\b", "it''s", "%", "_", "*", " ", " alpha ", "\t", "line\nbreak", "true", "null", "7", "-7",
        "$.a", "[0]", "{}", "[]", "{\"a\":1}", "'; DROP TABLE findings; --", "10.0.0.1", "10.0.0.255", "10.1.2.3", "192.0.2.7", "010.0.0.1", "10.0.0", "10..0.1", "256.0.0.1",
        "::1", "/locations/global", "NaN", "\u007f", "\ufffd", "\ufeff",
    ];

    public static readonly string[] Names =
    [
        "organizations/1/sources/2/findings/a", "organizations/1/sources/2/locations/global/findings/a", "projects/p/sources/2", "organizations/1/sources/2/locations/eu/findings/a",
        "folders/7/sources/2/locations/global/findings/a", "projects/p/sources/2/findings/b", "organizations/1/sources/3/findings/a",
    ];

    public static readonly string[] Times =
    [
        "1970-01-01T00:00:00Z", "2025-05-06T01:05:31Z", "2025-05-06T01:05:31.417Z", "2025-05-06T01:05:31.417999Z", "2025-05-06T01:05:31.417999001Z", "1969-12-31T23:59:59Z",
        "2026-01-31T12:00:00Z", "2026-01-31T12:00:00.500Z", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z",
    ];

    public static readonly long[] Wholes = [1, 2, 7, -7, 80, 443, int.MaxValue, long.MaxValue, long.MinValue, 9_007_199_254_740_993];

    public static readonly double[] Reals = [0.5, 1, 7, 7.25, -0.1, 1e-9, 1e20, 100];

    public static readonly string[] Keys = ["team", "Team", "TEAM", "a-b", "1st", "x", "properties", "severity"];

    static readonly string[] Usual = ["name", "parent", "category", "state", "severity", "mute", "event_time", "create_time", "access", "security_marks", "source_properties"];

    static readonly System.Text.Json.JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A finding and its resource.</summary>
    public (string Finding, string Resource) Next()
    {
        var finding = Message(MessageType.Finding, 0, field => Usual.Contains(field.Name) ? 0.75 : 0.08);
        var resource = Message(MessageType.Resource, 0, _ => 0.5);

        // Both ways to write a character in JSON must mean the same.
        return random.Next(2) == 0 ? (finding.ToJsonString(), resource.ToJsonString()) : (finding.ToJsonString(Plain), resource.ToJsonString(Plain));
    }

    JsonObject Message(MessageType type, int depth, Func<FieldType, double> chance)
    {
        var json = new JsonObject();
        foreach (var field in type.Fields)
        {
            if (depth > 5 || random.NextDouble() > chance(field)) continue;
            if (Field(field, depth) is { } value) json[field.JsonName] = value;
        }

        return json;
    }

    JsonNode? Field(FieldType field, int depth)
    {
        if (field.IsMap)
        {
            var map = new JsonObject();
            for (var count = random.Next(1, 4); count > 0; count--) map[Pick(Keys)] = Value(field, depth, set: false);
            return map;
        }

        if (!field.IsList) return Value(field, depth, set: true);

        var list = new JsonArray();
        for (var count = random.Next(1, 4); count > 0; count--) list.Add(Value(field, depth, set: false));
        return list;
    }

    /// <summary>A value; where it is not in a list, the canonical form leaves the default out.</summary>
    JsonNode? Value(FieldType field, int depth, bool set) => field.Kind switch
    {
        FieldKind.Text => random.Next(set ? 1 : 0, 12) == 0 ? "" : Pick(Texts),
        FieldKind.Name => Pick(Names),
        FieldKind.Enum => field.Values.Count == 0 ? Pick(["DEPLOY_CONTAINER", "RESOURCE_HIJACKING"]) : Pick(field.Values.Skip(set ? 1 : 0).ToArray()),
        FieldKind.Whole => Whole(field, Pick(Wholes)),
        FieldKind.Real => random.Next(10) == 0 ? Pick(["NaN", "Infinity", "-Infinity"]) : Pick(Reals),
        FieldKind.Flag => true,
        FieldKind.Time => Pick(Times),
        FieldKind.Value => Any(0),
        _ => Message(field.Message!, depth + 1, _ => 0.6),
    };

    /// <summary>The JSON form writes 64 bits as text and 32 bits as a number; the table does not tell them apart, nor does a filter.</summary>
    static JsonNode Whole(FieldType field, long value) =>
        field.Name is "destination_port" or "source_port" or "error_code" && value is <= int.MaxValue and >= int.MinValue ? value : value.ToString(System.Globalization.CultureInfo.InvariantCulture);

    JsonNode? Any(int depth)
    {
        switch (random.Next(depth > 3 ? 6 : 9))
        {
            case 0: return null;
            case 1: return random.Next(2) == 0;
            case 2: return Pick(Reals);
            case 3: return random.Next(10);
            case 4 or 5: return Pick(Texts);
            case 6:
                var list = new JsonArray();
                for (var count = random.Next(4); count > 0; count--) list.Add(Any(depth + 1));
                return list;
            default:
                var map = new JsonObject();
                for (var count = random.Next(4); count > 0; count--) map[Pick(Keys)] = Any(depth + 1);
                return map;
        }
    }

    T Pick<T>(T[] from) => from[random.Next(from.Length)];
}
