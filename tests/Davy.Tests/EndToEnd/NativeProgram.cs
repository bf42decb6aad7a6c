using System.Text;

namespace Davy.Tests.EndToEnd;

/// <summary>The native program, as <c>dotnet publish src/Davy.Cli -c Release</c> makes it: the file that the environment variable DAVY_PROGRAM names.</summary>
static class NativeProgram
{
    // RS0030: a test may be told where a program is; the library may not.
#pragma warning disable RS0030
    static readonly string? Named = Environment.GetEnvironmentVariable("DAVY_PROGRAM");
#pragma warning restore RS0030

    /// <summary>The file; skips the test where none is named.</summary>
    public static string File()
    {
        Assert.SkipWhen(string.IsNullOrEmpty(Named), "needs DAVY_PROGRAM, the path of the native program");
        return Named!;
    }

    /// <summary>Runs a program to its end.</summary>
    /// <param name="program">The program.</param>
    /// <param name="input">Standard input.</param>
    /// <param name="arguments">The command line.</param>
    public static (int Code, string Out, string Error) Run(string program, string input, params string[] arguments)
    {
        using var process = BuiltProgram.Start(program, arguments);
        try
        {
            process.In.Write(Encoding.UTF8.GetBytes(input));
            process.In.Close();
        }
        catch (IOException)
        {
            // It ended without reading all of it, as it may.
        }

        return process.End();
    }
}
