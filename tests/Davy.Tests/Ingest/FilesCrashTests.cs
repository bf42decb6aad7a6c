using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Davy.Storage;
using Davy.Tests.EndToEnd;
using Davy.Tests.Storage;

namespace Davy.Tests.Ingest;

/// <summary>davyd is killed again and again while it follows a log that is written and rotated: at the end all of it is kept, and nothing twice.</summary>
public sealed class FilesCrashTests : IDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    static readonly int Kills = TestLength.Of(whole: 20, quick: 1);
    static readonly int Lines = TestLength.Of(whole: 100_000, quick: 1_500);

    readonly TemporaryFolder _folder = new();

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.PostgreSql)]
    public async Task NothingIsLostAndNothingTwiceWheneverItIsKilled(DatabaseKind kind)
    {
        await using var database = await TestDatabase.MigratedAsync(kind, Cancel);
        var logs = Directory.CreateDirectory(_folder.File("logs")).FullName;
        var config = _folder.File("davyd.json");
        await File.WriteAllTextAsync(config, $$"""{"sources": [{"name": "logs", "kind": "files", "paths": [{{JsonSerializer.Serialize(logs)}}]}]}""", Cancel);

        var (events, bad, killedWithin) = (0, 0, 0);
        for (var kill = 0; kill < Kills; kill++)
        {
            using var program = Start(config, database);
            var before = await database.CountAsync("findings", Cancel);
            var first = events;
            for (var line = 0; line < Lines / Kills; line++)
            {
                // The writer flushes where it likes, and rotates now and then.
                SomeLines.Append(Path.Combine(logs, "app.json"), (line % 20) switch { 0 => SomeLines.Event(events++), 7 when bad < 5_000 => SomeLines.Bad(bad++), _ => SomeLines.Other(line) });
                if (line % 700 == 699) File.Move(Path.Combine(logs, "app.json"), Path.Combine(logs, $"app.json.{kill}-{line}"));
            }

            // At another moment each time: when it has begun with these, and when it is almost through.
            var until = before + 1 + ((events - first) * kill / (Kills + 1));
            await StartedDavyd.UntilAsync(program, async () => await database.CountAsync("findings", Cancel) >= until, Patience);
            using var process = Process.GetProcessById(program.Id);
            process.Kill();
            await process.WaitForExitAsync(Cancel);
            if (await database.CountAsync("findings", Cancel) < events) killedWithin++;
        }

        using (var program = Start(config, database))
        {
            // One more, so that all being there shows that this one reads.
            SomeLines.Append(Path.Combine(logs, "app.json"), SomeLines.Event(events++));
            await StartedDavyd.UntilAsync(program, async () => await database.CountAsync("findings", Cancel) == events && await database.CountAsync("rejected_entries", Cancel) == bad, Patience);
            using var terminate = BuiltProgram.Start("kill", ["-TERM", program.Id.ToString(CultureInfo.InvariantCulture)]);
            terminate.End();
            Assert.Equal(0, program.End().Code);
        }

        Assert.Equal(events, await database.CountAsync("findings", Cancel));
        Assert.Equal(bad, await database.CountAsync("rejected_entries", Cancel));
        Assert.Equal(events, await database.CountAsync("findings WHERE CAST(document AS text) LIKE '%\"count\":1,%' OR CAST(document AS text) LIKE '%\"count\": 1,%'", Cancel));
        if (kind is DatabaseKind.Sqlite) Assert.Equal("ok", await database.ScalarAsync("PRAGMA integrity_check", Cancel));
        if (Kills > 1) Assert.True(killedWithin > 0, "It was never killed while there was more to read.");
    }

    BuiltProgram Start(string config, TestDatabase database) => BuiltProgram.Start(
        Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "davyd.exe" : "davyd"),
        ["--config", config, "--data", _folder.File("data"), "--database", database.ConnectionString, "--http-port", "0", "--grpc-port", "0", "--log-level", "Critical"]);
}
