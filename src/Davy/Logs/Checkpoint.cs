namespace Davy.Logs;

/// <summary>A place between the records of a text, and all that is known there: whoever knows it can read on as if he had read all that stands before.</summary>
/// <param name="At">The offset of the next record.</param>
/// <param name="Line">The line on which it begins. Below zero where it is counted from a place whose line is not known yet: see <see cref="UnknownLine"/>.</param>
/// <param name="BeginsLine">Whether nothing but white space stands before it on its line.</param>
/// <param name="Indentation">How much white space that is.</param>
/// <param name="IsInArray">Whether it is an element of an array.</param>
/// <param name="IsElementDue">Whether an element must follow.</param>
/// <param name="Array">Where the array began, or the last one.</param>
readonly record struct Checkpoint(long At, long Line, bool BeginsLine, int Indentation, bool IsInArray, bool IsElementDue, (long Line, long Byte) Array)
{
    /// <summary>The first line of a stretch that is read before those in front of it: the lines below zero that follow are put right when it is known.</summary>
    public const long UnknownLine = -1L << 40;

    /// <summary>The beginning of a text.</summary>
    public static Checkpoint Beginning { get; } = new(0, 1, true, 0, false, false, default);

    /// <summary>The same place, with the lines that were counted from an unknown one put right.</summary>
    /// <param name="first">The line that <see cref="UnknownLine"/> was.</param>
    public Checkpoint WithLines(long first) => this with { Line = LineOf(Line, first), Array = (LineOf(Array.Line, first), Array.Byte) };

    /// <summary>A line put right.</summary>
    public static long LineOf(long line, long first) => line < 0 ? line - UnknownLine + first : line;

    /// <summary>Whether reading goes on alike from here and there, but for the numbers of lines.</summary>
    public bool IsLike(Checkpoint other) => this with { Line = other.Line } == other;
}
