namespace Davy.Findings.Filtering;

/// <summary>What a field holds; it decides which operators and values it takes.</summary>
public enum FieldKind
{
    /// <summary>Text.</summary>
    Text,

    /// <summary>A resource's name: text in which <c>/locations/global</c> means nothing.</summary>
    Name,

    /// <summary>One of the names of an enum.</summary>
    Enum,

    /// <summary>A whole number of at most 64 bits; protobuf's JSON form writes it as a number or as text.</summary>
    Whole,

    /// <summary>A number with fraction, as IEEE 754 double.</summary>
    Real,

    /// <summary>True or false.</summary>
    Flag,

    /// <summary>A moment; 1970-01-01T00:00:00Z stands for "never", and counts as not set.</summary>
    Time,

    /// <summary>Any JSON value, below <c>source_properties</c>.</summary>
    Value,

    /// <summary>An object with fields of its own.</summary>
    Message,
}
