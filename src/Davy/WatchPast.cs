using System.Data.Common;
using System.Text.Json.Nodes;
using Davy.Findings;

namespace Davy;

/// <summary>
/// Tells findings what is remembered of their resources, within the transaction that keeps either: a new finding before it is kept, and one that is kept as soon as an entry comes which it
/// concerns, late or not. What it tells depends on what is remembered, never on the order in which it came.
/// </summary>
sealed class WatchPast
{
    readonly DbTransaction _transaction;
    readonly FindingBatch _batch;
    readonly Dictionary<string, List<ResourceFinding>> _known;
    readonly Dictionary<(string Source, string Finding), ResourceFinding> _byName;
    readonly Dictionary<(string Source, string Finding), ResourceFinding> _new = [];
    readonly Dictionary<(string Source, string Finding), string> _concerned = [];

    WatchPast(DbTransaction transaction, FindingBatch batch, Dictionary<string, List<ResourceFinding>> known)
    {
        (_transaction, _batch, _known) = (transaction, batch, known);
        _byName = known.Values.SelectMany(findings => findings).ToDictionary(finding => (finding.Source, finding.Finding));
    }

    /// <summary>The findings that entries may concern. The resources' rows are held, and the entries remembered.</summary>
    public static async Task<WatchPast> OfAsync(DbTransaction transaction, FindingBatch batch, IReadOnlyCollection<ObservedEntry> news, CancellationToken cancel)
    {
        List<string> resources = [.. news.Select(entry => entry.Resource).OfType<string>().Distinct(StringComparer.Ordinal)];
        WatchPast past = new(transaction, batch, await ResourceFindings.FindAsync(transaction, resources, cancel));
        if (past._known.Count == 0) return past;

        foreach (var entry in news)
        {
            if (entry is not { Resource: { } resource, Remembered.Deployment: { } told } || !past._known.TryGetValue(resource, out var findings)) continue;
            foreach (var finding in findings.Where(finding => told.IsDeletion || Moments.ToNanos(told.At) < finding.OpenUntil)) past._concerned[(finding.Source, finding.Finding)] = resource;
        }

        return past;
    }

    /// <summary>Tells findings of entries who called, and new ones what is remembered besides.</summary>
    /// <param name="found">What was found, each with its entry and the id of its deployment.</param>
    /// <param name="callers">Who called, by operation.</param>
    /// <param name="cancel">Stops it.</param>
    public async Task<IReadOnlyList<(ObservedEntry Entry, NewFinding Finding, string Occurrence)>> TellAsync(
        IReadOnlyList<(ObservedEntry Entry, NewFinding Finding, string Occurrence)> found, Dictionary<string, JsonObject> callers, CancellationToken cancel)
    {
        if (found.Count == 0) return found;

        var documents = found.Select(each => FindingJsonText.Parse(each.Finding.Content.Document, "finding")).ToList();
        List<(int Place, PastQuestion Question)> questions = [];
        for (var place = 0; place < found.Count; place++)
        {
            var (entry, finding, occurrence) = found[place];
            if (entry.Operation is { } operation && callers.TryGetValue(operation, out var caller)) FindingActor.Fill(documents[place], occurrence, caller);
            if (entry.Resource is { } resource && !_byName.ContainsKey(KeyOf(finding.Name))) questions.Add((place, FindingPast.Question(documents[place], resource)));
        }

        var answers = await RememberedPast.ReadAsync(_transaction, [.. questions.Select(each => each.Question)], cancel);
        foreach (var ((place, question), answer) in questions.Zip(answers))
        {
            var name = found[place].Finding.Name;
            var isFirst = _new.TryAdd(KeyOf(name), FindingPast.Tell(documents[place], name, question, answer, before: null));

            if (isFirst) continue;

            // Of several in one transaction, what they come to together is known when they are joined.
            (documents[place].At("sourceProperties", "properties") as JsonObject)?.Remove("history");
            _concerned[KeyOf(name)] = question.Resource;
        }

        return [.. found.Select((each, place) => each with { Finding = each.Finding with { Content = each.Finding.Content with { Document = FindingJsonText.Write(documents[place]) } } })];
    }

    /// <summary>A finding of an entry was kept.</summary>
    public void Merged(ObservedEntry entry, MergedFinding merged)
    {
        // One that was kept already, by a scan perhaps, or that no remembered entry leads to.
        if (entry.Resource is { } resource && merged.Outcome is MergeOutcome.Changed && (entry.Remembered is null || _new.ContainsKey(KeyOf(merged.Finding.Name)))) _concerned[KeyOf(merged.Finding.Name)] = resource;
    }

    /// <summary>Findings were changed, and what is remembered may mean something else to them now.</summary>
    public void Concern(IEnumerable<KeptFinding> findings)
    {
        foreach (var name in findings.Select(finding => KeyOf(finding.Name)))
        {
            if ((_byName.GetValueOrDefault(name) ?? _new.GetValueOrDefault(name)) is { } known) _concerned[name] = known.Resource;
        }
    }

    /// <summary>Tells the findings that are concerned, and notes all of them.</summary>
    public async Task RefreshAsync(CancellationToken cancel)
    {
        var names = _concerned.OrderBy(each => each.Key.Source, StringComparer.Ordinal).ThenBy(each => each.Key.Finding, StringComparer.Ordinal).ToList();
        if (names.Count > 0)
        {
            var found = await FindingWriter.FindAsync(_transaction, [.. names.Select(each => new FindingName("", each.Key.Source, each.Key.Finding))], cancel);
            List<KeptFinding> kept = [.. found.OfType<KeptFinding>()];
            List<PastQuestion> questions = [.. kept.Select(finding => FindingPast.Question(FindingJsonText.Parse(finding.Content.Document, "finding"), _concerned[KeyOf(finding.Name)]))];
            var answers = await RememberedPast.ReadAsync(_transaction, questions, cancel);
            var told = kept.Select((finding, place) => (KeyOf(finding.Name), questions[place], answers[place])).ToDictionary(each => each.Item1);
            await _batch.EditAsync(kept, (before, finding) =>
            {
                var (name, question, answer) = told[KeyOf(before.Name)];
                _new[name] = FindingPast.Tell(finding, before.Name, question, answer, _byName.GetValueOrDefault(name) ?? _new.GetValueOrDefault(name));
            }, cancel);
        }

        await ResourceFindings.SetAsync(_transaction, _new.Values.Where(finding => _byName.GetValueOrDefault((finding.Source, finding.Finding)) != finding), cancel);
    }

    static (string Source, string Finding) KeyOf(FindingName name) => (name.SourceId, name.FindingId);
}
