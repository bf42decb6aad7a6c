using System.Text.Json;
using Davy.Storage;

namespace Davy.Findings.Filtering;

/// <summary>
/// A filter of Security Command Center's language, for example <c>state="ACTIVE" AND -severity="LOW"</c>; <c>docs/api.md</c> has the language. It is
/// evaluated over a finding's document (<see cref="Matches"/>), or by a database, with the same answer. It never changes.
/// </summary>
public sealed class FindingFilter
{
    /// <summary>The longest filter, in UTF-16 units.</summary>
    public const int MaxLength = 4_096;

    /// <summary>How deep parentheses and <c>contains</c> may be nested.</summary>
    public const int MaxDepth = 32;

    /// <summary>How many conditions a filter may have.</summary>
    public const int MaxTerms = 200;

    FindingFilter(FilterNode? root) => Root = root;

    /// <summary>The filter that every finding passes: the empty one.</summary>
    public static FindingFilter All { get; } = new(null);

    /// <summary>The filter as a tree; null where every finding passes.</summary>
    public FilterNode? Root { get; }

    /// <summary>Reads a filter.</summary>
    /// <param name="text">The filter; blank means all findings.</param>
    /// <returns>The filter.</returns>
    /// <exception cref="FilterException">It is none, or too long, deep or large; the message says where, and what was expected.</exception>
    public static FindingFilter Parse(string text) => new FilterParser(text).Parse() is { } root ? new(root) : All;

    /// <summary>Whether a finding passes.</summary>
    /// <param name="finding">The v2 Finding in protobuf's canonical JSON form (fields in camelCase, what is not set left out).</param>
    /// <param name="resource">The v2 Resource likewise; undefined where there is none.</param>
    /// <returns>Whether it passes.</returns>
    public bool Matches(JsonElement finding, JsonElement resource) => Root is null || FilterEvaluation.Holds(Root, new(finding, resource, default));

    /// <summary>The filter as a condition for a database.</summary>
    /// <param name="parameters">Gives the condition's values their names; nobody else adds to it.</param>
    /// <returns>The condition over the table of findings under the alias <c>f</c>, and its values. It is true or false, never NULL.</returns>
    public SqlCondition ToSql(SqlParameters parameters) =>
        Root is null ? SqlCondition.Always : new(FilterSql.Write(Root, parameters), parameters.Values);

    /// <summary>The filter as a filter again, in one spelling.</summary>
    /// <returns>A text that parses to an equal filter; empty for all findings.</returns>
    public override string ToString() => Root?.ToString() ?? "";
}
