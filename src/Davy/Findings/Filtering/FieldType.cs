namespace Davy.Findings.Filtering;

/// <summary>A field of a message.</summary>
public sealed class FieldType
{
    /// <summary>Its name in snake_case, as protobuf has it.</summary>
    public required string Name { get; init; }

    /// <summary>Its name in camelCase, as the JSON form has it.</summary>
    public string JsonName => field ??= Camel(Name);

    /// <summary>What it holds; of a list or map, what each element holds.</summary>
    public required FieldKind Kind { get; init; }

    /// <summary>Whether it is a list.</summary>
    public bool IsList { get; init; }

    /// <summary>Whether it is a map by text.</summary>
    public bool IsMap { get; init; }

    /// <summary>The values of an enum, the one for "not set" first; empty for other kinds, and for enums too long to list.</summary>
    public IReadOnlyList<string> Values { get; init; } = [];

    /// <summary>The fields of an object; null for other kinds.</summary>
    public MessageType? Message { get; init; }

    static string Camel(string snake) =>
        string.Concat(snake.Split('_').Select((word, index) => index == 0 ? word : char.ToUpperInvariant(word[0]) + word[1..]));
}
