namespace Davy.Images;

/// <summary>Thrown where a file of the user's (a list of indicators, of exceptions, of upstreams, an ancestry) cannot be read as what it should be.</summary>
/// <param name="file">The file, as the user named it.</param>
/// <param name="line">The line, counted from 1; 0 where the fault has no line.</param>
/// <param name="fault">What is wrong with it, in one sentence.</param>
public sealed class UnreadableFileException(string file, int line, string fault)
    : Exception(line > 0 ? $"{file}:{line}: {fault}" : $"{file}: {fault}")
{
    /// <summary>The file, as the user named it.</summary>
    public string File { get; } = file;

    /// <summary>The line, counted from 1; 0 where the fault has no line.</summary>
    public int Line { get; } = line;

    /// <summary>What is wrong with it, in one sentence.</summary>
    public string Fault { get; } = fault;
}
