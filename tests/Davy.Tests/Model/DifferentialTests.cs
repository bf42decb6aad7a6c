using CsCheck;
using Davy.Findings;
using Davy.Storage;
using Davy.Tests.Findings;
using Davy.Tests.Storage;
using Microsoft.Extensions.Time.Testing;

namespace Davy.Tests.Model;

/// <summary>Whatever is done to the stores, each database answers as the model in memory does, and so the two databases answer alike.</summary>
public abstract class DifferentialTests(DatabaseKind kind) : StoreTests(kind)
{
    const int Actions = 110;

    static readonly DateTimeOffset Start = new(2026, 1, 10, 10, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task ADatabaseAnswersAsTheModelDoes()
    {
        var sequences = TestLength.Of(whole: 20, quick: 4);
        var done = 0;
        await StoreAction.Any.Array[Actions].SampleAsync(async actions =>
        {
            await EmptyAsync();
            FakeTimeProvider time = new(Start);
            await new SourceStore(Database, time).EnsureAsync(SomeKept.Source, Cancel);
            await using KeptStore kept = new(Database, time);
            ModelStore model = new(Start);

            foreach (var action in actions)
            {
                var answer = await kept.DoAsync(action);
                Assert.True(model.Do(action) is var expected && expected == answer, $"after {action}\nexpected:\n{expected}\nanswered:\n{answer}");
                done++;
            }
        }, iter: sequences, threads: 1, print: actions => string.Join('\n', actions.AsEnumerable()));

        Assert.True(done >= 100 * sequences, $"Only {done} actions were done.");
    }

    async Task EmptyAsync()
    {
        foreach (var table in (string[])["findings", "ancestors", "sources", "mute_configs", "notification_configs", "outbox", "operations"])
        {
            await Made.ExecuteAsync($"DELETE FROM {table}", Cancel);
        }

        await Made.ExecuteAsync("UPDATE mute_sweep SET wanted = 0, done = 0, doing = 0, reached = 0, expiry_done = 0", Cancel);
    }

    public sealed class OnSqlite() : DifferentialTests(DatabaseKind.Sqlite);

    public sealed class OnPostgreSql() : DifferentialTests(DatabaseKind.PostgreSql);
}
