using System.Globalization;
using Davy.Cli;
using Davy.Cli.Commands;
using Davy.Cli.Output;

namespace Davy.Tests.EndToEnd;

/// <summary>What the program writes to, and what it must leave as it is.</summary>
public sealed class OutputFileTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("davy-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    static (int Code, string Error) Run(params string[] arguments)
    {
        using var output = new MemoryStream();
        using var error = new StringWriter(CultureInfo.InvariantCulture);
        return (Program.Run(arguments, Console(TextWriter.Null, output, error), TimeProvider.System), error.ToString());
    }

    static Terminal Console(TextWriter words, Stream output, TextWriter error) => new() { Out = words, OpenOut = () => output, Error = error, OpenIn = () => Stream.Null };

    static string Scan(string file)
    {
        var (code, error) = Run("scan", "-q", RepositoryRoot.File("samples", "pubsub"), "--output", file);
        Assert.True(code == ExitCode.Found, error);
        return File.ReadAllText(file);
    }

    [Fact]
    public void AFileBehindALinkIsReplacedAndKeepsItsPermissions()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs links and modes of Unix");
        var (real, link) = (Path.Combine(_folder, "real"), Path.Combine(_folder, "link"));
        File.WriteAllText(real, "old");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(real, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.CreateSymbolicLink(link, "real");

        Assert.Contains("MEDIUM", Scan(link), StringComparison.Ordinal);

        Assert.Equal("real", new FileInfo(link).LinkTarget);
        Assert.Equal(File.ReadAllText(link), File.ReadAllText(real));
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(real));
        Assert.Equal(2, Directory.GetFiles(_folder).Length);
    }

    [Fact]
    public void AFileThatIsNotThereIsMade() => Assert.Contains("MEDIUM", Scan(Path.Combine(_folder, "new")), StringComparison.Ordinal);

    [Fact]
    public async Task APipeIsWrittenToAndNotReplaced()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs mkfifo");
        var pipe = Path.Combine(_folder, "pipe");
        using (var make = System.Diagnostics.Process.Start("mkfifo", [pipe])) await make.WaitForExitAsync(TestContext.Current.CancellationToken);

        var read = Task.Run(() => File.ReadAllText(pipe), TestContext.Current.CancellationToken);
        Assert.Equal(ExitCode.Found, Run("scan", "-q", RepositoryRoot.File("samples", "pubsub"), "--output", pipe).Code);

        Assert.Contains("MEDIUM", await read.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("scan", "-", "--output", "")]
    [InlineData("scan", "-", "--summary", "")]
    [InlineData("scan", "-", "--indicators", "")]
    [InlineData("scan", "-", "--ancestry", "")]
    [InlineData("indicators", "list", "--indicators", "")]
    public void AnEmptyNameOfAFileIsAWrongCall(params string[] arguments)
    {
        var (code, error) = Run(arguments);

        Assert.Equal(ExitCode.Failed, code);
        Assert.Contains("is empty", error, StringComparison.Ordinal);
    }

    [Fact]
    public void AnOptionThatIsNotThereIsNotTakenForAFile() => Assert.Contains("no such option", Run("scan", "--formt", "json").Error, StringComparison.Ordinal);

    [Theory]
    [InlineData("version")]
    [InlineData("--help")]
    [InlineData("scan", "/no/such/file")]
    public void WordsThatCannotBeWrittenEndTheProgramOrderly(params string[] arguments)
    {
        using var words = new StreamWriter(new FullStream()) { AutoFlush = true };

        Assert.Equal(ExitCode.Failed, Program.Run(arguments, Console(words, Stream.Null, words), TimeProvider.System));
    }

    [Fact]
    public void HelpNamesTheProgramAsItIsCalled()
    {
        using var words = new StringWriter(CultureInfo.InvariantCulture);
        Program.Run(["scan", "--help"], Console(words, Stream.Null, TextWriter.Null), TimeProvider.System);

        Assert.Contains("  davy scan [", words.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("/h", words.ToString(), StringComparison.Ordinal);
    }

    /// <summary>A disk that is full.</summary>
    sealed class FullStream : MemoryStream
    {
        public override void Write(ReadOnlySpan<byte> buffer) => throw new IOException("No space left on device");

        public override void Write(byte[] buffer, int offset, int count) => throw new IOException("No space left on device");
    }
}
