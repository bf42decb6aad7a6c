using System.CommandLine;
using Davy.Cli.Output;
using Davy.Images;
using Davy.Indicators;
using Davy.Reports;

namespace Davy.Cli.Commands;

/// <summary><c>davy indicators list|show|test|lint</c>: the lists of known-bad images.</summary>
static class IndicatorsCommand
{
    /// <summary>Makes the command.</summary>
    /// <param name="terminal">Where its words go.</param>
    public static Command Create(Terminal terminal)
    {
        Command command = new("indicators", "Look at the lists of known-bad images, check them, try them.")
        {
            List(terminal), Show(terminal), Test(terminal), Lint(terminal),
        };
        HelpExamples.AddTo(command, terminal, "davy indicators list", "davy indicators test mirror.gcr.io/metal3d/xmrig:latest", "davy indicators lint ours.json");
        return command;
    }

    static Command List(Terminal terminal)
    {
        Command command = new("list", "List every indicator: reference, kind, confidence, first reported, list.") { ScanOptions.Indicators };
        command.SetAction(parsed => Guarded(() =>
        {
            foreach (var indicator in Set(parsed).Indicators)
            {
                terminal.Out.WriteLine($"{Safe(indicator.Reference)}\t{Kind(indicator)}\t{indicator.Confidence.ToString().ToLowerInvariant()}\t{Safe(indicator.FirstReported)}\t{Safe(indicator.List)}");
            }

            return ExitCode.Clean;
        }));
        HelpExamples.AddTo(command, terminal, "davy indicators list", "davy indicators list --indicators ours.txt | grep ghcr.io");
        return command;
    }

    static Command Show(Terminal terminal)
    {
        Argument<string> reference = new("REF") { Description = "A reference, digest or namespace as it is listed." };
        Command command = new("show", "Show all that is known of an indicator. Exit code 1 where it is listed, 0 where it is not.") { reference, ScanOptions.Indicators };
        command.SetAction(parsed => Guarded(() =>
        {
            var text = parsed.GetRequiredValue(reference);
            var spelled = ImageSpelling.Read(text).Reference?.Repository;
            var found = Set(parsed).Indicators.Where(indicator => indicator.Reference == text || indicator.Reference == spelled).ToList();
            foreach (var indicator in found) Write(indicator, terminal.Out);
            if (found.Count == 0) terminal.Error.WriteLine($"davy: {Safe(text)} is not listed; 'davy indicators test' tells what of a list would match it.");
            return found.Count > 0 ? ExitCode.Found : ExitCode.Clean;
        }));
        HelpExamples.AddTo(command, terminal, "davy indicators show metal3d/xmrig");
        return command;
    }

    static Command Test(Terminal terminal)
    {
        Argument<string> reference = new("REF") { Description = "A reference as it would be deployed." };
        Command command = new("test", "Tell what would match a reference, and why, or why nothing does. Exit code 1 for a match, 3 for a reference that cannot be read, 0 for none.")
        {
            reference, ScanOptions.Indicators, ScanOptions.Upstreams,
        };
        command.SetAction(parsed => Guarded(() =>
        {
            var image = ImageSpelling.Read(parsed.GetRequiredValue(reference), parsed.GetValue(ScanOptions.Upstreams) is { } file ? Upstreams.Read(file) : Upstreams.None);
            if (!image.IsReadable)
            {
                terminal.Out.WriteLine($"{Safe(image.Text)} cannot be read: {Safe(image.Fault)}. A scan would report a doubt.");
                return ExitCode.InDoubt;
            }

            var set = Set(parsed);
            terminal.Out.WriteLine($"{Safe(image.Text)} is read as {Safe(image.Reference.ToString())}{(image.IsValid ? "" : $" (not valid as written: {Safe(image.Fault)})")}");
            foreach (var outcome in set.Explain(image))
            {
                var how = outcome.Transformation == "" ? "" : $" ({Safe(outcome.Transformation)})";
                terminal.Out.WriteLine($"  tried {Safe(outcome.Tried)}{how}: {(outcome.Matches.Count == 0 ? Safe(outcome.WhyNot, 1_000) : "")}");
                foreach (var match in outcome.Matches) terminal.Out.WriteLine($"    {match.Certainty.ToString().ToLowerInvariant()}: {Safe(match.Indicator.Reference)} ({Kind(match.Indicator)}) on {Safe(match.Indicator.List)}{(match.WhyPossible == "" ? "" : $"; only possible: {Safe(match.WhyPossible)}")}");
            }

            if (set.Match(image) is { } best)
            {
                terminal.Out.WriteLine($"A scan would report it: {best.Certainty.ToString().ToLowerInvariant()}, {Safe(best.Indicator.Reference)}.");
                return ExitCode.Found;
            }

            terminal.Out.WriteLine(image.IsValid ? "A scan would report nothing." : "A scan would report a doubt.");
            return image.IsValid ? ExitCode.Clean : ExitCode.InDoubt;
        }));
        HelpExamples.AddTo(command, terminal, "davy indicators test us-docker.pkg.dev/acme/hub/metal3d/xmrig", "davy indicators test registry.example.com/app --indicators ours.txt");
        return command;
    }

    static Command Lint(Terminal terminal)
    {
        Argument<string[]> files = new("FILE") { Description = "Lists of indicators.", Arity = ArgumentArity.OneOrMore };
        Command command = new("lint", "Check lists: a source for each entry, valid references, nothing too broad, nothing twice, no base images. Exit code 1 where there is a fault.") { files };
        command.SetAction(parsed => Guarded(() =>
        {
            var count = 0;
            foreach (var file in parsed.GetRequiredValue(files))
            {
                foreach (var fault in IndicatorLinter.Lint(file, UserFile.Read(file)))
                {
                    terminal.Out.WriteLine($"{Safe(fault.File)}:{fault.Line}: {(fault.Reference == "" ? "" : $"{Safe(fault.Reference)}: ")}{Safe(fault.Fault, 1_000)}");
                    count++;
                }
            }

            return count > 0 ? ExitCode.Found : ExitCode.Clean;
        }));
        HelpExamples.AddTo(command, terminal, "davy indicators lint ours.json");
        return command;
    }

    static IndicatorSet Set(ParseResult parsed) => IndicatorSet.Default.With(parsed.GetValue(ScanOptions.Indicators)!.Select(IndicatorFile.Read));

    static void Write(Indicator indicator, TextWriter writer)
    {
        writer.WriteLine($"{Safe(indicator.Reference)}");
        writer.WriteLine($"  scope      {indicator.Scope.ToString().ToLowerInvariant()}");
        writer.WriteLine($"  kind       {Kind(indicator)}");
        writer.WriteLine($"  family     {Safe(indicator.Family)}");
        writer.WriteLine($"  reported   {Safe(indicator.FirstReported)} (confidence {indicator.Confidence.ToString().ToLowerInvariant()})");
        foreach (var source in indicator.Sources) writer.WriteLine($"  source     {Safe(source.Title)}; {Safe(source.Where)}");
        if (indicator.Note != "") writer.WriteLine($"  note       {Safe(indicator.Note)}");
        writer.WriteLine($"  list       {Safe(indicator.List)}");
    }

    static string Kind(Indicator indicator) => indicator.Kind is IndicatorKind.Malicious ? "reported in an incident" : "published miner";

    static string Safe(string text, int most = 256) => TextSanitizer.Clean(text, most);

    static int Guarded(Func<int> run)
    {
        try
        {
            return run();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or UnreadableFileException)
        {
            throw new UsageException(TextSanitizer.Clean(fault.Message, 1_000));
        }
    }
}
