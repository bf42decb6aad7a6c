using System.Diagnostics;
using System.Runtime.CompilerServices;
using Davy.Storage;
using Microsoft.Data.Sqlite;

namespace Davy.Tests.Storage;

/// <summary>
/// A migration that is killed at any write, sync or truncation leaves a database that the next start completes. A child process migrates under strace, which kills it at
/// its Nth call of a kind (https://strace.io): SQLite's own way of testing, but on the real kernel.
/// </summary>
public sealed class MigrationCrashTests
{
    const string Variable = "DAVY_TEST_MIGRATE";
    const int FewestPoints = 60;

    static readonly string[] Calls = ["pwrite64", "fsync", "fdatasync", "ftruncate", "unlink", "openat", "fcntl"];

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AMigrationThatIsKilledAnywhereIsCompletedByTheNextStart()
    {
        var folder = Directory.CreateTempSubdirectory("davy-crash-").FullName;
        try
        {
            Assert.SkipUnless(await CanTraceAsync(folder), "needs strace, and the right to trace");
            var whole = await FormAsync(await MigratedAsync(Path.Combine(folder, "whole.db")));

            var points = await PointsAsync(folder);
            Assert.True(points.Count >= FewestPoints, $"Only {points.Count} points were found.");

            var (killed, unfinished) = (0, 0);
            foreach (var (call, number) in points)
            {
                var file = Path.Combine(folder, $"{call}-{number}.db");
                var (code, _) = await MigrateAsync(folder, file, "-e", $"trace={call}", "-e", $"inject={call}:signal=KILL:when={number}");
                if (code != 0) killed++;
                if (code != 0 && await FormAsync(file) != whole) unfinished++;

                await MigratedAsync(file);
                Assert.True(whole == await FormAsync(file), $"killed at {call} {number}: the form is another");
                Assert.Equal("ok", await AskAsync(file, "PRAGMA integrity_check"));
                Assert.Equal((long)Migrations.Newest, await AskAsync(file, "SELECT max(number) FROM migrations"));
            }

            // Killed it must have been, and in the midst of the work, else nothing is shown.
            Assert.True(killed >= FewestPoints, $"Only {killed} of {points.Count} runs were killed.");
            Assert.True(unfinished >= killed / 2, $"Only {unfinished} of {killed} runs were killed before their work was done.");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>The child: this program, told by a variable to migrate a file and to do nothing else.</summary>
#pragma warning disable CA2255 // The tests are a program, and this is the way to come before its test runner.
    [ModuleInitializer]
#pragma warning restore CA2255
    internal static void MigrateIfAsked()
    {
#pragma warning disable RS0030 // A child process is told by a variable.
        var file = Environment.GetEnvironmentVariable(Variable);
#pragma warning restore RS0030
        if (string.IsNullOrEmpty(file)) return;

        MigratedAsync(file).GetAwaiter().GetResult();
        Environment.Exit(0);
    }

    static async Task<string> MigratedAsync(string file)
    {
        await using Database database = new(DatabaseKind.Sqlite, SqliteFactory.Instance.CreateDataSource(DatabaseOptions.Parse(file, "/").ConnectionString + ";Pooling=False"));
        await Migrations.RunAsync(database, TimeProvider.System, CancellationToken.None);
        return file;
    }

    static async Task<object?> AskAsync(string file, string query)
    {
        await using SqliteConnection connection = new($"Data Source={file};Pooling=False");
        await connection.OpenAsync(Cancel);
        await using var command = connection.Command(query);
        return await command.ExecuteScalarAsync(Cancel);
    }

    static async Task<string> FormAsync(string file) =>
        File.Exists(file) ? (await AskAsync(file, "SELECT coalesce(group_concat(sql, ';'), '') FROM (SELECT sql FROM sqlite_master ORDER BY type, name)"))!.ToString()! : "";

    static async Task<bool> CanTraceAsync(string folder)
    {
        try
        {
            return (await MigrateAsync(folder, Path.Combine(folder, "trial.db"), "-e", "trace=fsync")).Code == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    /// <summary>Where to kill: calls that touch the database's files, evenly over all that one run makes, each kind in its share.</summary>
    static async Task<List<(string Call, int Number)>> PointsAsync(string folder)
    {
        var file = Path.Combine(folder, "counted.db");
        var (_, log) = await MigrateAsync(folder, file, "-y", "-e", $"trace={string.Join(',', Calls)}");

        List<(string Call, int Number)> all = [];

        // strace counts the calls of each thread apart.
        Dictionary<(string Thread, string Call), int> counts = [];
        foreach (var line in log.Split('\n'))
        {
            var call = Calls.FirstOrDefault(name => line.Contains($" {name}(", StringComparison.Ordinal));
            if (call is null) continue;
            var thread = line[..line.IndexOf(' ', StringComparison.Ordinal)];
            var number = counts[(thread, call)] = counts.GetValueOrDefault((thread, call)) + 1;
            if (line.Contains("counted.db", StringComparison.Ordinal)) all.Add((call, number));
        }

        const int Most = 72;
        return all.Count <= Most ? all : [.. Enumerable.Range(0, Most).Select(place => all[place * all.Count / Most])];
    }

    static async Task<(int Code, string Log)> MigrateAsync(string folder, string file, params string[] arguments)
    {
        var log = Path.Combine(folder, "strace.log");
        string[] all = ["-f", "-qq", "-o", log, .. arguments, "-E", $"{Variable}={file}", Environment.ProcessPath!];
        using Process process = new() { StartInfo = new("strace", all) { RedirectStandardOutput = true, RedirectStandardError = true } };
        process.Start();
        var said = process.StandardOutput.ReadToEndAsync(Cancel);
        await process.StandardError.ReadToEndAsync(Cancel);
        await said;
        await process.WaitForExitAsync(Cancel);
        return (process.ExitCode, File.Exists(log) ? await File.ReadAllTextAsync(log, Cancel) : "");
    }
}
