using Davy.Images;
using Davy.Tests.EndToEnd;

namespace Davy.Tests.Images;

public sealed class UserFileTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("--indicators")]
    [InlineData("--except")]
    [InlineData("--upstreams")]
    [InlineData("--ancestry")]
    public void AFileThatIsNotThereIsNamed(string option) => AssertRefused(option, _folder.File("none"), "there is no such file.");

    [Fact]
    public void AFolderIsNoFile() => AssertRefused("--indicators", _folder.Path, "it is a folder; name a file.");

    [Fact]
    public void ADeviceWithoutAnEndIsNotReadForEver()
    {
        Assert.SkipUnless(File.Exists("/dev/zero"), "needs /dev/zero");

        var fault = Assert.Throws<UnreadableFileException>(() => UserFile.Read("/dev/zero"));

        Assert.Contains("more than 256 MiB", fault.Message, StringComparison.Ordinal);
    }

    static void AssertRefused(string option, string path, string fault)
    {
        var run = ProgramRun.Of("", "scan", "-", option, path);

        Assert.Equal((2, $"davy: {path}: {fault}\n"), (run.Code, run.Error));
    }
}
