using System.Collections.Frozen;

namespace Davy.Findings.Filtering;

/// <summary>A message of the v2 API with its fields, found by their names in snake_case and in camelCase.</summary>
public sealed class MessageType
{
    static readonly FrozenDictionary<string, MessageType> All = Load();

    FrozenDictionary<string, FieldType> _fields = FrozenDictionary<string, FieldType>.Empty;

    MessageType(string name) => Name = name;

    /// <summary>The finding.</summary>
    public static MessageType Finding { get; } = All["Finding"];

    /// <summary>The resource that a finding is about.</summary>
    public static MessageType Resource { get; } = All["Resource"];

    /// <summary>The marks of a finding.</summary>
    public static MessageType SecurityMarks { get; } = All["SecurityMarks"];

    /// <summary>A ticket system's view of a finding.</summary>
    public static MessageType ExternalSystem { get; } = All["ExternalSystem"];

    /// <summary>A source of findings.</summary>
    public static MessageType Source { get; } = All["Source"];

    /// <summary>A mute rule.</summary>
    public static MessageType MuteConfig { get; } = All["MuteConfig"];

    /// <summary>A rule about whom to tell.</summary>
    public static MessageType NotificationConfig { get; } = All["NotificationConfig"];

    /// <summary>Its name in the package <c>google.cloud.securitycenter.v2</c>.</summary>
    public string Name { get; }

    /// <summary>Its fields, in the order of their numbers.</summary>
    public IReadOnlyList<FieldType> Fields { get; private set; } = [];

    /// <summary>A field by its name, in snake_case or camelCase.</summary>
    /// <param name="name">The name.</param>
    /// <returns>The field; null where there is none.</returns>
    public FieldType? Field(string name) => _fields.GetValueOrDefault(name);

    /// <inheritdoc/>
    public override string ToString() => Name;

    static FrozenDictionary<string, MessageType> Load()
    {
        var enums = Rows(FindingMessages.Enums).ToDictionary(row => row[0], row => row[1..], StringComparer.Ordinal);
        var rows = Rows(FindingMessages.Messages).ToList();
        var messages = rows.ToDictionary(row => row[0], row => new MessageType(row[0]), StringComparer.Ordinal);
        foreach (var row in rows)
        {
            var message = messages[row[0]];
            message.Fields = [.. row[1..].Select(word => Read(word, messages, enums))];
            message._fields = message.Fields
                .SelectMany(field => new[] { field.Name, field.JsonName }.Distinct().Select(name => KeyValuePair.Create(name, field)))
                .ToFrozenDictionary(StringComparer.Ordinal);
        }

        return messages.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>The lines of a table; an indented one goes on with the one before.</summary>
    static IEnumerable<string[]> Rows(string table) =>
        table.Replace("\n  ", " ", StringComparison.Ordinal).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split([' ', '='], StringSplitOptions.RemoveEmptyEntries));

    static FieldType Read(string word, Dictionary<string, MessageType> messages, Dictionary<string, string[]> enums)
    {
        var colon = word.IndexOf(':', StringComparison.Ordinal);
        var name = colon < 0 ? word : word[..colon];
        var type = colon < 0 ? "" : word[(colon + 1)..].TrimEnd('[', ']', '{', '}');
        return new()
        {
            Name = name,
            Kind = type switch
            {
                "" => FieldKind.Text,
                "name" => FieldKind.Name,
                "enum" => FieldKind.Enum,
                "whole" => FieldKind.Whole,
                "real" => FieldKind.Real,
                "flag" => FieldKind.Flag,
                "time" => FieldKind.Time,
                "value" => FieldKind.Value,
                _ => enums.ContainsKey(type) ? FieldKind.Enum : FieldKind.Message,
            },
            IsList = word.EndsWith("[]", StringComparison.Ordinal),
            IsMap = word.EndsWith("{}", StringComparison.Ordinal),
            Values = enums.GetValueOrDefault(type, []),
            Message = messages.GetValueOrDefault(type),
        };
    }
}
