using Davy.Server.Ingest.Files;

namespace Davy.Tests.Ingest;

/// <summary>Which files are followed, and what is told of those that cannot be.</summary>
public sealed class NamedFilesTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    string Log => _folder.File("app.json");

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    static (long, long, long, long) Counts(SomeFiles files) => (files.Came.Accepted, files.Came.Ignored, files.Came.Duplicates, files.Came.Rejected);

    [Fact]
    public async Task TheFoldersOfACloudStorageSinkAreWalked()
    {
        await using var files = await SomeFiles.StartAsync(_folder.Path);
        foreach (var hour in Enumerable.Range(0, 3))
        {
            var folder = Directory.CreateDirectory(_folder.File($"cloudaudit.googleapis.com/system_event/2026/01/1{hour}")).FullName;
            SomeLines.Append(Path.Combine(folder, $"0{hour}:00:00_0{hour}:59:59_S0.json"), SomeLines.Event(hour));
            await files.LookAsync();
        }

        Assert.Equal((3, 0, 0, 0), Counts(files));
    }

    [Fact]
    public async Task NeitherLinksOutOfTheFolderNorPipesNorDevicesAreRead()
    {
        using TemporaryFolder outside = new();
        SomeLines.Append(outside.File("secret.json"), SomeLines.Event(1));
        File.CreateSymbolicLink(_folder.File("a.json"), outside.File("secret.json"));
        Directory.CreateSymbolicLink(_folder.File("b"), outside.Path);
        File.CreateSymbolicLink(_folder.File("zero"), "/dev/zero");
        NamedPipe.Make(_folder.File("pipe"));
        await File.WriteAllTextAsync(_folder.File("empty"), "", Cancel);
        SomeLines.Append(_folder.File(".hidden"), SomeLines.Event(2));
        SomeLines.Append(Log, SomeLines.Event(3));
        await using var files = await SomeFiles.StartAsync(_folder.Path, _folder.File("*.json"), _folder.File("*/*.json"));
        await files.LookAsync();
        await files.LookAsync(seconds: 20);
        Assert.Equal((1, 0, 0, 0), Counts(files));

        // A pipe that takes the place of a file is not waited for.
        var state = FileState.At(Log, throughLinks: false)!.Value;
        Assert.Null(FileState.Open(_folder.File("pipe"), state.Identity, null));
        Assert.Null(FileState.Open(_folder.File("a.json"), state.Identity, null));

        // Nor is what a folder leads to that became a link just now.
        var secret = FileState.At(outside.File("secret.json"), throughLinks: false)!.Value.Identity;
        FileState.Open(_folder.File("b/secret.json"), secret, null)!.Dispose();
        Assert.Null(FileState.Open(_folder.File("b/secret.json"), secret, FileState.RealPath(_folder.Path)));
    }

    [Fact]
    public async Task ALinkThatIsNamedIsFollowed()
    {
        SomeLines.Append(Log, SomeLines.Event(1));
        File.CreateSymbolicLink(_folder.File("link"), Log);
        await using var files = await SomeFiles.StartAsync(_folder.File("link"));
        await files.LookAsync();
        Assert.Equal((1, 0, 0, 0), Counts(files));
    }

    [Fact]
    public async Task WhatCannotBeReadIsToldAndHoldsUpNoOther()
    {
        // A link that goes round in a circle can be read by nobody, whoever runs the tests.
        var logs = Directory.CreateDirectory(_folder.File("logs")).FullName;
        var named = _folder.File("named.json");
        File.CreateSymbolicLink(named, named);
        SomeLines.Append(Path.Combine(logs, "app.json"), SomeLines.Event(1));
        await using var files = await SomeFiles.StartAsync(logs, named);
        for (var look = 0; look < 6; look++) await files.LookAsync();
        Assert.Equal((1, 0, 0, 0), Counts(files));
        Assert.Contains("named.json", files.Fault, StringComparison.Ordinal);

        File.Delete(named);
        SomeLines.Append(named, SomeLines.Event(2));
        await files.LookAsync();
        Assert.Equal((2, 0, 0, 0), Counts(files));
        Assert.Null(files.Fault);
    }

    [Theory]
    [InlineData("", "Unknown")]
    [InlineData("{", "Unknown")]
    [InlineData("{\"a\": ", "Lines")]
    [InlineData("\n {\r\n  ", "Whole")]
    [InlineData("[\n\n    ", "Unknown")]
    [InlineData("[\n  {\"", "Whole")]
    [InlineData("[12:00] started", "Lines")]
    [InlineData("no JSON", "Lines")]
    [InlineData("PK\u0003\u0004", "Whole")]
    public void TheFirstBytesTellHowAFileIsRead(string head, string form) => Assert.Equal(form, FileForms.Of(System.Text.Encoding.UTF8.GetBytes(head)).ToString());

    [Fact]
    public async Task TheFolderOfAPatternThatIsNotThereIsTold()
    {
        await using var files = await SomeFiles.StartAsync(_folder.File("away/*/*.json"), _folder.File("*/none/*.json"));
        for (var look = 0; look < 6; look++) await files.LookAsync();
        Assert.Contains("away", files.Fault, StringComparison.Ordinal);
        Assert.StartsWith("1 of", files.Fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatIsNotThereIsToldUntilItIs()
    {
        await using var files = await SomeFiles.StartAsync(Log, _folder.File("b.json"));
        SomeLines.Append(_folder.File("b.json"), SomeLines.Event(1));
        for (var look = 0; look < 6; look++) await files.LookAsync();
        Assert.Contains("no such file", files.Fault, StringComparison.Ordinal);
        Assert.Equal((1, 0, 0, 0), Counts(files));
        SomeLines.Append(Log, SomeLines.Event(2));
        await files.LookAsync();
        Assert.Null(files.Fault);
        Assert.Equal((2, 0, 0, 0), Counts(files));
    }
}
