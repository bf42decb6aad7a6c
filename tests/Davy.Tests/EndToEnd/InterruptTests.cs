using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Davy.Cli.Commands;

namespace Davy.Tests.EndToEnd;

/// <summary>Ctrl-C, as the built program meets it: it ends cleanly, says that the scan is partial, and what it writes is whole.</summary>
public sealed class InterruptTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string, string> FormatsAndSignals
    {
        get
        {
            TheoryData<string, string> data = [];
            foreach (var format in Davy.Reports.ReportFormats.Names) data.Add(format, "INT");
            data.Add("json", "TERM");
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(FormatsAndSignals))]
    public void AnInterruptedScanEndsCleanlyAndSaysThatItIsPartial(string format, string signal)
    {
        var summary = _folder.File("summary.json");
        using var program = Started("scan", "-", "--format", format, "--summary", summary);
        Give(program.In, Outcome.Miner(1) + "\n" + Outcome.Miner(2)[..100]);

        Interrupt(program, signal);
        var (code, output, error) = program.End();

        Assert.Equal(ExitCode.Interrupted, code);
        Assert.Contains("the scan is partial", error, StringComparison.Ordinal);
        Assert.Contains("1 finding", error, StringComparison.Ordinal);
        Assert.Contains("metal3d/xmrig", output, StringComparison.Ordinal);
        if (format is "json" or "sarif") Assert.NotNull(JsonNode.Parse(output));
        if (format is "scc" or "ocsf") Assert.NotNull(JsonNode.Parse(Assert.Single(output.TrimEnd('\n').Split('\n'))));

        var written = JsonNode.Parse(File.ReadAllText(summary))!;
        Assert.Equal((true, ExitCode.Interrupted, 1), ((bool)written["partial"]!, (int)written["exitCode"]!, (int)written["findings"]!));
    }

    [Fact]
    public void TheOutputFileIsWholeAndNothingIsLeftBesideIt()
    {
        var output = _folder.File("findings.jsonl");
        File.WriteAllText(output, "old");
        using var program = Started("scan", "-", "--format", "scc", "--output", output);
        Give(program.In, Outcome.Miner(1) + "\n" + Outcome.Miner(2) + "\n");

        Assert.Equal("old", File.ReadAllText(output));
        Interrupt(program, "INT");
        Assert.Equal(ExitCode.Interrupted, program.End().Code);

        Assert.Equal(2, File.ReadAllLines(output).Select(line => JsonNode.Parse(line)!["finding"]!).Count());
        Assert.Equal([output], Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void ALongInputIsLeftWhereItIs()
    {
        using var program = Started("scan", "-", "--format", "scc");
        var filling = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("{\"insertId\":\"x\",\"protoPayload\":{\"serviceName\":\"storage.googleapis.com\"}}\n", 2_000)));
        Give(program.In, Outcome.Miner(1) + "\n");
        for (var at = 0; at < 50; at++) program.In.Write(filling);

        Interrupt(program, "INT");
        try
        {
            while (true) program.In.Write(filling);
        }
        catch (IOException)
        {
            // The program has gone, and the pipe is broken.
        }

        var (code, output, error) = program.End();
        Assert.Equal(ExitCode.Interrupted, code);
        Assert.Contains("the scan is partial", error, StringComparison.Ordinal);
        Assert.Contains("metal3d/xmrig", output, StringComparison.Ordinal);
    }

    [Fact]
    public void APipeThatIsNamedIsLeftToo()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs signals");
        var pipe = NamedPipe.Make(_folder.File("pipe"));
        using var program = BuiltProgram.Start(["scan", pipe, "--format", "scc"]);
        using var writer = new FileStream(pipe, FileMode.Open, FileAccess.Write, FileShare.ReadWrite); // Waits for the program to open it.
        Give(writer, Outcome.Miner(1) + "\n");

        Interrupt(program, "INT");
        var (code, output, error) = program.End();

        Assert.Equal(ExitCode.Interrupted, code);
        Assert.Contains("the scan is partial", error, StringComparison.Ordinal);
        Assert.Contains("metal3d/xmrig", output, StringComparison.Ordinal);
    }

    /// <summary>Starts the program on a standard input that stays open.</summary>
    static BuiltProgram Started(params string[] arguments)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs signals");
        return BuiltProgram.Start(arguments);
    }

    /// <summary>Gives the program an input, and waits until it has taken all of it: a pipe holds 64 KiB, so once more than that went in behind it, it is out.</summary>
    static void Give(Stream input, string text)
    {
        input.Write(Encoding.UTF8.GetBytes(text));
        input.Write(Encoding.UTF8.GetBytes(new string(' ', 4 << 20)));
        input.Flush();
    }

    static void Interrupt(BuiltProgram program, string signal)
    {
        using var kill = BuiltProgram.Start("kill", [$"-{signal}", program.Id.ToString(CultureInfo.InvariantCulture)]);
        Assert.Equal(0, kill.End().Code);
    }
}
