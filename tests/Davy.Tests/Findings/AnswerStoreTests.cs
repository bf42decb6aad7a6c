using Davy.Findings;
using Davy.Images;
using Davy.Storage;
using Davy.Tests.Storage;

namespace Davy.Tests.Findings;

public abstract class AnswerStoreTests(DatabaseKind kind) : StoreTests(kind)
{
    const string Resource = "//run.googleapis.com/namespaces/p/services/svc";

    AnswerStore Answers => new(Database, Time);

    static Answer Intended(string id = "f1") => new()
    {
        Finding = SomeKept.Name(id),
        Intended = true,
        Image = "docker.io/metal3d/xmrig",
        Owner = "alice@example.com",
        Reason = "a load test",
        Expires = new(2026, 1, 12),
        AnsweredBy = "bob@example.com",
    };

    [Fact]
    public async Task AnIntendedDeploymentIsAnExceptionUntilItsLastDayIsOver()
    {
        var kept = await Answers.AddAsync(Intended(), Cancel);
        Assert.Equal([kept], await Answers.ListAsync(SomeKept.Name("f1"), Cancel));

        var image = ImageSpelling.Read("metal3d/xmrig:latest").Reference;
        DateOnly today = new(2026, 1, 10);
        Assert.Equal("a load test", (await Answers.ExceptionsAsync(Cancel)).Covers(image, Resource, today)!.Reason);
        Assert.Null((await Answers.ExceptionsAsync(Cancel)).Covers(ImageSpelling.Read("nginx").Reference, Resource, today));

        Time.Advance(TimeSpan.FromDays(2));
        Assert.Single((await Answers.ExceptionsAsync(Cancel)).Entries);
        Time.Advance(TimeSpan.FromDays(1));
        Assert.Empty((await Answers.ExceptionsAsync(Cancel)).Entries);
    }

    [Fact]
    public async Task ALaterAnswerTakesThePlaceOfAnEarlierOne()
    {
        await Answers.AddAsync(Intended(), Cancel);
        await Answers.AddAsync(Intended("f2"), Cancel);
        await Answers.AddAsync(new() { Finding = SomeKept.Name("f1"), Intended = false, AnsweredBy = "bob@example.com" }, Cancel);

        Assert.Single((await Answers.ExceptionsAsync(Cancel)).Entries);
        var answers = await Answers.ListAsync(SomeKept.Name("f1"), Cancel);
        Assert.Equal([(false, true), (true, false)], answers.Select(answer => (answer.Intended, answer.WithdrawnAt is null)));
        Assert.True(await Answers.WithdrawAsync((await Answers.ListAsync(SomeKept.Name("f2"), Cancel)).Single().Key, Cancel));
        Assert.False(await Answers.WithdrawAsync(answers[1].Key, Cancel));
        Assert.Empty((await Answers.ExceptionsAsync(Cancel)).Entries);
    }

    [Fact]
    public async Task AnswersAreListedByPagesOfOneFindingOrOfAll()
    {
        foreach (var id in new[] { "f1", "f2", "f1" }) await Answers.AddAsync(Intended(id), Cancel);

        var all = await Answers.PageAsync(null, null, 2, Cancel);
        Assert.Equal(["f1", "f2"], all.Select(answer => answer.Finding.FindingId));
        Assert.Equal("f1", Assert.Single(await Answers.PageAsync(null, all[^1].Key, 2, Cancel)).Finding.FindingId);
        Assert.Equal([false, true], (await Answers.PageAsync(SomeKept.Name("f1"), null, 9, Cancel)).Select(answer => answer.WithdrawnAt is not null));

        // The finding itself is not kept, so that nobody knows what its name begins with.
        Assert.Equal("", all[0].Finding.Node);
    }

    [Theory]
    [InlineData("", "", "o", "r")]
    [InlineData("not an image!", "", "o", "r")]
    [InlineData("nginx", "nowhere", "o", "r")]
    [InlineData("nginx", "", " ", "r")]
    [InlineData("nginx", "", "o", "")]
    public async Task AnExceptionThatSaysTooLittleIsRefused(string image, string resource, string owner, string reason)
    {
        var answer = Intended() with { Image = image, Resource = resource, Owner = owner, Reason = reason };

        Assert.Equal(Refusal.InvalidArgument, (await Assert.ThrowsAsync<RefusedException>(() => Answers.AddAsync(answer, Cancel))).Refusal);
        Assert.Empty(await Answers.ListAsync(answer.Finding, Cancel));
    }

    public sealed class OnSqlite() : AnswerStoreTests(DatabaseKind.Sqlite);

    public sealed class OnPostgreSql() : AnswerStoreTests(DatabaseKind.PostgreSql);
}
