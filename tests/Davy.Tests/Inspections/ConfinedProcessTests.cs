using System.Runtime.InteropServices;
using System.Text;
using Davy.Images;
using Davy.Server.Hosting;
using Davy.Server.Inspections;

namespace Davy.Tests.Inspections;

/// <summary>What a process for an image may do, seen from within and from without.</summary>
public sealed class ConfinedProcessTests : IDisposable
{
    const long Mebibyte = 1024 * 1024;

    readonly TemporaryFolder _folder = new();

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    string Script(string text) => StandIn.Write(_folder, text);

    Task<ConfinedResult> RunAsync(string script, double seconds = 60, int output = 1 << 20, CancellationToken? cancel = null, params string[] arguments) =>
        new ConfinedProcess(Script(script), new(256 * Mebibyte, 20, 64, 100_000), TimeSpan.FromSeconds(seconds), output).RunAsync(arguments, new Dictionary<string, string> { ["GIVEN"] = "this" }, cancel ?? Cancel);

    static string Text(ConfinedResult result) => Encoding.UTF8.GetString(result.Output);

    [Fact]
    public async Task ItGetsItsArgumentsAsTheyAreAndNoInput()
    {
        var result = await RunAsync("cat; for each in \"$@\"; do echo \"[$each]\"; done; exit 3", arguments: ["--", "$(echo evil)", "; echo evil", "a b"]);

        Assert.Equal((3, "[--]\n[$(echo evil)]\n[; echo evil]\n[a b]\n", ""), (result.Code, Text(result), result.Fault));
    }

    [Fact]
    public async Task ItsLimitsHoldWhenItBegins()
    {
        var limits = Text(await RunAsync("cat /proc/self/limits; cat /proc/self/status; cat /proc/$$/stat; pwd"));

        foreach (var (name, value) in new[] { ("Max data size", 256 * Mebibyte), ("Max cpu time", 20), ("Max file size", 0), ("Max core file size", 0), ("Max open files", 64) })
        {
            Assert.Matches($@"{name} +{value} +{value} ", limits);
        }

        Assert.Matches(@"NoNewPrivs:\s+1\n", limits);
        Assert.EndsWith("\n/\n", limits, StringComparison.Ordinal);
        var stat = limits.Split('\n').Single(line => line.Contains("(stand-in)", StringComparison.Ordinal) && !line.StartsWith("Name", StringComparison.Ordinal)).Split(' ');
        Assert.Equal(stat[0], stat[4]); // It leads a group of its own,
        Assert.Equal("10", stat[18]); // and gives way to others.
    }

    [Fact]
    public async Task ItInheritsNeitherDescriptorsNorEnvironment()
    {
        // A copy of a descriptor is handed on by exec, other than what .NET opens itself.
        using var open = File.OpenHandle(Script("exit 0"));
        var copies = Enumerable.Range(0, 5).Select(_ => Copy(open.DangerousGetHandle().ToInt32())).ToList();
        var seen = Text(await RunAsync("/bin/ls -l /proc/$$/fd; /usr/bin/env"));
        foreach (var copy in copies) new Microsoft.Win32.SafeHandles.SafeFileHandle(copy, ownsHandle: true).Dispose();

        // 0, 1 and 2, and the script that the shell reads.
        Assert.DoesNotContain("socket:", seen, StringComparison.Ordinal);
        Assert.InRange(seen.Split('\n').Count(line => line.Contains(" -> ", StringComparison.Ordinal)), 3, 4);
        string[] shells = ["PWD", "OLDPWD", "SHLVL", "_"];
        Assert.Equal(["DOTNET_ROOT", "GIVEN"], seen.Split('\n').Where(line => line.Contains('=') && !line.Contains("->", StringComparison.Ordinal)).Select(line => line.Split('=')[0]).Except(shells).Order());
    }

