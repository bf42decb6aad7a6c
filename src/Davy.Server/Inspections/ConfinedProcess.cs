using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Davy.Reports;

namespace Davy.Server.Inspections;

/// <summary>
/// Runs a program in a process of its own that may do little: limits of memory, processor time, files and processes, no file that it can write, an environment of its own, no input, no open
/// files of davyd's. It and all that it starts end with the deadline, with the token, and when davyd dies.
/// </summary>
/// <param name="program">The program.</param>
/// <param name="limits">What it may take.</param>
/// <param name="deadline">How long it may run.</param>
/// <param name="mostOutput">How much it may write, in bytes.</param>
sealed class ConfinedProcess(string program, ConfinedLimits limits, TimeSpan deadline, int mostOutput)
{
    const int MostComplaints = 16 * 1024;
    const int LongestComplaint = 300;

    /// <summary>Runs it.</summary>
    /// <param name="arguments">Its arguments, one by one: no shell reads them.</param>
    /// <param name="environment">Its whole environment.</param>
    /// <param name="cancel">Ends it.</param>
    /// <returns>What it came to.</returns>
    /// <exception cref="OperationCanceledException">It was ended by the token.</exception>
    public async Task<ConfinedResult> RunAsync(IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        TaskCompletionSource<ConfinedResult> done = new(TaskCreationOptions.RunContinuationsAsynchronously);

        // The kernel ends the process when the thread that made it does: so that thread waits for it.
        Thread thread = new(() =>
        {
            try
            {
                done.SetResult(Run(arguments, environment, cancel));
            }
#pragma warning disable CA1031 // The edge of a thread: whatever is thrown here goes to who waits.
            catch (Exception fault)
#pragma warning restore CA1031
            {
                done.SetException(fault);
            }
        })
        { IsBackground = true, Name = "confined process" };
        thread.Start();
        var result = await done.Task;
        cancel.ThrowIfCancellationRequested();
        return result;
    }

    ConfinedResult Run(IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment, CancellationToken cancel)
    {
        var (file, words) = ConfinedStart.CommandLine(limits, program, arguments);
        ProcessStartInfo start = new(file, words) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/" };
        start.Environment.Clear();

        // davyd itself must be found a runtime for, which it gets from nothing else here.
        start.Environment["DOTNET_ROOT"] = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        foreach (var (name, value) in environment) start.Environment[name] = value;

        using Process process = new() { StartInfo = start };
        process.Start();
        var id = process.Id;
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        end.CancelAfter(deadline);
        var kill = end.Token.Register(() => Kill(id));
        process.StandardInput.Close();
        BoundedText output = new(mostOutput), complaints = new(MostComplaints);
        var reading = Task.WhenAll(output.ReadAsync(process.StandardOutput.BaseStream, () => Kill(id)), complaints.ReadAsync(process.StandardError.BaseStream, () => Kill(id)));
        process.WaitForExit();

        // What it started may still hold the pipes. Its own number may be another's from now on; that of its group is not while one of it is left.
        kill.Dispose();
        _ = Native.Kill(-id, Signal.Kill);
        reading.GetAwaiter().GetResult();
        return new(process.ExitCode, output.Bytes, Encoding.UTF8.GetString(complaints.Bytes), FaultOf(process.ExitCode, output, complaints, end.IsCancellationRequested));
    }

    string FaultOf(int code, BoundedText output, BoundedText complaints, bool isLate)
    {
        if (output.IsCut) return string.Create(CultureInfo.InvariantCulture, $"The inspection was ended: it wrote more than {mostOutput} bytes.");
        if (complaints.IsCut) return "The inspection was ended: it complained without an end.";
        if (isLate) return string.Create(CultureInfo.InvariantCulture, $"The inspection was ended: it took longer than {deadline.TotalSeconds:0} seconds.");
        if (code is >= 0 and < 128) return "";

        // .NET tells the signal that ended a process as 128 and its number.
        var said = TextSanitizer.Clean(Encoding.UTF8.GetString(complaints.Bytes).Split('\n').Select(line => line.Trim()).FirstOrDefault(line => line != "") ?? "", LongestComplaint);
        var signal = string.Create(CultureInfo.InvariantCulture, $"The inspection died of signal {code - 128}");
        return said == "" ? $"{signal}." : $"{signal}: {said}";
    }

    static void Kill(int id)
    {
        // Until it has a group of its own there is none of this number.
        _ = Native.Kill(-id, Signal.Kill);
        _ = Native.Kill(id, Signal.Kill);
    }
}

/// <summary>What a confined process came to.</summary>
/// <param name="Code">Its exit code; 128 and the signal's number where one ended it.</param>
/// <param name="Output">What it wrote.</param>
/// <param name="Complaint">What it wrote to standard error: hostile.</param>
/// <param name="Fault">Why it was ended, one sentence; empty where it ended itself.</param>
sealed record ConfinedResult(int Code, byte[] Output, string Complaint, string Fault);

/// <summary>Reads a stream up to a bound.</summary>
/// <param name="most">The bound, in bytes.</param>
sealed class BoundedText(int most)
{
    readonly ArrayBufferWriter<byte> _kept = new();

    /// <summary>What was read.</summary>
    public byte[] Bytes => _kept.WrittenSpan.ToArray();

    /// <summary>Whether there was more.</summary>
    public bool IsCut { get; private set; }

    /// <summary>Reads to the end, or to the bound.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="end">Called at the bound; it must make the stream end.</param>
    public async Task ReadAsync(Stream stream, Action end)
    {
        var buffer = new byte[16 * 1024];
        int read;
        while ((read = await stream.ReadAsync(buffer)) > 0)
        {
            if (IsCut) continue;
            if (_kept.WrittenCount + read > most)
            {
                IsCut = true;
                end();
                continue;
            }

            _kept.Write(buffer.AsSpan(0, read));
        }
    }
}
