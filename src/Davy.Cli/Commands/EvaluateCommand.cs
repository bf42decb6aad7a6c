using System.CommandLine;
using System.Globalization;
using Davy.Cli.Output;
using Davy.Images;
using Davy.Images.Content;
using Davy.Images.Sources;
using Davy.Indicators;
using Davy.Inspection;
using Davy.Reports;

namespace Davy.Cli.Commands;

/// <summary><c>davy image evaluate DIR</c>: how well images are told apart, measured on labelled ones.</summary>
static class EvaluateCommand
{
    const string Miners = "miner";
    const string Others = "clean";

    static readonly Argument<string> Folder = new("DIR") { Description = "A folder with the folders 'miner' and 'clean'; in each, OCI layouts (folders) and archives of 'docker save' (files)." };

    /// <summary>Makes the command.</summary>
    /// <param name="terminal">Where its words go.</param>
    /// <param name="clock">The clock.</param>
    public static Command Create(Terminal terminal, TimeProvider clock)
    {
        Command command = new("evaluate", "Inspect labelled images and show the confusion matrix, so that those who have samples can measure. Exit code 0 where each verdict is right, 1 where one is wrong, 3 where one image was not verified.")
        {
            Folder, ScanOptions.Indicators,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            try
            {
                return await RunAsync(parsed, terminal, clock, cancel);
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or UnreadableFileException)
            {
                throw new UsageException(TextSanitizer.Clean(fault.Message, 1_000));
            }
        });
        HelpExamples.AddTo(command, terminal, "davy image evaluate samples/");
        return command;
    }

    static async Task<int> RunAsync(ParseResult parsed, Terminal terminal, TimeProvider clock, CancellationToken cancel)
    {
        var folder = parsed.GetRequiredValue(Folder);
        var inspector = new ImageInspector(new()
        {
            Indicators = IndicatorSet.Default.With(parsed.GetValue(ScanOptions.Indicators)!.Select(IndicatorFile.Read)),
            Clock = clock,
        });

        var counts = new int[2, Enum.GetValues<ImageVerdict>().Length];
        var seen = 0;
        foreach (var (label, row) in new[] { (Miners, 0), (Others, 1) })
        {
            var place = Path.Combine(folder, label);
            if (!Directory.Exists(place)) continue;

            foreach (var path in Directory.EnumerateFileSystemEntries(place).Order(StringComparer.Ordinal))
            {
                using IImageSource source = Directory.Exists(path) ? new OciLayout(path, ImageLimits.Default) : new DockerArchive(path, ImageLimits.Default);
                var report = await inspector.InspectAsync(path, source, cancel);
                terminal.Out.WriteLine($"{label}\t{ImageWords.Said(report.Verdict)}\t{TextSanitizer.Clean(Path.GetFileName(path))}\t{Reason(report)}");
                counts[row, (int)report.Verdict]++;
                seen++;
            }
        }

        if (seen == 0) throw new UsageException($"{TextSanitizer.Clean(folder)}: there is no image in its folders '{Miners}' and '{Others}'.");
        Show(counts, terminal.Out);
        return Count(counts, 0, IsMiner) < Count(counts, 0, _ => true) || Count(counts, 1, IsMiner) > 0
            ? ExitCode.Found
            : Count(counts, 1, verdict => verdict is ImageVerdict.NotVerified) > 0 ? ExitCode.InDoubt : ExitCode.Clean;
    }

    static bool IsMiner(ImageVerdict verdict) => verdict is ImageVerdict.Miner or ImageVerdict.ContainsMiner;

    static int Count(int[,] counts, int row, Func<ImageVerdict, bool> which) => Enum.GetValues<ImageVerdict>().Where(which).Sum(verdict => counts[row, (int)verdict]);

    static string Reason(ImageReport report) => TextSanitizer.Clean(
        report.Failure?.Text ?? report.Images.SelectMany(image => image.Evidence).FirstOrDefault()?.Why ?? report.Images.SelectMany(image => image.Obstacles).FirstOrDefault()?.Text ?? "", 200);

    static void Show(int[,] counts, TextWriter output)
    {
        var verdicts = Enum.GetValues<ImageVerdict>().Reverse().ToList();
        output.WriteLine();
        output.WriteLine($"{"",-10}{string.Concat(verdicts.Select(verdict => $"{ImageWords.Said(verdict),18}"))}");
        for (var row = 0; row < 2; row++) output.WriteLine($"{(row == 0 ? Miners : Others),-10}{string.Concat(verdicts.Select(verdict => counts[row, (int)verdict].ToString(CultureInfo.InvariantCulture).PadLeft(18)))}");
    }
}
