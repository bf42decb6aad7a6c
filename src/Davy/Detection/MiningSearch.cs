using Davy.CloudRun;
using Davy.Indicators;
using Group = System.Text.RegularExpressions.Group;

namespace Davy.Detection;

/// <summary>Looks through one container: its command line, the values of its environment, and what stands in base64 in either.</summary>
sealed class MiningSearch(MiningCommands known)
{
    /// <summary>How often base64 is decoded in what was decoded.</summary>
    const int MaxRounds = 2;

    /// <summary>How much decoded text is looked at in all, in characters.</summary>
    const int MaxDecoded = 64 * 1024;

    /// <summary>More programs than this in one decoded text are a list of miners and not what is run.</summary>
    const int MostDecodedPrograms = 3;

    const int PoolOrder = 500;

    readonly List<CommandText> _texts = [];
    int _decoded;

    /// <summary>Why not all could be judged, and where; null where all was.</summary>
    public (string Reason, string Place)? Doubt { get; private set; }

    /// <summary>Everything that speaks for mining.</summary>
    /// <param name="container">The container.</param>
    /// <returns>In the fixed order of the signals; empty at little cost where nothing can be in it.</returns>
    public IReadOnlyList<MiningSighting> Look(Container container)
    {
        Add(CommandText.Of(container), 0);
        foreach (var variable in container.Environment)
        {
            if (variable.Value.Length > 0) Add(CommandText.Of(variable), 0);
        }

        List<MiningSighting> programs = [.. _texts.Where(text => text.IsCommand).SelectMany(Programs)];
        if (programs.Count == 0 && !_texts.Exists(MayHoldASignal)) return [];

        return [.. programs.Concat(_texts.SelectMany(Sightings)).DistinctBy(sighting => (sighting.Signal, sighting.Shown, sighting.Place))
            .OrderByDescending(sighting => sighting.Weight).ThenBy(sighting => sighting.Order)];
    }

    void Add(CommandText text, int round)
    {
        if (text.Text.Length == 0) return;

        _texts.Add(text);
        if (text.CutAt is { } cut) Doubt ??= ($"An argument or value goes beyond the {CommandText.MaxLength} characters that are looked at.", cut);

        foreach (var (start, decoded) in Base64Text.In(text.Text))
        {
            var place = text.PlaceOf(start);
            if (round == MaxRounds)
            {
                Doubt ??= ($"Base64 is nested more than {MaxRounds} times.", place);
                return;
            }

            if (_decoded + decoded.Length > MaxDecoded)
            {
                Doubt ??= ($"There is more than {MaxDecoded} characters of text in base64.", place);
                return;
            }

            _decoded += decoded.Length;
            Add(CommandText.Decoded(decoded, place), round + 1);
        }
    }

    /// <summary>An address, or what a tool as entrypoint is given to look at (<c>owner/repository</c>), is no program.</summary>
    static bool IsOther(Invocation run) =>
        run.Folder.Contains("://") || (run.Command.IsOfEntrypoint && run.Folder.Length > 0 && !run.Folder.StartsWith('/') && !run.Folder.StartsWith('.'));

    bool MayHoldASignal(CommandText text) =>
        known.Mentions(text.Text) || (text.Variable is { } variable && known.Of(variable.Name).Count > 0);

    IReadOnlyList<MiningSighting> Programs(CommandText text)
    {
        List<MiningSighting> found = [];
        foreach (var run in text.Commands.Invocations)
        {
            if (IsOther(run) || known.ProgramOf(run.Name) is not { } program) continue;

            var (start, end) = run.Range;
            // A name that the shell puts together is shown as it comes out.
            var shown = end - start == run.Name.Length ? text.Masked([(start, end)]) : $"…{run.Name}…";
            found.Add(new(program.Id, program.Weight, "program", program.Order, program.Sources, text, start, end, shown));
        }

        if (text.Commands.IsCut) Doubt ??= ("There are more scripts within scripts than are followed.", text.PlaceOf(0));

        // A decoded text with many names is a list of them: nobody runs so many.
        return text.IsDecoded && found.DistinctBy(sighting => sighting.Shown).Count() > MostDecodedPrograms ? [] : found;
    }

    IEnumerable<MiningSighting> Sightings(CommandText text)
    {
        foreach (var signal in known.Signals)
        {
            if (!signal.MayBeIn(text.Wanted, text.LongestRun)) continue;
            if (signal.Look(text.Wanted) is { Success: true } match) yield return Sighting(signal, text, match);
        }

        foreach (var mention in PoolSearch.In(text.Wanted, known.Pools))
        {
            var id = mention.IsStrong ? "pool" : "pool-reported";
            yield return new(id, mention.IsStrong ? SignalWeight.Strong : SignalWeight.Medium, "pool", PoolOrder, mention.Pool.Sources, text,
                mention.Start, mention.End, text.Masked([(mention.Start, mention.End)]));
        }

        if (text.Variable is not { } variable) yield break;

        foreach (var signal in known.Of(variable.Name))
        {
            if (signal.Look(text.Text) is not { Success: true } match) continue;

            var sighting = Sighting(signal, text, match);
            yield return sighting with { Shown = $"{variable.Name}={sighting.Shown}" };
        }
    }

    static MiningSighting Sighting(MiningSignal signal, CommandText text, System.Text.RegularExpressions.Match match)
    {
        List<(int Start, int End)> kept = [.. match.Groups.Cast<Group>().Skip(1).Where(group => group is { Success: true, Length: > 0 })
            .OrderBy(group => group.Index).Select(group => (group.Index, group.Index + group.Length))];

        var (start, end) = kept.Count > 0 ? (kept[0].Start, kept[^1].End) : (match.Index, match.Index + match.Length);
        return new(signal.Id, signal.Weight, signal.Group, signal.Order, signal.Sources, text, start, end, text.Masked(kept));
    }
}
