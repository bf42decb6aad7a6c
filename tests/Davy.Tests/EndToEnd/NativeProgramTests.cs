using Davy.Cli.Commands;

namespace Davy.Tests.EndToEnd;

/// <summary>The native program: the same as in this process, and what only it can show. Skipped where it was not built.</summary>
public sealed class NativeProgramTests : ProgramTests
{
    /// <inheritdoc/>
    protected override (int Code, string Out, string Error) Run(string input, params string[] arguments) => NativeProgram.Run(NativeProgram.File(), input, arguments);

    [Fact]
    public void ItIsOneFileOfUnderFifteenMegabytes()
    {
        var file = new FileInfo(NativeProgram.File());

        Assert.Equal("davy", file.Name);
        Assert.InRange(file.Length, 1_000_000, 15_000_000);
        Assert.Equal([file.Name], file.Directory!.GetFileSystemInfos().Select(each => each.Name));
    }

    [Fact]
    public void ItTellsTheVersionOfTheLibrary() => Assert.Equal((ExitCode.Clean, $"davy {VersionCommand.Version}\n", ""), Run("", "version"));

    [Theory]
    [InlineData("Nehalem")]
    [InlineData("qemu64")]
    [InlineData("SandyBridge")]
    public void AnOlderProcessorGetsAMessage(string processor)
    {
        var (code, output, error) = Emulated(processor);

        Assert.NotEqual(0, code);
        Assert.Empty(output);
        Assert.Contains("The required instruction sets are not supported by the current CPU.", error, StringComparison.Ordinal);
    }

    [Fact]
    public void AProcessorOfTheFirstGenerationThatHasThemIsEnough() => Assert.Equal($"davy {VersionCommand.Version}\n", Emulated("Haswell").Out);

    static (int Code, string Out, string Error) Emulated(string processor)
    {
        var program = NativeProgram.File();
        const string emulator = "/usr/bin/qemu-x86_64";
        Assert.SkipUnless(System.IO.File.Exists(emulator), "needs qemu-x86_64, of Debian's package qemu-user");
        return NativeProgram.Run(emulator, "", "-cpu", processor, program, "version");
    }
}
