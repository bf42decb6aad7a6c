using System.Diagnostics;
using System.Globalization;
using Davy.Outbound;
using Davy.Tests.EndToEnd;
using Davy.Tests.Google;

namespace Davy.Tests.Ingest;

/// <summary>davyd as a process of its own, of which strace (https://strace.io) takes hold once it is ready, to kill it or to let its calls fail.</summary>
sealed class TracedServer : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    readonly BuiltProgram _program;
    readonly Process _process;
    Process? _trace;
    Task<string> _traced = Task.FromResult("");

    TracedServer(BuiltProgram program, Uri url) => (_program, _process, Url) = (program, Process.GetProcessById(program.Id), url);

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Where it is.</summary>
    public Uri Url { get; }

    /// <summary>Whether it has ended.</summary>
    public bool HasEnded => _process.HasExited;

    /// <summary>Starts davyd on a database, where it asks nobody who they are.</summary>
    /// <param name="folder">Its data folder.</param>
    /// <param name="database">The connection string.</param>
    public static async Task<TracedServer> StartAsync(string folder, string database)
    {
        using var http = OutboundGuard.Client(SomeCredentials.Loopback);
        var (program, url) = await StartedDavyd.StartAsync(http, ["--data", folder, "--database", database, "--insecure", "--ingest-rate-limit", "0", "--rate-limit", "0"]);
        return new(program, url);
    }

    /// <summary>Whether strace is here, and may take hold of a process.</summary>
    public static async Task<bool> CanTraceAsync()
    {
        try
        {
            using Process trace = new() { StartInfo = new("strace", ["-f", "-o", "/dev/null", "-e", "trace=none", "true"]) { RedirectStandardError = true } };
            trace.Start();
            await trace.StandardError.ReadToEndAsync(Cancel);
            await trace.WaitForExitAsync(Cancel);
            return trace.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    /// <summary>Lets strace take hold of the process.</summary>
    /// <param name="log">The file of its log.</param>
    /// <param name="arguments">What it does there.</param>
    public async Task AttachAsync(string log, params string[] arguments)
    {
        _trace = new() { StartInfo = new("strace", ["-f", "-o", log, .. arguments, "-p", _process.Id.ToString(CultureInfo.InvariantCulture)]) { RedirectStandardError = true } };
        _trace.Start();
        while (await _trace.StandardError.ReadLineAsync(Cancel) is { } line)
        {
            if (!line.Contains("attached", StringComparison.Ordinal)) continue;
            _traced = _trace.StandardError.ReadToEndAsync(CancellationToken.None);
            return;
        }

        Assert.Fail("strace does not take hold of davyd.");
    }

    /// <summary>Lets the process go again.</summary>
    public async Task DetachAsync()
    {
        if (_trace is not { HasExited: false } trace) return;
        using (var kill = Process.Start("kill", ["-INT", trace.Id.ToString(CultureInfo.InvariantCulture)])) await kill.WaitForExitAsync(Cancel);
        await _traced;
        await trace.WaitForExitAsync(Cancel);
    }

    /// <summary>Waits for the end of the process, which must come.</summary>
    public async Task EndedAsync()
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        patience.CancelAfter(Patience);
        await _process.WaitForExitAsync(patience.Token);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
        if (_trace is not null)
        {
            await _traced;
            await _trace.WaitForExitAsync(CancellationToken.None);
            _trace.Dispose();
        }

        _process.Dispose();
        _program.Dispose();
    }
}
