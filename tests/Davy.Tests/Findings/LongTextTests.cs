using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Davy.Findings;
using Davy.Storage;

namespace Davy.Tests.Findings;

/// <summary>A text that is longer than an index of PostgreSQL takes stops neither database, and both say the same of it.</summary>
public abstract class LongTextTests(DatabaseKind kind) : KeptFindingsTests(kind)
{
    static readonly string[][] Paths = [["category"], ["resourceName"], ["access", "principalEmail"], ["sourceProperties", "properties", "resource", "kind"]];

    // Random, so that PostgreSQL cannot compress it; with characters of one to four bytes, so that a cut falls within one.
    static string Long(int seed) => string.Concat(Enumerable.Range(0, 1_500).Select(number => $"{Convert.ToHexString(SHA256.HashData([(byte)seed, (byte)number, (byte)(number / 256)]).AsSpan(0, 2))}é🪔"));

    static NewFinding Found(string id, params string[] path) => SomeKept.New(id, edit: finding => Set(finding, path, Long(1)));

    static void Set(JsonObject finding, string[] path, string text)
    {
        JsonNode here = finding;
        foreach (var name in path[..^1]) here = here[name]!;
        here[path[^1]] = text;
    }

    [Fact]
    public async Task WhatALogSaysIsCutAndFoundAgain()
    {
        for (var number = 0; number < Paths.Length; number++)
        {
            var merged = await Store.MergeAsync(Found($"f{number}", Paths[number]), Cancel);
            var text = merged.Finding.Field(Paths[number]);

            Assert.InRange(System.Text.Encoding.UTF8.GetByteCount(text), 1_490, 1_500);
            Assert.StartsWith(text[..^1], Long(1), StringComparison.Ordinal);
            Assert.EndsWith("…", text, StringComparison.Ordinal);
            Assert.Equal(MergeOutcome.Unchanged, (await Store.MergeAsync(Found($"f{number}", Paths[number]), Cancel)).Outcome);

            var column = FindingColumns.ByPath[Snake(Paths[number])].Sql;
            Assert.Equal(1, await new FindingLists(Database).CountAsync(new() { Filter = new($"{column} = @p0", [new("@p0", text)]) }, Cancel));
        }
    }

    [Fact]
    public async Task AResourcesLongTextsAreCut()
    {
        var resource = SomeKept.Resource("100");
        (resource["gcpMetadata"]!["project"], resource["gcpMetadata"]!["projectDisplayName"]) = (Long(1), Long(2));
        NewFinding found = new(SomeKept.Name("a"), SomeKept.New("a").Content with { Resource = resource.ToJsonString() });

        Assert.Equal(MergeOutcome.Created, (await Store.MergeAsync(found, Cancel)).Outcome);
        Assert.Equal(MergeOutcome.Unchanged, (await Store.MergeAsync(found, Cancel)).Outcome);
    }

    [Fact]
    public async Task WhatACallerSendsIsRefused()
    {
        await Store.MergeAsync(SomeKept.New("kept"), Cancel);
        foreach (var path in Paths)
        {
            var created = await Assert.ThrowsAsync<RefusedException>(() => Store.CreateAsync(SomeKept.Name("a"), Found("a", path).Content, Cancel));
            Assert.Equal((Refusal.InvalidArgument, $"finding.{Snake(path)}: it has more than 1,500 bytes."), (created.Refusal, created.Message));

            var updated = await Assert.ThrowsAsync<RefusedException>(() => Store.UpdateAsync(SomeKept.Name("kept"), _ => Found("kept", path).Content, Cancel));
            Assert.Equal(created.Message, updated.Message);
        }
    }

    [Fact]
    public async Task ADoubtOfALongSubjectIsKeptOnce()
    {
        DoubtStore doubts = new(Database, Time);
        await doubts.AddAsync([new(DoubtKind.DetectorFault, Long(1), "b", default)], Cancel);
        await doubts.AddAsync([new(DoubtKind.DetectorFault, Long(1), "b", default)], Cancel);

        Assert.Equal(2, Assert.Single(await doubts.ListAsync(null, 10, Cancel)).Count);
    }

    static string Snake(string[] path) => string.Concat(string.Join('.', path).Select(letter => char.IsAsciiLetterUpper(letter) ? $"_{char.ToLowerInvariant(letter)}" : letter.ToString()));

    public sealed class OnSqlite() : LongTextTests(DatabaseKind.Sqlite);

    public sealed class OnPostgreSql() : LongTextTests(DatabaseKind.PostgreSql);
}
