using System.Text;
using Davy.Logs;
using Davy.Server.Ingest.Files;

namespace Davy.Tests.Ingest;

/// <summary>
/// A writer, a rotation and a reader in any order, against the known answer: what was written is read, and not once more than that, so that nothing here rests on repetitions being told
/// apart later.
/// </summary>
public sealed class FilesModelTests : IDisposable
{
    static readonly int Lines = TestLength.Of(whole: 100_000, quick: 1_000);
    static readonly int MostInAStep = Lines / TestLength.Of(whole: 50, quick: 20);

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1, "")]
    [InlineData(2, "")]
    [InlineData(3, "*.json")]
    [InlineData(4, "app.json")]
    public async Task WhatIsWrittenIsReadOnceWhateverHappensToTheFile(int seed, string named)
    {
#pragma warning disable CA5394 // Nothing here is a secret.
        Random random = new(seed);
        await using var files = await SomeFiles.StartAsync(_folder.File(named));
        var log = _folder.File("app.json");
        var writer = Append(log);
        var (rotated, events, others, bad, isSeen, steps) = (0, 0, 0, 0, false, 0);
        byte[] rest = [];
        while (events + others + bad < Lines)
        {
            steps++;
            StringBuilder text = new();
            for (var count = random.Next(MostInAStep); count > 0; count--)
            {
                text.Append(random.Next(10) switch { 0 => SomeLines.Event(events++), 1 => SomeLines.Bad(bad++), _ => SomeLines.Other(others++) });
            }

            // Some of the text stays in the writer's buffer, wherever that cuts it off.
            byte[] all = [.. rest, .. Encoding.UTF8.GetBytes(text.ToString())];
            var written = random.Next(2) == 0 ? all.Length : random.Next(all.Length + 1);
            writer.Write(all.AsSpan(0, written));
            writer.Flush();
            rest = all[written..];

            var what = random.Next(6);
            if (what <= 2 || (!isSeen && what > 3))
            {
                await files.LookAsync(random.Next(3));
                isSeen |= new FileInfo(log).Length > 0 && rest.Length == 0;
            }
            else if (what == 3)
            {
                files.Restart();
            }
            else if (what == 4)
            {
                // The writer has the file open and writes to its end, under whatever name.
                File.Move(log, _folder.File($"app.json.{rotated++}"));
                if (random.Next(2) == 0) await files.LookAsync();
                writer.Write(rest);
                writer.Dispose();
                (rest, isSeen, writer) = ([], false, Append(log));
            }
            else
            {
                // Whoever truncates loses what was not read; here that is nothing.
                writer.Write(rest);
                writer.Flush();
                await files.LookAsync();
                writer.Dispose();
                (rest, isSeen) = ([], false);
                if (random.Next(2) == 0) File.Delete(log);
                else await File.WriteAllBytesAsync(log, [], TestContext.Current.CancellationToken);
                writer = Append(log);
            }
        }

        writer.Write(rest);
        writer.Dispose();
        await files.LookAsync();
        files.Restart();
        await files.LookAsync(seconds: 20);

        Assert.Equal(new Observation(events, others, 0, bad, events), files.Came);
        Assert.Equal((long)events, await files.Database.ScalarAsync("SELECT count(*) FROM findings", TestContext.Current.CancellationToken));
        Assert.Equal((long)Math.Min(bad, 10_000), await files.Database.ScalarAsync("SELECT count(*) FROM rejected_entries", TestContext.Current.CancellationToken));
        Assert.True(rotated > 1 && steps > 20, $"{rotated} rotations in {steps} steps are too few to tell.");
#pragma warning restore CA5394
    }

    [Fact]
    public async Task WhereThePlaceIsKeptBeforeTheEntriesTheSameCountFindsTheLoss()
    {
        await using var files = await SomeFiles.StartAsync(_folder.File("app.json"));
        var log = _folder.File("app.json");
        var lost = Encoding.UTF8.GetBytes(SomeLines.Event(1) + SomeLines.Event(2));
        await File.WriteAllBytesAsync(log, lost, TestContext.Current.CancellationToken);
        var identity = FileState.At(log, throughLinks: false)!.Value.Identity;
        using (var file = FileState.Open(log, identity, null)!)
        {
            await files.HastyAsync(identity, LineBlock.Read(file, new() { Path = log }, isSettled: false, ReadLimits.Default)!.Next);
        }

        SomeLines.Append(log, SomeLines.Event(3));
        await files.LookAsync();
        Assert.Equal(new Observation(1, 0, 0, 0, 1), files.Came);
    }

    static FileStream Append(string path) => new(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
}
