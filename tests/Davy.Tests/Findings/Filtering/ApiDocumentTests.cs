using Davy.Findings;
using Davy.Findings.Filtering;

namespace Davy.Tests.Findings.Filtering;

/// <summary>The examples of <c>docs/api.md</c> are read as they stand there, and its errors are those that a user sees.</summary>
public sealed class ApiDocumentTests
{
    [Fact]
    public void TheFiltersAreRead()
    {
        var filters = Block("filter");
        Assert.True(filters.Length > 5, "The examples would be nowhere.");
        Assert.All(filters, filter => Assert.NotNull(FindingFilter.Parse(filter).Root));
    }

    [Fact]
    public void TheErrorsAreThese() =>
        Assert.Equal(Block("text"), new[] { "state=\"ACTVE\"", "sevrity=\"HIGH\"" }.Select(filter => Assert.Throws<FilterException>(() => FindingFilter.Parse(filter)).Message));

    [Theory]
    [InlineData("event_time desc, category")]
    [InlineData(" eventTime   desc ,category ")]
    public void AnOrderIsReadInBothSpellings(string text)
    {
        Assert.True(FindingOrder.TryParse(text, out var order, out var fault), fault);
        Assert.True(FindingOrder.TryParse("event_time desc,category", out var same, out _));
        Assert.Equal(same.Sql, order.Sql);
    }

    /// <summary>The lines of the first code block of that kind.</summary>
    static string[] Block(string kind)
    {
        var lines = File.ReadAllLines(RepositoryRoot.File("docs", "api.md"));
        return [.. lines.SkipWhile(line => line != $"```{kind}").Skip(1).TakeWhile(line => line != "```")];
    }
}
