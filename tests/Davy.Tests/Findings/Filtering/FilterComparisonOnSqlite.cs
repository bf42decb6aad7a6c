namespace Davy.Tests.Findings.Filtering;

/// <summary>On SQLite.</summary>
public sealed class FilterComparisonOnSqlite : FilterComparison
{
    private protected override Task<FilterTable> Table(IReadOnlyList<(string Finding, string Resource)> documents, CancellationToken cancel) => FilterTable.OnSqlite(documents, cancel);
}
