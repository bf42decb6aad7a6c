using Davy.Findings.Filtering;
using Google.Cloud.SecurityCenter.V2;
using Google.Protobuf.Reflection;

namespace Davy.Tests.Conformance;

/// <summary>The library's table of fields, by which filters and masks are read, is that of the messages which are served.</summary>
public sealed class FilterFieldsTests
{
    static readonly (MessageType Ours, MessageDescriptor Theirs)[] Roots =
    [
        (MessageType.Finding, Finding.Descriptor), (MessageType.Resource, ListFindingsResponse.Types.ListFindingsResult.Types.Resource.Descriptor),
        (MessageType.SecurityMarks, SecurityMarks.Descriptor), (MessageType.ExternalSystem, ExternalSystem.Descriptor),
        (MessageType.Source, Source.Descriptor), (MessageType.MuteConfig, MuteConfig.Descriptor), (MessageType.NotificationConfig, NotificationConfig.Descriptor),
    ];

    [Fact]
    public void FieldsAreThoseOfTheMessages()
    {
        HashSet<(string, string)> seen = [];
        List<string> differences = [];
        foreach (var (ours, theirs) in Roots) Compare(ours, theirs, seen, differences);

        Assert.Empty(differences);
        Assert.True(seen.Count > 60, $"only {seen.Count} messages were compared");
    }

    static void Compare(MessageType ours, MessageDescriptor theirs, HashSet<(string, string)> seen, List<string> differences)
    {
        if (!seen.Add((ours.Name, theirs.FullName))) return;

        var fields = theirs.Fields.InFieldNumberOrder().ToDictionary(field => field.Name);
        differences.AddRange(fields.Keys.Except(ours.Fields.Select(field => field.Name)).Select(name => $"{ours.Name}.{name} is not in the table"));
        foreach (var field in ours.Fields)
        {
            if (!fields.TryGetValue(field.Name, out var their))
            {
                differences.Add($"{ours.Name}.{field.Name} is in no message");
                continue;
            }

            var what = $"{ours.Name}.{field.Name}";
            if (field.JsonName != their.JsonName) differences.Add($"{what} is {their.JsonName} in JSON, not {field.JsonName}");
            if (field.IsMap != their.IsMap || field.IsList != (their.IsRepeated && !their.IsMap)) differences.Add($"{what} is a list or map in one of them only");

            var element = their.IsMap ? their.MessageType.FindFieldByName("value") : their;
            if (!Kinds(element).Contains(field.Kind)) differences.Add($"{what} is {element.FieldType}, not {field.Kind}");
            if (field.Kind is FieldKind.Enum && field.Values.Count > 0 && !field.Values.Order().SequenceEqual(element.EnumType.Values.Select(value => value.Name).Order()))
            {
                differences.Add($"{what} has other values: {string.Join(' ', element.EnumType.Values.Select(value => value.Name))}");
            }

            if (field.Message is { } message && element.FieldType is global::Google.Protobuf.Reflection.FieldType.Message) Compare(message, element.MessageType, seen, differences);
        }
    }

    /// <summary>What the table may say of a field of the wire.</summary>
    static FieldKind[] Kinds(FieldDescriptor field) => field.FieldType switch
    {
        global::Google.Protobuf.Reflection.FieldType.String => [FieldKind.Text, FieldKind.Name],
        global::Google.Protobuf.Reflection.FieldType.Bytes => [FieldKind.Text],
        global::Google.Protobuf.Reflection.FieldType.Enum => [FieldKind.Enum],
        global::Google.Protobuf.Reflection.FieldType.Bool => [FieldKind.Flag],
        global::Google.Protobuf.Reflection.FieldType.Int32 or global::Google.Protobuf.Reflection.FieldType.Int64 => [FieldKind.Whole],
        global::Google.Protobuf.Reflection.FieldType.Double or global::Google.Protobuf.Reflection.FieldType.Float => [FieldKind.Real],
        _ => field.MessageType.FullName switch
        {
            "google.protobuf.Timestamp" => [FieldKind.Time],
            "google.protobuf.Duration" => [FieldKind.Text],
            "google.protobuf.Value" or "google.protobuf.Struct" => [FieldKind.Value],
            _ => [FieldKind.Message],
        },
    };
}
