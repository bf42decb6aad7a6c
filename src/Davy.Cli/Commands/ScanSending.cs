using System.Globalization;
using Davy.Cli.Client;
using Davy.Cli.Output;
using Davy.Reports;

namespace Davy.Cli.Commands;

/// <summary><c>davy scan --to</c>: sends what was found, and says what became of it.</summary>
static class ScanSending
{
    /// <summary>Sends. What was found has been shown already.</summary>
    /// <param name="server">The server.</param>
    /// <param name="result">What the scan found.</param>
    /// <param name="options">How its findings are named.</param>
    /// <param name="code">How the scan itself ends.</param>
    /// <param name="isQuiet">No word where all went well.</param>
    /// <param name="terminal">Where its words go.</param>
    /// <param name="cancel">The user interrupts.</param>
    /// <returns>The exit code: the scan's own, or that it failed, for somebody counts on what was to be kept.</returns>
    public static int Run(ServerClient server, ScanResult result, ReportOptions options, int code, bool isQuiet, Terminal terminal, CancellationToken cancel)
    {
        if (result.Summary.IsPartial)
        {
            terminal.Error.WriteLine("davy: interrupted: nothing was sent to the server.");
            return code;
        }

        try
        {
            // Davy's own names, whatever the report says to other tools.
            var outcome = new ScanDelivery(server).SendAsync(result, options with { EtdCompat = false }, cancel).GetAwaiter().GetResult();
            if (!isQuiet) terminal.Error.WriteLine(Said(outcome));
            if (outcome.Undeliverable == 0) return code;

            terminal.Error.WriteLine(Invariant($"davy: {outcome.Undeliverable:N0} of the findings could not be sent: they name no project, so that davyd has no name for them, or are too large."));
            return ExitCode.Failed;
        }
        catch (ServerException fault)
        {
            terminal.Error.WriteLine($"davy: not kept: {fault.Message}");
            terminal.Error.WriteLine("davy: what was found is shown all the same; the same scan may be sent again, nothing is kept twice.");
            return ExitCode.Failed;
        }
        catch (OperationCanceledException)
        {
            terminal.Error.WriteLine("davy: interrupted while sending: the server may have a part of it; the same scan may be sent again, nothing is kept twice.");
            return ExitCode.Interrupted;
        }
    }

    static string Said(DeliveryOutcome outcome) =>
        Invariant($"davy: kept by the server: {outcome.Created:N0} new, {outcome.Changed:N0} with something added, {outcome.Unchanged:N0} known already{(outcome.Excepted > 0 ? $"; {outcome.Excepted:N0} left out, since they were answered as intended" : "")}.");

    static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
