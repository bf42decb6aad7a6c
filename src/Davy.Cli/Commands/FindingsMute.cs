using System.CommandLine;
using System.Globalization;
using Davy.Cli.Client;
using Davy.Cli.Output;

namespace Davy.Cli.Commands;

/// <summary><c>davy findings set-mute|bulk-mute</c>: mutes one finding, or all that pass a filter.</summary>
static class FindingsMute
{
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Makes <c>set-mute</c>.</summary>
    public static Command SetMute(Terminal terminal, TimeProvider clock, ServerSettings settings)
    {
        Option<string> mute = new("--mute") { Description = "MUTED, UNMUTED, or UNDEFINED to leave it to the mute rules.", Required = true };
        mute.AcceptOnlyFromAmong(StringComparer.OrdinalIgnoreCase, "MUTED", "UNMUTED", "UNDEFINED");
        Command command = new("set-mute", "Mute one finding, or unmute it; it stays in lists.") { FindingsOptions.Finding, mute };
        foreach (var option in FindingsOptions.Answers) command.Options.Add(option);
        return FindingsCall.Make(command, terminal, clock, settings, async (call, cancel) =>
        {
            var name = call.Finding();
            await call.WriteFindingAsync(await call.Api.SetMuteAsync(name, call.Parsed.GetRequiredValue(mute).ToUpperInvariant(), cancel), name, cancel);
            return ExitCode.Clean;
        },
            "davy findings set-mute FINDING --mute MUTED");
    }

    /// <summary>Makes <c>bulk-mute</c>.</summary>
    public static Command BulkMute(Terminal terminal, TimeProvider clock, ServerSettings settings)
    {
        Option<string> state = new("--mute-state") { Description = "MUTED, or UNDEFINED to leave it to the mute rules.", DefaultValueFactory = _ => "MUTED" };
        state.AcceptOnlyFromAmong(StringComparer.OrdinalIgnoreCase, "MUTED", "UNDEFINED");
        Option<string> filter = new("--filter") { Description = "Which findings; all others stay as they are.", HelpName = "FILTER", Required = true };
        Option<bool> yes = new("--yes", "-y") { Description = "Do not ask first." };
        Option<bool> detached = new("--async") { Description = "Do not wait for the end; print the operation's name." };
        Command command = new("bulk-mute", "Mute all findings that pass a filter.") { FindingsOptions.Parent, filter, state, yes, detached };
        return FindingsCall.Make(command, terminal, clock, settings, async (call, cancel) =>
        {
            var (node, text) = (call.Node(), call.Parsed.GetRequiredValue(filter));
            if (text.Trim() == "") throw new UsageException("--filter is empty, and would mute all there is. To mute all, say so: --filter 'NOT mute=\"MUTED\"'.");
            var mute = call.Parsed.GetRequiredValue(state).ToUpperInvariant();
            if (!call.Parsed.GetValue(yes) && !await AgreedAsync(call, node, text, mute, cancel)) return ExitCode.Failed;

            var operation = await call.Api.BulkMuteAsync(node, text, mute, cancel);
            if (call.Parsed.GetValue(detached))
            {
                terminal.Out.WriteLine(operation);
                return ExitCode.Clean;
            }

            return await WaitAsync(call, operation, clock, cancel);
        },
            "davy findings bulk-mute organizations/123 --filter 'resource.project_display_name:\"sandbox\"'",
            "davy findings bulk-mute projects/acme-dev --filter 'severity=\"LOW\"' --yes --async");
    }

    /// <summary>A person is asked, with the number of findings; a script is not.</summary>
    static async Task<bool> AgreedAsync(FindingsCall call, string node, string filter, string mute, CancellationToken cancel)
    {
        var terminal = call.Terminal;
        if (!terminal.InIsTerminal || !terminal.ErrorIsTerminal) return true;

        var count = await call.Api.CountAsync(new() { Parent = $"{node}/sources/-", Filter = filter }, cancel);
        terminal.Error.Write(string.Create(CultureInfo.InvariantCulture, $"davy: {count:N0} findings pass the filter. Set them all to {mute}? [y/N] "));
        using StreamReader input = new(terminal.OpenIn());
        if (input.ReadLine()?.Trim().ToLowerInvariant() is "y" or "yes") return true;
        terminal.Error.WriteLine("davy: nothing was changed.");
        return false;
    }

    static async Task<int> WaitAsync(FindingsCall call, string operation, TimeProvider clock, CancellationToken cancel)
    {
        var terminal = call.Terminal;
        var start = clock.GetTimestamp();
        var isShown = terminal is { ErrorIsTerminal: true, IsAutomated: false };
        try
        {
            while (true)
            {
                var (isDone, error) = await call.Api.OperationAsync(operation, cancel);
                if (isDone)
                {
                    if (isShown) terminal.Error.Write("\r\e[K");
                    if (error != "") throw new ServerException($"the bulk mute {operation} failed: {error}");
                    terminal.Error.WriteLine($"davy: done ({operation}).");
                    return ExitCode.Clean;
                }

                if (isShown) terminal.Error.Write(string.Create(CultureInfo.InvariantCulture, $"\r\e[Kdavy: muting, {clock.GetElapsedTime(start).TotalSeconds:F0} s …"));
                await Task.Delay(Pause, clock, cancel);
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            if (isShown) terminal.Error.WriteLine();
            terminal.Error.WriteLine($"davy: no longer waiting; the server goes on with {operation}.");
            return ExitCode.Interrupted;
        }
    }
}
