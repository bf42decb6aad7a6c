using Davy.Logs;

namespace Davy.Tests.Logs;

/// <summary>A path names its inputs; one that cannot be read costs no other.</summary>
public sealed class LogInputTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("davy-inputs-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    string Write(string name, string text = "{}\n")
    {
        var path = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    string[] Names() => [.. LogInput.At(_folder).Select(input => Path.GetRelativePath(_folder, input.Name))];

    static string Read(LogInput input)
    {
        using var reader = new StreamReader(input.Open());
        return reader.ReadToEnd();
    }

    [Fact]
    public void AFolderIsWalkedInOrdinalOrder()
    {
        foreach (var name in new[] { "b/2.json", "b/10.json", "a.json", "B.json", "b.json", ".git/x", "b/.hidden", "c/d/e/f" }) Write(name);
        Directory.CreateDirectory(Path.Combine(_folder, "empty"));

        Assert.Equal(["B.json", "a.json", "b/10.json", "b/2.json", "b.json", "c/d/e/f"], Names());
    }

    [Fact]
    public void LinksToFilesAreReadAndLinksToFoldersAreNotFollowed()
    {
        var file = Write("real/a.json", "{\"a\":1}");
        File.CreateSymbolicLink(Path.Combine(_folder, "link.json"), file);
        File.CreateSymbolicLink(Path.Combine(_folder, "real", "circle"), _folder);
        File.CreateSymbolicLink(Path.Combine(_folder, "nowhere"), Path.Combine(_folder, "gone"));

        var inputs = LogInput.At(_folder).ToList();

        Assert.Equal(["link.json", "nowhere", "real/a.json"], Names());
        Assert.Equal(("{\"a\":1}", 7L, true), (Read(inputs[0]), inputs[0].Length, inputs[0].IsRereadable));
        Assert.ThrowsAny<IOException>(() => inputs[1].Open());
        Assert.Equal("{\"a\":1}", Read(LogInput.At(Path.Combine(_folder, "real", "circle", "real")).Single()));
    }

    [Fact]
    public void AFileThatVanishesSaysSoWhenItIsOpened()
    {
        Write("a.json");
        Write("b.json");
        var inputs = LogInput.At(_folder).ToList();
        File.Delete(inputs[0].Name);

        Assert.ThrowsAny<IOException>(() => inputs[0].Open());
        Assert.Equal("{}\n", Read(inputs[1]));
    }

    [Fact]
    public void AFileMayBeCutOrReplacedWhileItIsRead()
    {
        var path = Write("a.json", string.Concat(Enumerable.Repeat("{\"a\":1}\n", 100_000)));
        using var reader = new LogReader(LogInput.At(path).Single().Open(), path, ReadLimits.Default, prefilter: false);
        var read = 0;
        while (reader.Read())
        {
            if (++read == 10) File.WriteAllText(path, "");
            if (read == 20) File.Move(Write("b.json"), path, overwrite: true);
        }

        Assert.InRange(read, 20, 100_000);
    }

    [Fact]
    public void APipeInAFolderIsNotWaitedFor()
    {
        NamedPipe.Make(Path.Combine(_folder, "pipe"));
        Write("a.json");

        Assert.Equal(["{}\n", ""], LogInput.At(_folder).Select(Read));
    }

    [Fact]
    public void ADeviceWithoutAnEndIsNotReadForEver()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs /dev/zero");
        var input = LogInput.At("/dev/zero").Single();

        Assert.False(input.IsRereadable);
        using var reader = new LogReader(input.Open(), input.Name, ReadLimits.Default);
        Assert.Throws<IOException>(() => reader.Read());
        Assert.Equal("", Read(LogInput.At("/dev/null").Single()));
    }

    [Fact]
    public void AFolderThatCannotBeListedCostsNoOther()
    {
        foreach (var name in new[] { "a.json", "b/x.json", "c.json" }) Write(name);

        using var inputs = LogInput.At(_folder).GetEnumerator();
        Assert.True(inputs.MoveNext());
        Directory.Delete(Path.Combine(_folder, "b"), recursive: true);
        Assert.True(inputs.MoveNext());
        Assert.ThrowsAny<IOException>(() => inputs.Current.Open());
        Assert.True(inputs.MoveNext());
        Assert.Equal("{}\n", Read(inputs.Current));
    }
}
