using System.CommandLine;
using System.Runtime.InteropServices;
using Davy.Cli.Output;
using Davy.Images;
using Davy.Images.Content;
using Davy.Indicators;
using Davy.Inspection;
using Davy.Reports;

namespace Davy.Cli.Commands;

/// <summary><c>davy image inspect</c>: is this image a miner? The proof.</summary>
static class ImageCommand
{
    /// <summary>Makes the command.</summary>
    /// <param name="terminal">Where its words go.</param>
    /// <param name="clock">The clock.</param>
    public static Command Create(Terminal terminal, TimeProvider clock)
    {
        Command command = new("image", "Look into container images.") { Inspect(terminal, clock), EvaluateCommand.Create(terminal, clock) };
        HelpExamples.AddTo(command, terminal, "davy image inspect oci:./layout", "davy image inspect docker-archive:./image.tar.gz --format json");
        return command;
    }

    static Command Inspect(Terminal terminal, TimeProvider clock)
    {
        Command command = new("inspect", "Say whether an image is a miner, by what is in it, and show the proof. Nothing is run or unpacked. Exit code 1 for a miner or an image that contains one, "
            + "3 where something was not looked at, 0 for clean, only mentioned, or (without --fail-on suspicious) suspicious.")
        {
            ImageOptions.Reference,
        };
        foreach (var option in ImageOptions.All) command.Options.Add(option);
        command.SetAction(async (parsed, cancel) =>
        {
            try
            {
                return await RunAsync(parsed, terminal, clock, cancel);
            }
            catch (Exception fault) when ((fault is IOException or UnauthorizedAccessException or UnreadableFileException) && !parsed.GetValue(ImageOptions.Debug))
            {
                throw new UsageException(TextSanitizer.Clean(fault.Message, 1_000));
            }
        });
        HelpExamples.AddTo(command, terminal,
            "davy image inspect europe-docker.pkg.dev/example/apps/web:1.4",
            "davy image inspect docker-archive:./image.tar.gz --all-layers",
            "docker save example/app:1 -o image.tar && davy image inspect docker-archive:image.tar --format sarif -o app.sarif");
        return command;
    }

    static async Task<int> RunAsync(ParseResult parsed, Terminal terminal, TimeProvider clock, CancellationToken cancel)
    {
        using var interrupt = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        using var onInterrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context =>
        {
            context.Cancel = !interrupt.IsCancellationRequested;
            interrupt.Cancel();
        });

        var limits = ImageLimits.Default;
        if (parsed.GetValue(ImageOptions.Timeout) is { } seconds) limits = limits with { Time = TimeSpan.FromSeconds(seconds) };
        var settings = new InspectionSettings
        {
            Indicators = IndicatorSet.Default.With(parsed.GetValue(ScanOptions.Indicators)!.Select(IndicatorFile.Read)),
            Platform = PlatformOf(parsed.GetValue(ImageOptions.Platform)!),
            AllLayers = parsed.GetValue(ImageOptions.AllLayers),
            Limits = limits,
            Clock = clock,
        };

        var name = parsed.GetRequiredValue(ImageOptions.Reference);
        try
        {
            using var source = ImageSources.Open(name, parsed, settings.Indicators, limits, clock);
            var report = await new ImageInspector(settings).InspectAsync(name, source, interrupt.Token);
            Write(parsed, report, terminal);
            if (parsed.GetValue(ImageOptions.Save) is { } folder) await SaveAsync(folder, limits, report, source, terminal, interrupt.Token);
            return CodeOf(report, parsed.GetValue(ImageOptions.FailOn)!);
        }
        catch (OperationCanceledException)
        {
            terminal.Error.WriteLine("davy: interrupted: the image was not inspected.");
            return ExitCode.Interrupted;
        }
    }

    static async Task SaveAsync(string folder, ImageLimits limits, ImageReport report, IImageSource source, Terminal terminal, CancellationToken cancel)
    {
        if (report.Images.Count == 0) return;
        try
        {
            var count = await new ImageSaving(folder, limits).SaveAsync(report, source, cancel);
            terminal.Error.WriteLine($"davy: manifest, configuration and {count} layers with evidence are kept in {TextSanitizer.Clean(folder)}.");
        }
        catch (UnreadableImageException fault)
        {
            throw new UsageException($"--save: {TextSanitizer.Clean(fault.Message, 1_000)}");
        }
    }

    static void Write(ParseResult parsed, ImageReport report, Terminal terminal)
    {
        var format = parsed.GetValue(ImageOptions.Format)!;
        if (parsed.GetValue(ImageOptions.Output) is { } file)
        {
            AtomicFile.Write(file, stream => Write(format, report, Style.Plain, stream));
            return;
        }

        using var output = terminal.OpenOut();
        Write(format, report, new(terminal.Colours(parsed.GetValue(ScanOptions.Colour)!), terminal.OutIsTerminal ? terminal.Width : null), output);
    }

    static void Write(string format, ImageReport report, Style style, Stream output)
    {
        switch (format)
        {
            case "json":
                ImageJsonReport.Write(report, output);
                break;
            case "sarif":
                ImageSarifReport.Write(report, VersionCommand.Version, output);
                break;
            default:
                using (StreamWriter writer = new(output, new System.Text.UTF8Encoding(false), leaveOpen: true)) ImageTableReport.Write(report, style, writer);
                break;
        }
    }

    static Platform? PlatformOf(string text) => text == "all" ? null
        : Platform.Parse(text) ?? throw new UsageException($"--platform: {TextSanitizer.Clean(text)} is no platform; write one as linux/amd64, or 'all'.");

    static int CodeOf(ImageReport report, string failOn) => report.Verdict switch
    {
        ImageVerdict.Miner or ImageVerdict.ContainsMiner => ExitCode.Found,
        ImageVerdict.Suspicious when failOn == "suspicious" => ExitCode.Found,
        ImageVerdict.NotVerified => ExitCode.InDoubt,
        _ when report.Failure is not null || report.Images.Any(image => image.Obstacles.Count > 0) => ExitCode.InDoubt,
        _ => ExitCode.Clean,
    };
}
