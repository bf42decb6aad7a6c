using System.Diagnostics;
using System.Text;

namespace Davy.Tests.EndToEnd;

/// <summary>The program as it was built, run as a process of its own.</summary>
sealed class BuiltProgram : IDisposable
{
    /// <summary>Far more than anything here takes; what is still running then is ended.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    readonly Process _process;
    readonly Task<string> _out;
    readonly Task<string> _error;

    BuiltProgram(Process process)
    {
        _process = process;
        _out = process.StandardOutput.ReadToEndAsync();
        _error = process.StandardError.ReadToEndAsync();
    }

    /// <summary>The executable that stands beside the tests.</summary>
    public static string Executable { get; } = Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "Davy.Cli.exe" : "Davy.Cli");

    public int Id => _process.Id;

    public Stream In => _process.StandardInput.BaseStream;

    /// <summary>The most memory that the process was seen to hold while <see cref="End"/> waited for it, in bytes.</summary>
    public long PeakBytes { get; private set; }

    /// <summary>Starts the program.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="environment">Variables to set beside those of this process.</param>
    public static BuiltProgram Start(IEnumerable<string> arguments, params IEnumerable<(string Name, string Value)> environment) => Start(Executable, arguments, environment);

    /// <summary>Starts another program, which may start this one.</summary>
    /// <param name="program">Its name or path.</param>
    /// <param name="arguments">The command line.</param>
    /// <param name="environment">Variables to set beside those of this process.</param>
    public static BuiltProgram Start(string program, IEnumerable<string> arguments, params IEnumerable<(string Name, string Value)> environment)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };

        // The program must find the runtime that runs these tests: <root>/shared/Microsoft.NETCore.App/<version>/.
        start.Environment["DOTNET_ROOT"] = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "..", "..", ".."));
        foreach (var (name, value) in environment) start.Environment[name] = value;
        var process = new Process { StartInfo = start };
        process.Start();
        return new(process);
    }

    /// <summary>Waits for the end of the process.</summary>
    /// <returns>Exit code, standard output, standard error.</returns>
    public (int Code, string Out, string Error) End()
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!_process.WaitForExit(20) && !patience.IsCancellationRequested)
        {
            try
            {
                _process.Refresh();
                PeakBytes = Math.Max(PeakBytes, _process.PeakWorkingSet64);
            }
            catch (InvalidOperationException)
            {
                // It has ended meanwhile.
            }
        }

        Assert.True(_process.HasExited, "The program does not end.");
        return (_process.ExitCode, _out.GetAwaiter().GetResult(), _error.GetAwaiter().GetResult());
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.Dispose();
    }
}
