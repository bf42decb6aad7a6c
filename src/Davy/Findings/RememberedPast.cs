using System.Data.Common;
using Davy.CloudRun;
using Davy.Logs;
using Davy.Storage;

namespace Davy.Findings;

/// <summary>What is remembered of a resource, as far as a finding asks for it. It depends on the entries that are remembered, and never on the order in which they came.</summary>
sealed class RememberedPast
{
    const int EarlierKept = 1_000;
    const int NearKept = 500;
    const int OfOperationKept = 50;

    const string Selected = "document, verdict FROM deployments";

    const string Earlier = $"SELECT {Selected} WHERE resource_key = @resource AND at < @first ORDER BY at DESC, entry DESC LIMIT @most";
    const string Near = $"SELECT {Selected} WHERE resource_key = @resource AND at BETWEEN @from AND @to ORDER BY at, entry LIMIT @most";
    const string Deleted = $"SELECT {Selected} WHERE resource_key = @resource AND deletes = 1 ORDER BY at DESC, entry DESC LIMIT @most";
    const string OfOperation = $"SELECT {Selected} WHERE operation = @operation ORDER BY at, entry LIMIT @most";

    readonly List<Deployment> _malicious = [];
    string _project = "";

    /// <summary>Who called, and what ran.</summary>
    public ResourceCalls Calls { get; } = new();

    /// <summary>The deletions.</summary>
    public ResourceDeletions Deletions { get; } = new();

    /// <summary>Reads what is remembered, for each question what it asks for: a few statements, whatever the number of questions.</summary>
    /// <param name="transaction">The transaction.</param>
    /// <param name="questions">The questions.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>The answers, in the questions' order.</returns>
    public static async Task<RememberedPast[]> ReadAsync(DbTransaction transaction, IReadOnlyList<PastQuestion> questions, CancellationToken cancel)
    {
        RememberedPast[] answers = [.. questions.Select(_ => new RememberedPast())];
        await AskAsync(transaction, Earlier, [.. questions.Select((question, place) => (answers[place], (SqlValue[])[new("@resource", question.Resource), new("@first", Nanos(question.First)), new("@most", (long)EarlierKept)]))], cancel);
        await AskAsync(transaction, Deleted, [.. questions.Select((question, place) => (answers[place], (SqlValue[])[new("@resource", question.Resource), new("@most", (long)ResourceDeletions.Kept)]))], cancel);
        await AskAsync(transaction, Near, [.. questions.SelectMany((question, place) => question.Windows.Select(window =>
            (answers[place], (SqlValue[])[new("@resource", question.Resource), new("@from", window.From), new("@to", window.To), new("@most", (long)NearKept)])))], cancel);

        // Who deployed what ran before may have been told later than this finding began.
        var previous = questions.Select((question, place) => (Answer: answers[place], Operation: question.First is { } first ? answers[place].Calls.PreviousOperation(first, question.Own) : ""))
            .Where(each => each.Operation != "");
        await AskAsync(transaction, OfOperation, [.. previous.Select(each => (each.Answer, (SqlValue[])[new("@operation", DeploymentStore.KeyOf(each.Answer._project, each.Operation)), new("@most", (long)OfOperationKept)]))], cancel);
        return answers;
    }

    /// <summary>Who made a deployment, as its own entries tell; null where they do not.</summary>
    /// <param name="operation">Its operation; empty where it is not told.</param>
    /// <param name="revision">Its revision; empty where it is not told.</param>
    public Actor? ToldOf(string operation, string revision) => _malicious
        .Where(deployment => deployment.OperationId != "" ? deployment.OperationId == operation : revision != "" && deployment.Revision == revision)
        .Select(deployment => deployment.Actor).Aggregate((Actor?)null, OccurrenceDraft.Better);

    static async Task AskAsync(DbTransaction transaction, string text, IReadOnlyList<(RememberedPast Answer, SqlValue[] Values)> asked, CancellationToken cancel)
    {
        var rows = await RepeatedStatement.ListAsync(transaction, text, [.. asked.Select(each => each.Values)], row => (Document: row.Text(0), Verdict: row.Text(1)), cancel);
        for (var place = 0; place < asked.Count; place++)
        {
            foreach (var (document, verdict) in rows[place]) asked[place].Answer.Take(KeptDeployment.Read(document).ToDeployment(), verdict);
        }
    }

    void Take(Deployment deployment, string verdict)
    {
        _project = deployment.Resource.Project;
        Calls.Observe(ObservedCall.Of(deployment));
        if (deployment.IsDeletion) Deletions.Add(deployment.Entry, deployment.DeletedAt);
        else if (verdict == "malicious") _malicious.Add(deployment);
    }

    static long Nanos(Timestamp? moment) => moment is { } at ? Moments.ToNanos(at) : 0;
}

/// <summary>What a finding asks of what is remembered.</summary>
/// <param name="Resource">The resource's key.</param>
/// <param name="Project">The resource's project, as the finding names it.</param>
/// <param name="First">When its first deployment began; null where that is not known.</param>
/// <param name="Own">Operations and revisions of its deployments.</param>
/// <param name="Windows">The times around deployments of which is not known for sure who made them, in nanoseconds.</param>
sealed record PastQuestion(string Resource, string Project, Timestamp? First, IReadOnlySet<string> Own, IReadOnlyList<(long From, long To)> Windows);
