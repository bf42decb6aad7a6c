using Davy.Logs;

namespace Davy.Findings.Filtering;

/// <summary>What a field is compared with; its type fits the field's kind.</summary>
public abstract record FilterValue
{
    FilterValue() { }

    /// <summary>A text, without half surrogate pairs and U+0000.</summary>
    public sealed record Text(string Value) : FilterValue;

    /// <summary>A whole number.</summary>
    public sealed record Whole(long Value) : FilterValue;

    /// <summary>A finite number.</summary>
    public sealed record Real(double Value) : FilterValue;

    /// <summary>True or false.</summary>
    public sealed record Flag(bool Value) : FilterValue;

    /// <summary>A moment from <see cref="Earliest"/> to <see cref="Latest"/>, what 64 bits of nanoseconds can count.</summary>
    public sealed record Time(Timestamp Value) : FilterValue
    {
        /// <summary>The earliest moment that a filter means; what is before it stands for it.</summary>
        public static Timestamp Earliest { get; } = new(-9_223_372_036, 0);

        /// <summary>The latest moment that a filter means; what is after it stands for it.</summary>
        public static Timestamp Latest { get; } = new(9_223_372_036, 0);

        /// <summary>A moment, brought into the range.</summary>
        /// <param name="moment">The moment.</param>
        /// <returns>It, or the end of the range that is nearer.</returns>
        public static Time Of(Timestamp moment) => new(moment < Earliest ? Earliest : moment > Latest ? Latest : moment);
    }
}
