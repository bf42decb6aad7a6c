namespace Davy.Tests.Findings.Filtering;

/// <summary>On PostgreSQL.</summary>
public sealed class FilterComparisonOnPostgreSql : FilterComparison
{
    private protected override Task<FilterTable> Table(IReadOnlyList<(string Finding, string Resource)> documents, CancellationToken cancel) => FilterTable.OnPostgreSql(documents, cancel);
}