    [DllImport("libc", EntryPoint = "dup")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    static extern int Copy(int descriptor);

    [Theory]
    [InlineData("kill -SEGV $$", "signal 11")]
    [InlineData("echo because >&2; kill -ABRT $$", "signal 6: because")]
    public async Task ItsDeathIsTold(string script, string told) => Assert.Contains(told, (await RunAsync(script)).Fault, StringComparison.Ordinal);

    [Fact]
    public async Task ItWritesNoFile()
    {
        var result = await RunAsync("echo x > \"$0.made\" && echo written");

        Assert.DoesNotContain("written", Text(result), StringComparison.Ordinal);
        Assert.Equal("", await File.ReadAllTextAsync(_folder.File("stand-in.made"), Cancel));
    }

    [Fact]
    public async Task WhatTakesTooMuchMemoryFailsAndNobodyElse()
    {
        var result = await RunAsync("x=$(/usr/bin/head -c 600000000 /dev/zero | /usr/bin/tr '\\0' a); echo ${#x}");

        Assert.DoesNotContain("600000000", Text(result), StringComparison.Ordinal);
        Assert.True(result.Code != 0 || result.Fault != "");
    }

    [Fact]
    public async Task WhatFloodsItsOutputIsEnded()
    {
        Assert.Contains("wrote more than 100000 bytes", (await RunAsync("/usr/bin/yes", output: 100_000)).Fault, StringComparison.Ordinal);
        Assert.Contains("complained without an end", (await RunAsync("/usr/bin/yes >&2")).Fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatHangsIsEndedWithAllThatItStarted()
    {
        var result = await RunAsync("( while :; do /bin/sleep 1; done ) & while :; do /bin/sleep 1; done", seconds: 2);

        Assert.Contains("took longer than 2 seconds", result.Fault, StringComparison.Ordinal);
        Assert.Equal(0, StandIn.Running(_folder.File("stand-in")));
    }

    [Fact]
    public async Task WhatTurnsInCirclesUsesItsProcessorTimeAlone()
    {
        var file = Script("while :; do :; done");
        var result = await new ConfinedProcess(file, new(256 * Mebibyte, 1, 64, 100_000), TimeSpan.FromMinutes(2), 1_000).RunAsync([], new Dictionary<string, string>(), Cancel);

        Assert.Contains("signal", result.Fault, StringComparison.Ordinal);
        Assert.DoesNotContain("longer than", result.Fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ItEndsWithTheToken()
    {
        using CancellationTokenSource stop = new(TimeSpan.FromSeconds(2));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => RunAsync("while :; do /bin/sleep 1; done", cancel: stop.Token));
        Assert.Equal(0, StandIn.Running(_folder.File("stand-in")));
    }

    [Theory]
    [InlineData("europe-docker.pkg.dev/p/r/app", true)]
    [InlineData("gcr.io/p/app", true)]
    [InlineData("gcr.io.example.com/p/app", false)]
    [InlineData("registry.example.com/app", false)]
    public async Task ItSeesNoSecretAndCredentialsOnlyWhereTheyBelong(string image, bool isGoogles)
    {
        var file = Script("/usr/bin/env >&2; echo \"$@\" >&2; exit 7");
        InspectionProgram program = new(new() { StateDirectory = _folder.Path, Database = "Host=db.example.com;Password=hunter2", Inspection = new() { Program = file, GoogleCredentials = "/etc/davy/google.json" } });

        var fault = (await program.AskAsync(ImageReference.Parse($"{image}:1"), Cancel)).Fault;
        var whole = (await new ConfinedProcess(file, new(256 * Mebibyte, 20, 64, 100_000), TimeSpan.FromSeconds(60), 1_000).RunAsync(["x"], program.Environment(ImageReference.Parse(image).Host), Cancel)).Complaint;

        Assert.StartsWith("The inspection failed with exit code 7: ", fault, StringComparison.Ordinal);
        Assert.Equal(isGoogles, whole.Contains("GOOGLE_APPLICATION_CREDENTIALS=/etc/davy/google.json", StringComparison.Ordinal));
        Assert.DoesNotContain("hunter2", whole, StringComparison.Ordinal);
        foreach (var name in new[] { "DAVY_", "OTEL_", "PGPASSWORD", "PATH=" }) Assert.DoesNotContain(whole.Split('\n'), line => line.StartsWith(name, StringComparison.Ordinal));
        Assert.Equal(!isGoogles, program.Arguments(ImageReference.Parse(image)).Contains("--anonymous"));
        Assert.Equal(["--", ImageReference.Parse(image).ToString()], program.Arguments(ImageReference.Parse(image)).TakeLast(2));
    }

    [Fact]
    public async Task AProgramThatCannotRunIsToldAtTheStart()
    {
        InspectionProgram program = new(new() { StateDirectory = _folder.Path, Inspection = new() { Program = "/bin/false" } });

        Assert.Contains("/bin/false cannot be run as 'davy image inspect': exit code 1", (await Assert.ThrowsAsync<OptionException>(() => program.CheckAsync(Cancel))).Message, StringComparison.Ordinal);
        Assert.Contains("there is no file /nowhere", Assert.Single(InspectionArguments.Faults(new() { Scope = Davy.Findings.InspectionScope.Findings, Program = "/nowhere" })), StringComparison.Ordinal);
        Assert.Empty(InspectionArguments.Faults(new() { Program = "/nowhere" }));
    }
}
