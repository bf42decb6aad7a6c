using System.Text;
using Davy.Findings;
using Davy.Storage;

namespace Davy.Tests.Watching;

/// <summary>Dead letters of a database, as a watch with a fault would have kept them.</summary>
static class SomeLetters
{
    /// <summary>Keeps letters with these bytes.</summary>
    public static async Task AddAsync(Database database, TimeProvider time, params string[] contents) => await database.WriteAsync(async transaction =>
    {
        await new DeadLetterStore(database, time, new()).AddAsync(transaction,
            [.. contents.Select((content, place) => new NewDeadLetter("pubsub/logs", new($"pubsub/logs/{place}", 1, 0), DeadLetterReason.Examining, "FormatException at Davy.Some.Method.", Encoding.UTF8.GetBytes(content)))],
            TestContext.Current.CancellationToken);
        return true;
    }, TestContext.Current.CancellationToken);

    /// <summary>An entry that gives a finding.</summary>
    public static string Miner(string service = "web") => SomeEntries.SystemEvent("acme-prod", service).ToJsonString();
}
