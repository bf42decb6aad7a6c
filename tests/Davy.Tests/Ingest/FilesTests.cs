using System.IO.Compression;

namespace Davy.Tests.Ingest;

/// <summary>Files that grow, are rotated, truncated, replaced and deleted while they are followed.</summary>
public sealed class FilesTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    string Log => _folder.File("app.json");

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    static (long, long, long, long) Counts(SomeFiles files) => (files.Came.Accepted, files.Came.Ignored, files.Came.Duplicates, files.Came.Rejected);

    [Fact]
    public async Task LinesAreReadOnceAsTheyComeAndOverRestarts()
    {
        await using var files = await SomeFiles.StartAsync(Log);
        SomeLines.Append(Log, SomeLines.Event(1) + SomeLines.Other(1));
        await files.LookAsync();
        Assert.Equal((1, 1, 0, 0), Counts(files));

        await files.LookAsync();
        files.Restart();
        await files.LookAsync();
        Assert.Equal((1, 1, 0, 0), Counts(files));

        SomeLines.Append(Log, "\n  \r\n" + SomeLines.Bad(1) + SomeLines.Event(2));
        await files.LookAsync();
        Assert.Equal((2, 1, 0, 1), Counts(files));
        Assert.Equal([$"app.json:5:{SomeLines.Event(1).Length + SomeLines.Other(1).Length + 5} Malformed"], await files.RejectedAsync());
        Assert.Equal(2L, await files.Database.ScalarAsync("SELECT count(*) FROM findings", Cancel));
    }

    [Fact]
    public async Task ALineWithoutEndWaitsForTheRest()
    {
        await using var files = await SomeFiles.StartAsync(Log);
        var line = SomeLines.Event(1);
        SomeLines.Append(Log, line[..100]);
        await files.LookAsync(seconds: 100);
        await files.LookAsync(seconds: 100);
        files.Restart();
        await files.LookAsync(seconds: 100);
        Assert.Equal((0, 0, 0, 0), Counts(files));

        SomeLines.Append(Log, line[100..]);
        await files.LookAsync();
        Assert.Equal((1, 0, 0, 0), Counts(files));
    }

    [Fact]
    public async Task ARecordAtTheEndCountsWithoutALineEndOnceTheFileRests()
    {
        await using var files = await SomeFiles.StartAsync(Log);
        SomeLines.Append(Log, SomeLines.Event(1).TrimEnd());
        await files.LookAsync();
        Assert.Equal((0, 0, 0, 0), Counts(files));
        await files.LookAsync(seconds: 60);
        Assert.Equal((1, 0, 0, 0), Counts(files));

        SomeLines.Append(Log, "\n" + SomeLines.Bad(1));
        await files.LookAsync();
        Assert.Equal((1, 0, 0, 1), Counts(files));
        Assert.StartsWith("app.json:2:", Assert.Single(await files.RejectedAsync()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatCannotBeKeptIsTriedAgainThoughItIsGoneFromTheDisk()
    {
        await using var files = await SomeFiles.StartAsync(Log);
        SomeLines.Append(Log, SomeLines.Other(1));
        await files.LookAsync();
        SomeLines.Append(Log, SomeLines.Event(1) + SomeLines.Bad(1));
        await files.Database.ExecuteAsync("ALTER TABLE cursors RENAME TO away", Cancel);
        var isAway = true;
        await files.LookThroughAsync(async () =>
        {
            if (!isAway || files.Fault is null) return;
            File.Delete(Log);
            await files.Database.ExecuteAsync("ALTER TABLE away RENAME TO cursors", Cancel);
            isAway = false;
        });
        Assert.False(isAway);
        Assert.Null(files.Fault);
        Assert.Equal((1, 1, 0, 1), Counts(files));
    }

    [Theory]
    [InlineData("app.json")]
    [InlineData("*.json")]
    [InlineData("")]
    public async Task ARotatedFileIsReadToItsEnd(string named)
    {
        await using var files = await SomeFiles.StartAsync(_folder.File(named));
        SomeLines.Append(Log, SomeLines.Event(1));
        await files.LookAsync();
        foreach (var isRestarted in new[] { false, true })
        {
            var number = isRestarted ? 10 : 2;
            SomeLines.Append(Log, SomeLines.Event(number));
            File.Move(Log, _folder.File($"app.json.{number}"));
            SomeLines.Append(_folder.File($"app.json.{number}"), SomeLines.Event(number + 1));
            SomeLines.Append(Log, SomeLines.Event(number + 2));
            if (isRestarted) files.Restart();
            await files.LookAsync();
            SomeLines.Append(_folder.File($"app.json.{number}"), SomeLines.Event(number + 3));
            await files.LookAsync();
            Assert.Equal((isRestarted ? 9 : 5, 0, 0, 0), Counts(files));
        }
    }

    [Fact]
    public async Task ADeletedFileIsReadToItsEndAndForgotten()
    {
        await using var files = await SomeFiles.StartAsync(_folder.Path);
        SomeLines.Append(Log, SomeLines.Event(1));
        await files.LookAsync();
        SomeLines.Append(Log, SomeLines.Event(2));
        File.Delete(Log);
        await files.LookAsync();
        Assert.Equal((2, 0, 0, 0), Counts(files));
        Assert.Equal(1, await files.PlacesAsync());

        for (var minute = 0; minute < 70; minute++) await files.LookAsync(seconds: 60);
        Assert.Equal(0, await files.PlacesAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ATruncatedFileIsReadFromItsBeginningHoweverFarItGrew(bool isRestarted)
    {
        await using var files = await SomeFiles.StartAsync(Log);
        var same = $$"""{"header": "{{new string('x', 2_000)}}"}""" + "\n" + SomeLines.Bad(1);
        SomeLines.Append(Log, same + SomeLines.Event(1) + SomeLines.Event(2));
        await files.LookAsync();
        if (isRestarted) files.Restart();
        foreach (var round in Enumerable.Range(1, 3))
        {
            // It begins as before; it is as long as before, and far longer.
            await File.WriteAllTextAsync(Log, same + string.Concat(Enumerable.Range(10 * round, 2 * round).Select(SomeLines.Event)), Cancel);
            await files.LookAsync(seconds: 3);
        }

        // The bad line stood at the same place each time, so it counts once.
        Assert.Equal((14, 4, 3, 1), Counts(files));
    }

    [Fact]
    public async Task AFileThatIsReplacedByALongerCopyGoesOnWhereItWas()
    {
        await using var files = await SomeFiles.StartAsync(Log);
        SomeLines.Append(Log, SomeLines.Event(1) + SomeLines.Other(1));
        await files.LookAsync();
        foreach (var number in new[] { 2, 3, 0 })
        {
            var copy = _folder.File("copy");
            File.Copy(Log, copy);
            if (number > 0) SomeLines.Append(copy, SomeLines.Event(number));
            File.Move(copy, Log, overwrite: true);
            if (number == 3) files.Restart();
            await files.LookAsync();
        }

        // The last copy has nothing new; its place is known all the same, and those before it are not kept for ever.
        await files.LookAsync(seconds: 90);
        await files.LookAsync();
        Assert.Equal(1, await files.PlacesAsync());
        files.Restart();
        await files.LookAsync();
        Assert.Equal((3, 1, 0, 0), Counts(files));
    }

    [Fact]
    public async Task CompressedFilesAreReadWholeOnceTheyRestAndAgainWhenTheyChange()
    {
        await using var files = await SomeFiles.StartAsync(_folder.Path);
        var path = _folder.File("app.json.gz");
        async Task WriteAsync(string text)
        {
            await using FileStream file = new(path, FileMode.Append);
            await using GZipStream gzip = new(file, CompressionLevel.Fastest);
            await gzip.WriteAsync(System.Text.Encoding.UTF8.GetBytes(text), Cancel);
        }

        await WriteAsync(string.Concat(Enumerable.Range(0, 2_500).Select(SomeLines.Other)) + SomeLines.Event(1) + "bad\n");
        await files.LookAsync();
        Assert.Equal((0, 0, 0, 0), Counts(files));
        await files.LookAsync(seconds: 20);
        Assert.Equal((1, 2_500, 0, 1), Counts(files));
        Assert.StartsWith("app.json.gz:2502:", Assert.Single(await files.RejectedAsync()), StringComparison.Ordinal);

        files.Restart();
        await files.LookAsync(seconds: 20);
        await files.LookAsync(seconds: 20);
        Assert.Equal((1, 2_500, 0, 1), Counts(files));

        await WriteAsync(SomeLines.Event(2));
        await files.LookAsync();
        await files.LookAsync(seconds: 20);
        Assert.Equal((2, 5_000, 2, 1), Counts(files));
    }

    [Fact]
    public async Task ADamagedFileIsRejectedAndCostsNoOther()
    {
        await using var files = await SomeFiles.StartAsync(_folder.Path);
        await File.WriteAllBytesAsync(_folder.File("a.gz"), [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 1, 2, 3, 4], Cancel);
        await File.WriteAllTextAsync(_folder.File("b.json"), "[" + SomeLines.Event(1) + "," + SomeLines.Event(2) + "]", Cancel);
        await File.WriteAllTextAsync(_folder.File("c.json"), "{\n" + SomeLines.Event(3)[1..], Cancel);
        SomeLines.Append(Log, SomeLines.Event(4));
        await files.LookAsync();
        await files.LookAsync(seconds: 20);
        Assert.Equal((4, 0, 0, 1), Counts(files));
        Assert.EndsWith("BadCompression", Assert.Single(await files.RejectedAsync()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ALineThatIsTooLargeIsRejectedOnceAndPassed()
    {
        await using var files = await SomeFiles.StartAsync(Log);
        SomeLines.Append(Log, "{\"a\": \"" + new string('x', 40 << 20));
        await files.LookAsync();
        files.Restart();
        SomeLines.Append(Log, new string('x', 1 << 20) + "\"}\n" + SomeLines.Event(1) + SomeLines.Bad(1));
        await files.LookAsync();
        Assert.Equal((1, 0, 0, 2), Counts(files));
        Assert.Equal(["app.json:1:0 TooLarge", $"app.json:3:{(41 << 20) + 10 + SomeLines.Event(1).Length} Malformed"], await files.RejectedAsync());
    }
}
