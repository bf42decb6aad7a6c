using System.Text.RegularExpressions;
using Davy.CloudRun;
using Davy.Indicators;

namespace Davy.Detection;

/// <summary>
/// <em>Impact: Cryptomining Commands</em>: a container was given a command line or environment of a miner. Google's rule looks at jobs while they run; this one looks at every container of
/// every kind of resource (https://cloud.google.com/security-command-center/docs/concepts-event-threat-detection-overview). A strong sign is enough, two medium ones are, and so is a medium one with two weak ones;
/// weak ones never are.
/// </summary>
public sealed partial class CryptominingCommands : IDetector
{
    const int Threshold = (int)SignalWeight.Strong;
    const int EvidenceKept = 20;

    /// <summary>Words that stand before a program and are none.</summary>
    static readonly string[] Launchers = ["sudo", "nohup", "exec", "nice", "time", "env", "setsid", "then", "do", "sh", "bash", "-c", "/bin/sh", "/bin/bash"];

    readonly MiningCommands _known = MiningCommands.Default;

    /// <inheritdoc/>
    public string Category => "Impact: Cryptomining Commands";

    /// <inheritdoc/>
    public string Rule => "cloud_run_jobs_cryptomining_commands";

    /// <inheritdoc/>
    public string Tactic => "IMPACT";

    /// <inheritdoc/>
    public string Technique => "RESOURCE_HIJACKING";

    /// <inheritdoc/>
    public string TechniquePage => "https://attack.mitre.org/techniques/T1496/";

    /// <inheritdoc/>
    public IEnumerable<Verdict> Judge(Deployment deployment, IndicatorSet indicators) =>
        from container in deployment.Containers
        where container.Origin is not ContainerOrigin.Annotation
        select Judge(container);

    Verdict Judge(Container container)
    {
        List<Sign> signs = [];
        var cut = "";
        foreach (var text in CommandText.Of(container))
        {
            if (text.IsCut) cut = text.PlaceOf(CommandText.Longest);
            if (_known.MayMatch(text.Text)) signs.AddRange(Signs(text));
        }

        var kinds = signs.GroupBy(sign => sign.Id, StringComparer.Ordinal).OrderBy(kind => kind.Key, StringComparer.Ordinal).ToList();
        var score = kinds.Sum(kind => (int)kind.Max(sign => sign.Weight));
        if (score >= Threshold && signs.Exists(sign => sign.Weight > SignalWeight.Weak)) return new Verdict.Malicious(container, ToMatch(signs, [.. kinds.Select(kind => kind.Key)]));

        return cut == "" ? new Verdict.Clean(container)
            : new Verdict.Undecided(container, $"an argument or value is longer than {CommandText.Longest} characters; what comes after was not looked at", cut);
    }

    Match ToMatch(List<Sign> signs, IReadOnlyList<string> kinds)
    {
        var isCertain = signs.Exists(sign => sign.Weight is SignalWeight.Strong);
        return new()
        {
            Certainty = isCertain ? Certainty.Certain : Certainty.Possible,
            Indicator = string.Join(", ", kinds),
            List = _known.List,
            Sources = [.. signs.OrderByDescending(sign => sign.Weight).SelectMany(sign => sign.Sources).Distinct()],
            WhyPossible = isCertain ? "" : "each of its signs occurs outside mining too, and only together they point to it",
            Place = signs[0].Place,
            Evidence = [.. signs.Select(sign => new MaskedEvidence(sign.Id, sign.Text, sign.Place)).Distinct().Take(EvidenceKept)],
        };
    }

    IEnumerable<Sign> Signs(CommandText text)
    {
        foreach (var signal in _known.Signals)
        {
            var match = signal.Pattern.Match(text.Text);
            if (match.Success) yield return new(signal.Id, signal.Weight, match.Groups[1].Value, text.PlaceOf(match.Groups[1].Index), signal.Sources);
        }

        foreach (System.Text.RegularExpressions.Match match in Host().Matches(text.Text))
        {
            var host = match.Groups["host"];
            if (_known.Pool(host.Value) is not { } pool) continue;

            // A page of a pool may be read by a program that does not mine.
            var weight = match.Groups["web"].Success ? SignalWeight.Weak : pool.Weight;
            yield return new("pool-host", weight, host.Value + match.Groups["port"].Value, text.PlaceOf(host.Index), pool.Sources);
        }

        if (!text.IsCommand) yield break;
        foreach (System.Text.RegularExpressions.Match command in Statement().Matches(text.Text))
        {
            var words = command.Value.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(word => word.Trim('"', '\''));
            var program = words.FirstOrDefault(word => Array.IndexOf(Launchers, word) < 0 && !word.Contains('=')) ?? "";
            var name = program[(program.LastIndexOf('/') + 1)..];
            if (_known.Program(name) is { } weight) yield return new("mining-program", weight, name, text.PlaceOf(command.Index), _known.ProgramSources);
        }
    }

    readonly record struct Sign(string Id, SignalWeight Weight, string Text, string Place, IReadOnlyList<IndicatorSource> Sources);

    [GeneratedRegex(@"(?<web>https?://)?(?:[^\s/@""']{1,128}@)?(?<host>[A-Za-z0-9](?:[A-Za-z0-9-]*\.)+[A-Za-z]{2,24})(?<port>:[0-9]{1,5})?", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex Host();

    [GeneratedRegex(@"[^;|&\n]+", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex Statement();
}
