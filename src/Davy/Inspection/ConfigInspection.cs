using System.Text.RegularExpressions;
using Davy.CloudRun;
using Davy.Detection;
using Davy.Images.Content;
using Davy.Indicators;

namespace Davy.Inspection;

/// <summary>What a configuration says by itself, before any layer is read: what is run, with which environment, and how the image was made.</summary>
/// <param name="known">What is known of miners' command lines.</param>
sealed partial class ConfigInspection(MiningCommands known)
{
    readonly CryptominingCommands _commands = new(known);

    /// <summary>Everything in a configuration that speaks of mining.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="obstacles">Takes what could not be judged.</param>
    public IEnumerable<ImageEvidence> Look(ImageConfig config, ICollection<Obstacle> obstacles)
    {
        var command = CommandOf(config);
        if (Evidence(command, EvidenceKind.Command, EvidenceRole.Runs, "config", "The image runs this when it starts", Judgement.Enough, obstacles) is { } runs) yield return runs;

        for (var i = 0; i < config.History.Count; i++)
        {
            if (StepEvidence(config.History[i].CreatedBy, $"history[{i}].created_by", command, obstacles) is { } step) yield return step;
        }

        foreach (var (name, value) in config.Labels)
        {
            if (!known.Mentions(value) && known.ProgramOf(value.AsSpan(value.LastIndexOf('/') + 1)) is null) continue;
            yield return new()
            {
                Kind = EvidenceKind.Label,
                Role = EvidenceRole.Mentioned,
                Points = 1,
                Place = $"config.Labels[{name}]",
                Signs = [new("label", SignalWeight.Weak, value, -1, 0, [])],
                Why = "A label speaks of mining.",
            };
        }
    }

    /// <summary>The image as a container that gets no arguments.</summary>
    public static Container CommandOf(ImageConfig config)
    {
        var isEntrypoint = config.Entrypoint.Count > 0;
        return new()
        {
            Command = [.. (isEntrypoint ? config.Entrypoint : config.Command).Select((word, i) => new PlacedText(word, isEntrypoint ? $"config.Entrypoint[{i}]" : $"config.Cmd[{i}]"))],
            Args = isEntrypoint ? [.. config.Command.Select((word, i) => new PlacedText(word, $"config.Cmd[{i}]"))] : [],
            Environment = [.. config.Environment.Select((variable, i) => new EnvironmentVariable(variable.Name, variable.Value, $"config.Env[{i}]"))],
        };
    }

    /// <summary>Judges a command, a script or values.</summary>
    /// <param name="container">What is judged, as a container that runs it.</param>
    /// <param name="kind">What it is.</param>
    /// <param name="role">What the image does with it.</param>
    /// <param name="place">Where it is.</param>
    /// <param name="why">Why it matters, as the beginning of a sentence.</param>
    /// <param name="enough">The points of what is certain.</param>
    /// <param name="obstacles">Takes what could not be judged.</param>
    /// <returns>Null where nothing speaks of mining.</returns>
    public ImageEvidence? Evidence(Container container, EvidenceKind kind, EvidenceRole role, string place, string why, int enough, ICollection<Obstacle> obstacles)
    {
        switch (_commands.Judge(container))
        {
            case Verdict.Malicious { Match: var match }:
                return new()
                {
                    Kind = kind,
                    Role = role,
                    Points = match.Certainty is Certainty.Certain ? enough : Judgement.Suspect,
                    Place = match.Evidence is [{ Place: { Length: > 0 } exact }, ..] && kind is EvidenceKind.Command ? exact : place,
                    Signs = [.. match.Evidence.Select(each => new EvidenceSign(each.Signal, match.Certainty is Certainty.Certain ? SignalWeight.Strong : SignalWeight.Medium, each.Text, -1, 0, match.Sources))],
                    Why = match.Certainty is Certainty.Certain ? $"{why}." : $"{why}; {match.WhyPossible}.",
                };
            case Verdict.Undecided { Reason: var reason }:
                obstacles.Add(new(UnreadableReason.Limit, $"{place}: {reason}"));
                return null;
            default:
                return null;
        }
    }

    ImageEvidence? StepEvidence(string createdBy, string place, Container command, ICollection<Obstacle> obstacles)
    {
        if (BuildStep.Read(createdBy, place) is not { } step) return null;

        // What the image runs now is told already.
        var words = step.Container.Command.Select(word => word.Text).ToList();
        if (!step.IsRun && words.Count > 0 && (words.SequenceEqual(command.Command.Select(word => word.Text)) || words.SequenceEqual(command.Args.Select(word => word.Text)))) return null;

        var isFetched = !step.IsRun && words.Count == 0;
        var why = step.IsRun || isFetched ? "This was done when the image was made" : "An image below was told to run this, before that was changed";
        if (Evidence(step.Container, EvidenceKind.History, EvidenceRole.BuiltWith, place, why, step.IsRun || isFetched ? Judgement.Enough : Judgement.Suspect, obstacles) is { } evidence) return evidence;

        return MinerSources().Match(createdBy) is { Success: true } match
            ? new()
            {
                Kind = EvidenceKind.History,
                Role = EvidenceRole.BuiltWith,
                Points = 3,
                Place = place,
                Signs = [new("miner-sources", SignalWeight.Strong, match.Groups[1].Value, -1, 0, [new("Source repositories of miners", "docs/image-inspection.md")])],
                Why = "The sources of a miner were fetched when the image was made.",
            }
            : null;
    }

    /// <summary>The repositories that miners are built from.</summary>
    [GeneratedRegex(@"(?i)github\.com[/:]((?:xmrig|moneroocean|c3pool|mo3n)/xmrig[a-z-]*|pooler/cpuminer|tpruvot/(?:cpuminer-multi|ccminer)|jayddee/cpuminer-opt|wyvernblue/cpuminer[a-z-]*|fireice-uk/xmr-stak[a-z-]*|ethereum-mining/ethminer|doktor83/srbminer[a-z-]*|trexminer/t-rex|todxx/teamredminer|lolliedieb/lolminer[a-z-]*|nebutech/nbminer|monkins1010/ccminer|deroproject/derohe|lukechilds/docker-cpuminer|ckolivas/cgminer|luke-jr/bfgminer)\b", RegexOptions.NonBacktracking)]
    private static partial Regex MinerSources();
}
