namespace Davy.Logs;

/// <summary>Cuts inputs into parts: a large file whose records can be told into many, every other input into one.</summary>
/// <param name="limits">What a record may be.</param>
/// <param name="partBytes">How long a part is, in bytes.</param>
sealed class PartPlan(ReadLimits limits, long partBytes)
{
    /// <summary>How long a part mostly is: long enough that opening the file again does not count, short enough that what waits takes little memory.</summary>
    public const long UsualBytes = 4 << 20;

    /// <summary>Whether an input is long enough to be cut.</summary>
    public bool IsLong(LogInput input) => input.IsRereadable && input.Length >= 2 * partBytes;

    /// <summary>The parts of an input.</summary>
    /// <param name="input">The input.</param>
    public IEnumerable<LogPart<T>> PartsOf<T>(LogInput input)
        where T : struct
    {
        var kind = IsLong(input) ? RecordKind.Of(input, limits) : null;
        var count = kind is null ? 1 : input.Length!.Value / partBytes;
        for (long part = 0; part < count; part++) yield return new(input, part * partBytes, part == count - 1 ? long.MaxValue : (part + 1) * partBytes, kind);
    }
}
