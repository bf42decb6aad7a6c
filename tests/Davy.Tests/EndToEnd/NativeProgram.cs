using System.Diagnostics;
using System.Text;

namespace Davy.Tests.EndToEnd;

/// <summary>The native program, as <c>dotnet publish src/Davy.Cli -c Release</c> makes it: the file that the environment variable DAVY_PROGRAM names.</summary>
static class NativeProgram
{
    static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

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
        using var process = new Process
        {
            StartInfo = new(program, arguments)
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
                StandardOutputEncoding = Encoding.UTF8,
                StandardErrorEncoding = Encoding.UTF8,
            },
        };
        process.Start();

        // All three at once: a program that waits for its output to be taken takes no more input.
        var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        var error = process.StandardError.ReadToEndAsync(CancellationToken.None);
        try
        {
            process.StandardInput.Write(input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended without reading all of it, as it may.
        }

        var ended = process.WaitForExit(Longest);
        if (!ended) process.Kill();
        Assert.True(ended, $"{program} did not end within {Longest}.");
        return (process.ExitCode, output.GetAwaiter().GetResult(), error.GetAwaiter().GetResult());
    }
}
