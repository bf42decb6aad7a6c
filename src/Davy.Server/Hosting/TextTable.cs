namespace Davy.Server.Hosting;

/// <summary>A table for a person: columns as wide as what stands in them, two blanks apart.</summary>
static class TextTable
{
    /// <summary>Writes it.</summary>
    /// <param name="output">Where it goes.</param>
    /// <param name="rows">The rows, the heading first, each with as many cells; what is in them must be safe for a terminal.</param>
    public static async Task WriteAsync(TextWriter output, IReadOnlyList<string[]> rows)
    {
        var widths = Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length)).ToList();
        foreach (var row in rows) await output.WriteLineAsync(string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
    }
}
