using Davy.Cli.Commands;
using Davy.Indicators;
using Davy.Logs;

namespace Davy.Tests.EndToEnd;

/// <summary>Files that change while they are read, and things that are no files: each costs at most itself, and what it cost is told.</summary>
public sealed class FileRaceTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>A file of many entries, the last of which deploys a listed image; larger than what is read at once.</summary>
    string LongLog(string name, int number = 1)
    {
        var path = _folder.File(name);
        File.WriteAllText(path, string.Concat(Enumerable.Repeat("{\"insertId\":\"x\",\"protoPayload\":{\"serviceName\":\"storage.googleapis.com\"}}\n", 60_000)) + Outcome.Miner(number) + "\n");
        return path;
    }

    string Log(string name, int number = 1)
    {
        var path = _folder.File(name);
        File.WriteAllText(path, Outcome.Miner(number) + "\n");
        return path;
    }

    /// <summary>Scans the folder, and does something once the first bytes of its first input have been read.</summary>
    ScanResult ScanWhile(Action change)
    {
        var inputs = LogInput.At(_folder.Path).ToList();
        var first = inputs[0];
        inputs[0] = first with { Open = () => new ChangingStream(first.Open(), () => Interlocked.Exchange(ref change, () => { })()) };
        return Scanning.Scan(IndicatorSet.Default, inputs, validate: true);
    }

    static void AssertWhole(ScanResult result, int findings)
    {
        Assert.Empty(result.Summary.Failures);
        Assert.Equal((findings, 0L), (result.Findings.Count, result.Summary.Rejected));
    }

    (int Code, int Findings, string Error) Scan(params string[] paths)
    {
        var run = ProgramRun.Of("", ["scan", .. paths.Length == 0 ? [_folder.Path] : paths, "--summary", ProgramRun.SummaryFile]);
        return (run.Code, (int)run.Summary["findings"]!, run.Error);
    }

    [Fact]
    public void AFileThatIsRotatedIsReadToItsEnd()
    {
        var path = LongLog("a.log");

        AssertWhole(ScanWhile(() =>
        {
            File.Move(path, path + ".1");
            Log("a.log", 2);
        }), 1);
    }

    [Fact]
    public void AFileThatIsReplacedIsReadToItsEnd()
    {
        var path = LongLog("a.log");

        AssertWhole(ScanWhile(() => File.Move(Log(".new", 2), path, overwrite: true)), 1);
    }

    [Fact]
    public void AFileThatIsDeletedIsReadToItsEnd()
    {
        var path = LongLog("a.log");
        AssertWhole(ScanWhile(() => File.Delete(path)), 1);
    }

    [Fact]
    public void AFileWithMoreCallsThanAreRememberedIsMissedWhereItIsGoneWhenItIsReadAgain()
    {
        var path = LongLog("a.log");
        File.AppendAllLines(path, Enumerable.Range(3, 24_000).Select(number => Outcome.Miner(number).Replace("metal3d/xmrig", "library/nginx", StringComparison.Ordinal)));
        var result = ScanWhile(() => File.Delete(path));

        Assert.Single(result.Findings);
        Assert.Contains(path, Assert.Single(result.Summary.Failures), StringComparison.Ordinal);
    }

    [Fact]
    public void AFileThatIsCutCostsWhatWasCutAndNoOther()
    {
        var path = LongLog("a.log");
        Log("b.log", 2);

        var result = ScanWhile(() => File.WriteAllText(path, ""));

        Assert.Empty(result.Summary.Failures);
        Assert.Single(result.Findings);
        Assert.InRange(result.Summary.NotCloudRun, 1_000, 59_999);
        Assert.InRange(result.Summary.Rejected, 0, 1); // The entry in which it was cut.
    }

    [Fact]
    public void AFileThatGrowsIsReadAsFarAsItGoes()
    {
        var path = LongLog("a.log");

        AssertWhole(ScanWhile(() => File.AppendAllText(path, Outcome.Miner(2) + "\n")), 2);
    }

    [Fact]
    public void ALastLineThatIsStillBeingWrittenIsRejectedAndCostsNoOther()
    {
        File.AppendAllText(Log("a.log"), Outcome.Miner(2)[..150]);

        var (code, findings, error) = Scan();

        Assert.Equal((ExitCode.Found, 1), (code, findings));
        Assert.Contains("a.log:2:", error, StringComparison.Ordinal);
    }

    [Fact]
    public void ALinkThatIsSwappedWhileItIsReadGivesWhatItLedTo()
    {
        Directory.CreateDirectory(_folder.File(".targets"));
        var (old, other) = (LongLog(".targets/old"), Log(".targets/other", 2));
        File.CreateSymbolicLink(_folder.File("a.log"), old);

        AssertWhole(ScanWhile(() =>
        {
            File.Delete(_folder.File("a.log"));
            File.CreateSymbolicLink(_folder.File("a.log"), other);
        }), 1);
    }

    [Fact]
    public void ALinkThatIsSwappedBeforeItIsReadGivesWhatItLeadsTo()
    {
        Directory.CreateDirectory(_folder.File(".targets"));
        var (old, other) = (Log(".targets/old"), LongLog(".targets/other", 2));
        File.CreateSymbolicLink(_folder.File("a.log"), old);
        var inputs = LogInput.At(_folder.Path).ToList();
        File.Delete(_folder.File("a.log"));
        File.CreateSymbolicLink(_folder.File("a.log"), other);

        AssertWhole(Scanning.Scan(IndicatorSet.Default, inputs), 1);
    }

    [Fact]
    public void LinksThatLeadInACircleAreToldAndCostNoOther()
    {
        Log("c.log");
        File.CreateSymbolicLink(_folder.File("a.log"), _folder.File("b.log"));
        File.CreateSymbolicLink(_folder.File("b.log"), _folder.File("a.log"));
        File.CreateSymbolicLink(_folder.File("self"), _folder.File("self"));
        Directory.CreateSymbolicLink(_folder.File("folder"), _folder.Path);

        var (code, findings, error) = Scan();

        Assert.Equal((ExitCode.Failed, 1), (code, findings));
        Assert.All(["a.log", "b.log", "self"], name => Assert.Contains($"cannot read {_folder.File(name)}", error, StringComparison.Ordinal));
        Assert.DoesNotContain(_folder.File("folder"), error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Failed, Scan(_folder.File("self")).Code);
    }

    [Fact]
    public void ALinkToNothingIsToldAndCostsNoOther()
    {
        Log("b.log");
        File.CreateSymbolicLink(_folder.File("a.log"), _folder.File("nowhere"));

        var (code, findings, error) = Scan();

        Assert.Equal((ExitCode.Failed, 1), (code, findings));
        Assert.Contains("cannot read", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AFileThatVanishesIsToldAndCostsNoOther(bool becomesFolder)
    {
        var gone = Log("a.log");
        Log("b.log", 2);
        var inputs = LogInput.At(_folder.Path).ToList();
        File.Delete(gone);
        if (becomesFolder) Directory.CreateDirectory(gone);

        var result = Scanning.Scan(IndicatorSet.Default, inputs);

        Assert.Single(result.Findings);
        Assert.Contains(gone, Assert.Single(result.Summary.Failures), StringComparison.Ordinal);
    }

    [Fact]
    public void AFileOfNoBytesIsNoFaultButNothingWasRead()
    {
        File.WriteAllText(_folder.File("a.log"), "");

        Assert.Equal((ExitCode.InDoubt, 0), Counted(Scan()));
        Assert.Equal(ExitCode.InDoubt, Scan(_folder.File("a.log")).Code);

        Log("b.log");
        Assert.Equal((ExitCode.Found, 1), Counted(Scan()));
    }

    [Fact]
    public void AFolderWithTheNameOfALogIsWalked()
    {
        Directory.CreateDirectory(_folder.File("a.json/b.json"));
        Log("a.json/b.json/S0.json");

        Assert.Equal((ExitCode.Found, 1), Counted(Scan()));
    }

    [Fact]
    public async Task APipeIsReadWhereItIsNamedAndPassedOverInAFolder()
    {
        var pipe = NamedPipe.Make(_folder.File("a.pipe"));
        Log("b.log", 2);
        Assert.Equal((ExitCode.Found, 1), Counted(Scan()));

        // Whoever opens it to write waits for the reader.
        var writer = Task.Run(() => File.WriteAllText(pipe, Outcome.Miner(1) + "\n"), TestContext.Current.CancellationToken);
        Assert.Equal((ExitCode.Found, 1), Counted(Scan(pipe)));
        await writer;
    }

    [Fact]
    public void ADeviceWithoutAnEndIsToldAndCostsNoOther()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs /dev/zero");

        var (code, findings, error) = Scan("/dev/zero", Log("a.log"));

        Assert.Equal((ExitCode.Failed, 1), (code, findings));
        Assert.Contains("cannot read /dev/zero", error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.InDoubt, Scan("/dev/null").Code);
    }

    [Fact]
    public void AFileThatFailsWhenItIsReadIsToldAndCostsNoOther()
    {
        Assert.SkipUnless(File.Exists("/proc/self/mem"), "needs /proc/self/mem, which opens and then fails");

        var (code, findings, error) = Scan("/proc/self/mem", Log("a.log"));

        Assert.Equal((ExitCode.Failed, 1), (code, findings));
        Assert.Contains("cannot read /proc/self/mem", error, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatMayNotBeReadIsToldAndCostsNoOther()
    {
        if (OperatingSystem.IsWindows()) return;
        Log("b.log");
        File.SetUnixFileMode(Log("a.log", 2), UnixFileMode.None);
        Directory.CreateDirectory(_folder.File("c"), UnixFileMode.None);

        var (code, findings, error) = Environment.IsPrivilegedProcess ? ScanAsOneWhomModesBind() : Scan();

        File.SetUnixFileMode(_folder.File("c"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Assert.Equal((ExitCode.Failed, 1), (code, findings));
        Assert.All(["a.log", "c"], name => Assert.Contains($"cannot read {_folder.File(name)}", error, StringComparison.Ordinal));
    }

    /// <summary>Root reads what its modes forbid; without two of its capabilities it does not.</summary>
    (int Code, int Findings, string Error) ScanAsOneWhomModesBind()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/setpriv"), "needs setpriv, or a user whom file modes bind");
        using var program = BuiltProgram.Start("/usr/bin/setpriv", ["--bounding-set", "-dac_override,-dac_read_search", "--inh-caps", "-dac_override,-dac_read_search",
            BuiltProgram.Executable, "scan", _folder.Path, "--format", "json"]);
        program.In.Close();
        var (code, output, error) = program.End();
        return (code, output.Split("\"category\"").Length - 1, error);
    }

    static (int Code, int Findings) Counted((int Code, int Findings, string Error) scan) => (scan.Code, scan.Findings);

    /// <summary>Does something once it has given many entries.</summary>
    sealed class ChangingStream(Stream inner, Action change) : ForwardStream
    {
        /// <summary>Far enough for many entries, and not so far that nothing is left to be read.</summary>
        const int FarIn = 64 << 10;

        long _taken;

        public override int Read(Span<byte> buffer)
        {
            var count = inner.Read(buffer);
            if ((_taken += count) > FarIn) change();
            return count;
        }

        protected override void Dispose(bool disposing)
        {
            inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
