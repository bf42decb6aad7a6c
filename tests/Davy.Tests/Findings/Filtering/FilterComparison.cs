using System.Text.Json;
using Davy.Findings.Filtering;

namespace Davy.Tests.Findings.Filtering;

/// <summary>Memory and a database say the same of every filter. Two classes, so that both databases are asked at once.</summary>
public abstract class FilterComparison
{
    const int Seed = 20_260_131;
    const int FindingCount = 300;
    const int Batch = 40;
    const int Window = 8;

    static readonly int FilterCount = TestLength.Of(whole: 100_000, quick: 20_000);

    /// <summary>A table of these findings.</summary>
    private protected abstract Task<FilterTable> Table(IReadOnlyList<(string Finding, string Resource)> documents, CancellationToken cancel);

    [Fact]
    public async Task TheDatabaseSaysWhatMemorySays()
    {
        var documents = Documents();
        await using var table = await Table(documents, TestContext.Current.CancellationToken);
        await Compare(table, documents);
    }

    static List<(string Finding, string Resource)> Documents()
    {
        var documents = new SomeDocuments(new Random(Seed));
        return [.. Enumerable.Range(0, FindingCount).Select(_ => documents.Next())];
    }

    /// <summary>Each batch of filters meets the next few findings, so that all findings are met many times.</summary>
    static async Task Compare(FilterTable table, List<(string Finding, string Resource)> documents)
    {
        var cancel = TestContext.Current.CancellationToken;
        var parsed = documents.ConvertAll(each => (Finding: JsonElement.Parse(each.Finding), Resource: JsonElement.Parse(each.Resource)));
        var texts = new SomeFilters(new Random(Seed));
        var (passed, mixed) = (0, 0);

        for (var batch = 0; batch < FilterCount / Batch; batch++)
        {
            var first = batch * Window % (FindingCount - Window + 1);
            var filters = Enumerable.Range(0, Batch).Select(_ => FindingFilter.Parse(texts.Next())).ToList();
            var answers = await table.Ask(filters, first, Window, cancel);

            for (var at = 0; at < filters.Count; at++)
            {
                var expected = Enumerable.Range(first, Window).Select(number => filters[at].Matches(parsed[number].Finding, parsed[number].Resource)).ToArray();
                for (var row = 0; row < Window; row++)
                {
                    if (expected[row] == answers[at][row]) continue;
                    Assert.Fail($"Memory says {expected[row]}, the database {answers[at][row]}\nfilter: {filters[at]}\nSQL: {filters[at].ToSql(new("v")).Text}\n"
                        + $"finding: {documents[first + row].Finding}\nresource: {documents[first + row].Resource}");
                }

                passed += expected.Count(each => each);
                if (expected.Distinct().Count() == 2) mixed++;
            }

            // A WHERE may be planned otherwise than a SELECT.
            if (batch % 10 != 0) continue;
            var total = parsed.Count(each => filters[0].Matches(each.Finding, each.Resource));
            Assert.Equal(total, await table.Count(filters[0], cancel));
        }

        // Filters that nothing or everything passes would compare nothing.
        TestContext.Current.TestOutputHelper?.WriteLine($"{FilterCount} filters on {Window} findings each: {passed} passed, {mixed} filters told findings apart.");
        Assert.InRange(mixed, FilterCount / 8, FilterCount);
        Assert.InRange(passed, FilterCount * Window / 10, FilterCount * Window * 9 / 10);
    }
}
