using Davy.Findings;
using Davy.Reports;
using Davy.Server.Hosting;
using Davy.Storage;

namespace Davy.Server.Inspections;

/// <summary>What goes on where images are looked into in the background.</summary>
static class InspectionWorkers
{
    /// <summary>Adds it, where it is wanted.</summary>
    /// <param name="services">The program's services.</param>
    /// <param name="options">How images are looked into.</param>
    public static void AddInspections(this IServiceCollection services, InspectionOptions options)
    {
        if (options.Scope is InspectionScope.Off) return;
        services.AddSingleton<InspectionProgram>();
        services.AddHostedService<InspectionWorker>().AddHostedService<InspectionTellingWorker>();
    }
}

/// <summary>Looks into the images that wait.</summary>
/// <param name="options">What the program was told.</param>
/// <param name="program">The program that looks into an image.</param>
/// <param name="watch">The watch.</param>
/// <param name="answers">What people answered.</param>
/// <param name="database">The database.</param>
/// <param name="clock">The clock.</param>
/// <param name="log">The log.</param>
sealed partial class InspectionWorker(ServerOptions options, InspectionProgram program, Watch watch, AnswerStore answers, Database database, TimeProvider clock, ILogger<InspectionWorker> log) : BackgroundService
{
    const int LongestShown = 300;

    static readonly TimeSpan Idle = TimeSpan.FromSeconds(1);
    static readonly TimeSpan AfterFault = TimeSpan.FromSeconds(10);
    static readonly TimeSpan StillUsed = TimeSpan.FromDays(90);

    readonly BackgroundInspections _inspections = new(watch, answers, new() { Ask = program.AskAsync, Limit = options.Inspection.Deadline, Tries = options.Inspection.Tries, AsksForListed = options.Inspection.AsksForListed }, clock);
    string _judgedBy = "";

    /// <inheritdoc/>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await program.CheckAsync(cancellationToken);

        // No other process uses an SQLite file, so what is claimed there at the start was claimed by one that died.
        if (database.Kind is DatabaseKind.Sqlite) await watch.Inspections.ReleaseAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(Enumerable.Range(0, options.Inspection.AtOnce).Select(lane => Task.Run(() => RunAsync(lane == 0, stoppingToken), CancellationToken.None)));

    async Task RunAsync(bool isFirst, CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            var wait = Idle;
            try
            {
                if (isFirst) await AskAgainAsync(cancel);
                while (await _inspections.StepAsync(cancel) is { } step) Tell(step);
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // The edge of a background worker: the database may be away for a while; a worker that ended would never come back.
            catch (Exception fault)
#pragma warning restore CA1031
            {
                Failed(fault);
                wait = AfterFault;
            }

            try
            {
                await Task.Delay(wait, TimeProvider.System, cancel);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    /// <summary>Other lists may say more of what was judged.</summary>
    async Task AskAgainAsync(CancellationToken cancel)
    {
        var judgedBy = _inspections.JudgedBy(watch.Indicators);
        if (judgedBy == _judgedBy) return;
        var count = await watch.Inspections.AskAgainAsync(judgedBy, clock.GetUtcNow() - StillUsed, cancel);
        if (count > 0) AskedAgain(count);
        _judgedBy = judgedBy;
    }

    void Tell(InspectionStep step)
    {
        watch.Metrics.Inspected(step);
        var name = TextSanitizer.Clean(step.Image, LongestShown);
        if (step.HasFailed) NotInspected(name, TextSanitizer.Clean(step.Fault, LongestShown));
        else if (step.Verdict is { } verdict) Inspected(name, ImageWords.Said(verdict), step.Took.TotalSeconds);
    }

    [LoggerMessage(1501, LogLevel.Information, "The image {Image} was looked into: {Verdict}, in {Seconds:0.0} s.")]
    partial void Inspected(string image, string verdict, double seconds);

    [LoggerMessage(1502, LogLevel.Warning, "The image {Image} could not be looked into: {Fault}")]
    partial void NotInspected(string image, string fault);

    [LoggerMessage(1503, LogLevel.Information, "Lists, program or settings changed: {Count} images are looked into again.")]
    partial void AskedAgain(int count);

    [LoggerMessage(1504, LogLevel.Error, "Images cannot be looked into; the next attempt is in ten seconds.")]
    partial void Failed(Exception fault);
}

/// <summary>Tells findings and deployments what is in their images.</summary>
/// <param name="watch">The watch.</param>
/// <param name="log">The log.</param>
sealed partial class InspectionTellingWorker(Watch watch, ILogger<InspectionTellingWorker> log) : StepWorker(log)
{
    /// <inheritdoc/>
    protected override Task<bool> StepAsync(CancellationToken cancel) => watch.TellInspectionsAsync(cancel);
}
