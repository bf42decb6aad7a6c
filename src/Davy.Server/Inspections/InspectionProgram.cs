using System.Globalization;
using System.Text;
using Davy.Images;
using Davy.Reports;
using Davy.Server.Hosting;

namespace Davy.Server.Inspections;

/// <summary>Asks <c>davy image inspect</c> for an image, in a confined process.</summary>
/// <param name="options">What the program was told.</param>
sealed class InspectionProgram(ServerOptions options)
{
    const int MostReport = 8 * 1024 * 1024;
    const int LongestComplaint = 300;
    const int Files = 256;
    const int ProcessesBeyond = 256;
    const long Mebibyte = 1024 * 1024;

    InspectionOptions Options => options.Inspection;

    /// <summary>Asks for an image.</summary>
    /// <param name="reference">The image.</param>
    /// <param name="cancel">Ends the process.</param>
    /// <returns>The report, or why there is none.</returns>
    public async Task<InspectionAnswer> AskAsync(ImageReference reference, CancellationToken cancel)
    {
        var result = await Process().RunAsync(Arguments(reference), Environment(reference.Host), cancel);
        if (result.Fault != "") return new(ReadOnlyMemory<byte>.Empty, result.Fault);
        if (result.Code is 0 or 1 or 3 && result.Output.Length > 0) return new(result.Output, "");
        var said = TextSanitizer.Clean(result.Complaint.Split('\n').Select(line => line.Trim()).FirstOrDefault(line => line != "") ?? "it said nothing", LongestComplaint);
        return new(ReadOnlyMemory<byte>.Empty, string.Create(CultureInfo.InvariantCulture, $"The inspection failed with exit code {result.Code}: {said}"));
    }

    /// <summary>Whether the program can be run at all, confined as it will be.</summary>
    /// <param name="cancel">Ends it.</param>
    /// <exception cref="OptionException">It cannot, and why.</exception>
    public async Task CheckAsync(CancellationToken cancel)
    {
        var result = await Process().RunAsync(["image", "inspect", "--help"], Environment(""), cancel);
        if (result is { Fault: "", Code: 0 }) return;
        var why = result.Fault != "" ? result.Fault : $"exit code {result.Code}: {TextSanitizer.Clean(result.Complaint.Trim(), LongestComplaint)}";
        throw new OptionException($"--inspect-program: {Options.Program} cannot be run as 'davy image inspect': {why}");
    }

    ConfinedProcess Process() => new(Options.Program!, new(Options.MemoryMebibytes * Mebibyte, (2 * (long)Options.Timeout.TotalSeconds) + 10, Files, ThreadsOfUser() + ProcessesBeyond), Options.Deadline, MostReport);

    /// <summary>The command line for an image.</summary>
    /// <param name="reference">The image.</param>
    internal IReadOnlyList<string> Arguments(ImageReference reference)
    {
        List<string> words = ["image", "inspect", "--format", "json", "--color", "never", "--timeout", ((int)Options.Timeout.TotalSeconds).ToString(CultureInfo.InvariantCulture)];
        foreach (var file in options.IndicatorFiles) words.AddRange(["--indicators", Path.GetFullPath(file)]);
        foreach (var host in Options.AllowedHosts) words.AddRange(["--allow-host", host]);
        if (Options.Mirror is { } mirror) words.AddRange(["--registry-mirror", mirror]);
        if (Options.Proxy is { } proxy) words.AddRange(["--proxy", proxy]);
        if (Options.AsksForListed) words.Add("--yes");
        if (Options.PlainHttp) words.Add("--plain-http");
        if (!HasLogin(reference.Host)) words.Add("--anonymous");
        return [.. words, "--", reference.ToString()];
    }

    /// <summary>All that the process gets to know: no database, no token, and credentials only where they belong.</summary>
    /// <param name="host">The registry.</param>
    internal Dictionary<string, string> Environment(string host)
    {
        Dictionary<string, string> environment = new(StringComparer.Ordinal)
        {
            // Its own folder is none; it neither writes for debuggers nor into memory that it executes; and it gives up before the kernel ends it.
            ["HOME"] = "/nonexistent",
            ["DOTNET_EnableDiagnostics"] = "0",
            ["DOTNET_EnableWriteXorExecute"] = "0",
            ["DOTNET_GCHeapHardLimit"] = (Options.MemoryMebibytes * Mebibyte * 3 / 4).ToString("X", CultureInfo.InvariantCulture),
            ["DOCKER_CONFIG"] = Options.DockerConfig ?? "/nonexistent",
        };
        foreach (var (name, value) in Options.Inherited) environment[name] = value;
        if (IsGoogles(host) && Options.GoogleCredentials is { } file) environment["GOOGLE_APPLICATION_CREDENTIALS"] = file;
        return environment;
    }

    bool HasLogin(string host) => Options.DockerConfig is not null || (IsGoogles(host) && Options.GoogleCredentials is not null);

    static bool IsGoogles(string host) => host is "gcr.io" || host.EndsWith(".gcr.io", StringComparison.Ordinal) || host.EndsWith("-docker.pkg.dev", StringComparison.Ordinal);

    /// <summary>The kernel counts the threads of a user, not those of a process.</summary>
    static long ThreadsOfUser()
    {
        var mine = LineOf("/proc/self/status", "Uid:");
        long threads = 0;
        foreach (var folder in Directory.EnumerateDirectories("/proc").Where(folder => char.IsAsciiDigit(folder["/proc/".Length])))
        {
            if (mine is not null && LineOf($"{folder}/status", "Uid:") == mine && long.TryParse(LineOf($"{folder}/status", "Threads:"), NumberStyles.None, CultureInfo.InvariantCulture, out var count)) threads += count;
        }

        return threads;
    }

    static string? LineOf(string file, string name)
    {
        try
        {
            return File.ReadLines(file, Encoding.UTF8).FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal))?[name.Length..].Trim();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
