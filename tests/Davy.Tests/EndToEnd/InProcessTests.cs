using System.Globalization;
using System.Text;
using Davy.Cli;

namespace Davy.Tests.EndToEnd;

/// <summary>The program, run in the process of the tests.</summary>
public sealed class InProcessTests : ProgramTests
{
    /// <inheritdoc/>
    protected override (int Code, string Out, string Error) Run(string input, params string[] arguments)
    {
        using var output = new MemoryStream();
        using var words = new StringWriter(CultureInfo.InvariantCulture);
        using var error = new StringWriter(CultureInfo.InvariantCulture);
        var code = Program.Run(arguments, new()
        {
            Out = words,
            OpenOut = () => output,
            Error = error,
            OpenIn = () => new MemoryStream(Encoding.UTF8.GetBytes(input)),
        }, TimeProvider.System);
        return (code, words + Encoding.UTF8.GetString(output.ToArray()), error.ToString());
    }
}
