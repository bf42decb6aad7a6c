using System.Text.Json;
using Davy.Storage;

namespace Davy.Findings;

/// <summary>A filter, read: as SQL for lists and in memory for single findings. Both must mean the same.</summary>
/// <param name="Sql">The condition over the table of findings.</param>
/// <param name="Matches">Whether a finding with its resource fulfils it.</param>
public sealed record FindingCondition(SqlCondition Sql, Func<JsonElement, JsonElement, bool> Matches)
{
    /// <summary>Every finding fulfils it: the empty filter.</summary>
    public static FindingCondition Always { get; } = new(SqlCondition.Always, (_, _) => true);
}

/// <summary>Reads a filter's text. Filters that were kept once must be readable for ever.</summary>
/// <param name="text">The filter; empty for all findings.</param>
/// <returns>The condition.</returns>
public delegate FindingCondition ReadFilter(string text);

/// <summary>Which findings are asked for.</summary>
public sealed record FindingQuery
{
    /// <summary>The node below which the findings must stand: <c>organizations/123</c>, <c>folders/456</c>, <c>projects/789</c>; empty for all that is kept.</summary>
    public string Node { get; init; } = "";

    /// <summary>The source's id; <c>-</c> for all.</summary>
    public string SourceId { get; init; } = SourceName.All;

    /// <summary>The filter. Its values' names must not begin with <c>q</c>.</summary>
    public SqlCondition Filter { get; init; } = SqlCondition.Always;

    /// <summary>The order.</summary>
    public FindingOrder Order { get; init; } = FindingOrder.Newest;

    /// <summary>The most to answer at once, 1 to 1,000.</summary>
    public int PageSize { get; init; } = 10;

    /// <summary>Where the page begins: after the last finding of the page before; null for the first page.</summary>
    public FindingCursor? After { get; init; }
}

/// <summary>One page of a list.</summary>
/// <param name="Findings">The findings, in the order asked for.</param>
/// <param name="Next">Where the next page begins; null where this is the last.</param>
public sealed record FindingPage(IReadOnlyList<KeptFinding> Findings, FindingCursor? Next);

/// <summary>Which groups are asked for.</summary>
public sealed record FindingGroupQuery
{
    /// <summary>Which findings are grouped; its order, page size and cursor count for nothing.</summary>
    public FindingQuery Findings { get; init; } = new();

    /// <summary>
    /// What is grouped by: SQL expressions over the alias <c>f</c> that give text and never NULL, such as <see cref="FindingColumn.Sql"/>. Never a text from outside.
    /// </summary>
    public required IReadOnlyList<string> Expressions { get; init; }

    /// <summary>The most groups to answer at once, 1 to 1,000.</summary>
    public int PageSize { get; init; } = 10;

    /// <summary>The values of the last group of the page before; null for the first page.</summary>
    public FindingCursor? After { get; init; }
}

/// <summary>One group.</summary>
/// <param name="Values">Its values, in the order of <see cref="FindingGroupQuery.Expressions"/>; a moment as nanoseconds.</param>
/// <param name="Count">How many findings it has.</param>
public sealed record FindingGroup(IReadOnlyList<object> Values, long Count);

/// <summary>One page of groups, sorted by their values.</summary>
/// <param name="Groups">The groups.</param>
/// <param name="Next">Where the next page begins; null where this is the last.</param>
public sealed record FindingGroupPage(IReadOnlyList<FindingGroup> Groups, FindingCursor? Next);
