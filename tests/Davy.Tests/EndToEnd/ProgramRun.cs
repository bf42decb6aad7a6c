using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Davy.Cli;

namespace Davy.Tests.EndToEnd;

/// <summary>One run of the program, in this process: how it ended and what it said.</summary>
/// <param name="Code">The exit code.</param>
/// <param name="Out">What went to standard output, as bytes.</param>
/// <param name="Error">What went to standard error.</param>
/// <param name="SummaryOrNone">The summary file; null where none was asked for.</param>
sealed record ProgramRun(int Code, byte[] Out, string Error, JsonNode? SummaryOrNone)
{
    /// <summary>Stands in the command line for a summary file, which is read and taken away again.</summary>
    public const string SummaryFile = "SUMMARY-FILE";

    /// <summary>Standard output as text.</summary>
    public string Text => Encoding.UTF8.GetString(Out);

    /// <summary>The summary file.</summary>
    public JsonNode Summary => SummaryOrNone ?? throw new InvalidOperationException("No summary was asked for.");

    /// <summary>Runs the program in a pipe.</summary>
    public static ProgramRun Of(string input, params string[] arguments) => Of(Encoding.UTF8.GetBytes(input), arguments);

    /// <summary>Runs the program in a pipe.</summary>
    public static ProgramRun Of(byte[] input, params string[] arguments) => Of(input, isTerminal: false, TimeProvider.System, arguments);

    /// <summary>Runs the program.</summary>
    /// <param name="input">Standard input.</param>
    /// <param name="isTerminal">Whether standard output and error are a terminal.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="arguments">The command line.</param>
    public static ProgramRun Of(byte[] input, bool isTerminal, TimeProvider clock, params string[] arguments)
    {
        var summary = arguments.Contains(SummaryFile) ? Path.GetTempFileName() : null;
        try
        {
            using var output = new MemoryStream();
            using var words = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
            using var error = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
            var code = Program.Run([.. arguments.Select(each => each == SummaryFile ? summary! : each)], new()
            {
                Out = words,
                OpenOut = () => output,
                Error = error,
                OpenIn = () => new MemoryStream(input),
                OutIsTerminal = isTerminal,
                ErrorIsTerminal = isTerminal,
            }, clock);
            return new(code, [.. Encoding.UTF8.GetBytes(words.ToString()), .. output.ToArray()], error.ToString(), summary is null ? null : JsonNode.Parse(File.ReadAllBytes(summary)));
        }
        finally
        {
            if (summary is not null) File.Delete(summary);
        }
    }
}
