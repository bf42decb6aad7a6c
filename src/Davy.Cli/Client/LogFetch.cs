using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Davy.Google;

namespace Davy.Cli.Client;

/// <summary>
/// Brings Cloud Run's audit logs of many projects into a folder, a file each, so that they can be scanned as files are. Every page is noted once it is written: who is interrupted
/// goes on from there.
/// </summary>
sealed class LogFetch : IDisposable
{
    const int AtOnce = 4;
    const UnixFileMode OnlyOwner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    static readonly TimeSpan Fresh = TimeSpan.FromHours(24);

    readonly string _folder;
    readonly FileStream _lock;
    readonly ConcurrentDictionary<string, FetchState> _states = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<string, GoogleApiException> _failures = new(StringComparer.Ordinal);

    LogFetch(string folder, FileStream held, FetchPlan? plan) => (_folder, _lock, Plan) = (folder, held, plan);

    /// <summary>What is fetched; null where it is not decided yet.</summary>
    public FetchPlan? Plan { get; private set; }

    /// <summary>Where it is kept.</summary>
    public string Folder => _folder;

    /// <summary>How many projects are whole.</summary>
    public int Done => _states.Values.Count(state => state.IsDone);

    /// <summary>How many entries were fetched.</summary>
    public long Entries => _states.Values.Sum(state => state.SystemEvents + state.Activities);

    /// <summary>Projects that could not be read, and why.</summary>
    public IReadOnlyDictionary<string, GoogleApiException> Failures => _failures;

    /// <summary>How far each project was fetched.</summary>
    public IReadOnlyDictionary<string, FetchState> States => _states;

    /// <summary>Opens the folder for what is asked for, with what an earlier attempt left there within a day.</summary>
    /// <param name="cache">The folder for such folders; null for a temporary one.</param>
    /// <param name="asked">What was asked for, in words: the same words find the same folder.</param>
    /// <param name="now">The time.</param>
    /// <exception cref="IOException">Another program uses it, or it cannot be made.</exception>
    public static LogFetch Open(string? cache, string asked, DateTimeOffset now)
    {
        var folder = cache is null
            ? Directory.CreateTempSubdirectory("davy-").FullName
            : Path.Combine(cache, "davy", $"logs-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(asked)).AsSpan(0, 8))}");

        // What was deployed may hold secrets, and who deployed is nobody else's matter.
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
        else Directory.CreateDirectory(folder, OnlyOwner);
        FileStream held;
        try
        {
            held = new(Path.Combine(folder, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException fault)
        {
            throw new IOException($"{folder} is in use: another davy fetches the same logs. ({fault.Message})", fault);
        }

        var plan = FetchJson.Read(Path.Combine(folder, "plan.json"), FetchJson.Default.FetchPlan);
        if (plan is not null && now - plan.Begun < Fresh) return new(folder, held, plan);

        foreach (var file in Directory.EnumerateFiles(folder).Where(file => Path.GetFileName(file) != "lock")) File.Delete(file);
        return new(folder, held, null);
    }

    /// <summary>Decides what is fetched.</summary>
    public void Begin(FetchPlan plan)
    {
        FetchJson.Write(Path.Combine(_folder, "plan.json"), plan, FetchJson.Default.FetchPlan);
        Plan = plan;
    }

    /// <summary>Fetches what is missing. Projects that may not be read are among <see cref="Failures"/> afterwards.</summary>
    /// <param name="logging">Cloud Logging.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="CredentialException">There is no token to be had.</exception>
    public Task RunAsync(CloudLogging logging, CancellationToken cancel) =>
        Parallel.ForEachAsync(Plan!.Projects, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancel }, async (project, stop) =>
        {
            try
            {
                await FetchAsync(logging, project, stop);
            }
            catch (GoogleApiException fault)
            {
                _failures[project] = fault;
            }
        });

    /// <summary>The file of a project.</summary>
    public string FileOf(string project) => Path.Combine(_folder, $"{project.Replace(':', '_')}.jsonl");

    /// <summary>Lets go of the folder.</summary>
    public void Dispose() => _lock.Dispose();

    /// <summary>Lets go of the folder, and takes it away.</summary>
    public void Remove()
    {
        _lock.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    async Task FetchAsync(CloudLogging logging, string project, CancellationToken cancel)
    {
        var note = Path.Combine(_folder, $"{project.Replace(':', '_')}.state.json");
        var state = FetchJson.Read(note, FetchJson.Default.FetchState) ?? new(0, Plan!.Since, 0, 0, false);
        _states[project] = state;
        if (state.IsDone) return;

        await using FileStream file = new(FileOf(project), FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read);
        file.SetLength(Math.Min(state.Bytes, file.Length));
        file.Seek(0, SeekOrigin.End);
        await foreach (var page in logging.PagesAsync(project, state.From, Plan!.Until, cancel))
        {
            foreach (var entry in page.Entries)
            {
                await file.WriteAsync(entry.Json, cancel);
                file.WriteByte((byte)'\n');
            }

            await file.FlushAsync(cancel);
            var systemEvents = page.Entries.Count(entry => entry.IsSystemEvent);
            state = new(file.Length, page.Entries.LastOrDefault(entry => entry.Timestamp != "").Timestamp ?? state.From,
                state.SystemEvents + systemEvents, state.Activities + page.Entries.Count - systemEvents, page.NextToken == "");
            if (page.Entries.Count > 0 || state.IsDone) FetchJson.Write(note, state, FetchJson.Default.FetchState);
            _states[project] = state;
        }
    }
}
