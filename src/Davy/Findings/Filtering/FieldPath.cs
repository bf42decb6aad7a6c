namespace Davy.Findings.Filtering;

/// <summary>The way to a field: from the finding, its resource, or the element of a list, down through fields and keys of maps.</summary>
/// <remarks>Two paths are equal where they are written alike in snake_case and start at the same place.</remarks>
public sealed class FieldPath : IEquatable<FieldPath>
{
    /// <summary>Where the way starts.</summary>
    public required FieldRoot Root { get; init; }

    /// <summary>The way as a filter writes it, in snake_case, for example <c>security_marks.marks.team</c>.</summary>
    public required string Text { get; init; }

    /// <summary>Each step of the way; none for the element itself.</summary>
    public required IReadOnlyList<FieldStep> Steps { get; init; }

    /// <summary>What is at its end; of a list or map, what each element holds.</summary>
    public required FieldKind Kind { get; init; }

    /// <summary>The field at its end; null where that is the value of a key, or the element itself.</summary>
    public FieldType? Last => Steps is [.., { Field: { } last }] ? last : null;

    /// <summary>The values that an enum at its end may have, the one for "not set" first; empty where they are not listed.</summary>
    public required IReadOnlyList<string> Values { get; init; }

    /// <summary>The fields of the objects at its end; null where there are none.</summary>
    public MessageType? Message { get; init; }

    /// <summary>Whether one list or more is on the way, or at its end: then the finding may have many values, and one that matches is enough.</summary>
    public bool IsMany => Steps.Any(step => step.Field is { IsList: true });

    /// <summary>Whether text is compared without regard to ASCII case: Security Command Center says so of marks, keys and values.</summary>
    public bool IgnoresCase => Steps is [.., { IgnoresCase: true }];

    /// <summary>The path for an error, which shows no key that is not plain.</summary>
    internal string Shown => Text.Length <= 80 && !Text.Contains('"') ? Text : "the field";

    /// <inheritdoc/>
    public bool Equals(FieldPath? other) => other is not null && Root == other.Root && Text == other.Text;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as FieldPath);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Root, Text);

    /// <summary>The way as a filter writes it.</summary>
    /// <returns>For example <c>access.caller_ip</c>.</returns>
    public override string ToString() => Text;
}

/// <summary>Where a path starts.</summary>
public enum FieldRoot
{
    /// <summary>At the finding.</summary>
    Finding,

    /// <summary>At the resource that the finding is about.</summary>
    Resource,

    /// <summary>At the element of the list that the <c>contains</c> around it names.</summary>
    Element,
}

/// <summary>One step of a path.</summary>
public sealed class FieldStep
{
    FieldStep(string name) => Name = name;

    /// <summary>A field; null where the step is a key of a map.</summary>
    public FieldType? Field { get; private init; }

    /// <summary>The name of the JSON member: a field's in camelCase, or the key (in lower case where case is ignored).</summary>
    public string Name { get; }

    /// <summary>Whether the key is compared without regard to ASCII case.</summary>
    public bool IgnoresCase { get; private init; }

    /// <summary>A step to a field.</summary>
    /// <param name="field">The field.</param>
    /// <returns>The step.</returns>
    public static FieldStep To(FieldType field) => new(field.JsonName) { Field = field };

    /// <summary>A step to the value of a key.</summary>
    /// <param name="key">The key.</param>
    /// <param name="ignoringCase">Whether ASCII case is ignored.</param>
    /// <returns>The step.</returns>
    public static FieldStep ToKey(string key, bool ignoringCase) =>
        new(ignoringCase ? AsciiCase.Lower(key) : key) { IgnoresCase = ignoringCase };
}
