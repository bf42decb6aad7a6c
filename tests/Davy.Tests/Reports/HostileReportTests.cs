using System.Text.Json;
using CsCheck;
using Davy.Findings;
using Davy.Reports;

namespace Davy.Tests.Reports;

/// <summary>Whatever a log says, every form stays well-formed, a record stays a line, and nothing reaches a terminal raw.</summary>
public sealed class HostileReportTests
{
    static readonly Gen<(Finding[] Findings, Doubt[] Doubts)> Hostile = Gen.Select(HostileFindings.Findings.Array[0, 3], HostileFindings.Doubts.Array[0, 3]);

    [Fact]
    public void LinesOfJsonStayLinesOfJson() => Hostile.Sample(hostile => Assert.All(new[] { "scc", "ocsf" }, format =>
    {
        var lines = Written(format, hostile).Split('\n');
        Assert.Equal("", lines[^1]);
        Assert.Equal(hostile.Findings.Length, lines.Length - 1);
        Assert.All(lines[..^1], line =>
        {
            Assert.DoesNotContain(line, character => character is < ' ' or > '~');
            Assert.Equal(JsonValueKind.Object, JsonTree.Parse(line).ValueKind);
        });
    }), iter: 500);

    [Fact]
    public void DocumentsOfJsonStayDocuments() => Hostile.Sample(hostile => Assert.All(new[] { "json", "sarif" }, format =>
    {
        var text = Written(format, hostile);
        Assert.DoesNotContain(text, character => character is (< ' ' and not '\n') or > '~');
        Assert.Equal(JsonValueKind.Object, JsonTree.Parse(text).ValueKind);
    }), iter: 500);

    [Fact]
    public void CsvParsesBack() => Hostile.Sample(hostile =>
    {
        var text = Written("csv", hostile);
        var rows = CsvTable.Parse(text);
        Assert.Equal(hostile.Findings.Length + 1, rows.Count);
        Assert.All(rows, row => Assert.Equal(CsvReport.Columns.Count, row.Count));
        Assert.All(rows.SelectMany(row => row), cell => Assert.False(cell is ['=' or '+' or '-' or '@' or '\t' or '\r' or '\0', ..], cell));
        Assert.Equal(rows.Count, text.Split("\r\n").Length - 1);
        Assert.True(TextSanitizerTests.IsSafe(text.Replace("\r\n", "", StringComparison.Ordinal)), text);
    }, iter: 500);

    [Fact]
    public void ATableHoldsNothingUnsafe() => Hostile.Sample(hostile =>
    {
        foreach (var style in new[] { Style.Plain, new(true, 80), new(false, 20) })
        {
            var output = new StringWriter { NewLine = "\n" };
            new TableReport(SomeFinding.Known with { Style = style }).Write(hostile.Findings, hostile.Doubts, output);
            var text = output.ToString();
            if (style.Colour) text = Ours(text);
            Assert.True(TextSanitizerTests.IsSafe(text.Replace("\n", "", StringComparison.Ordinal)), text);
        }
    }, iter: 500);

    /// <summary>Takes away the colours that are ours, and no other sequence.</summary>
    static string Ours(string text)
    {
        foreach (var colour in new[] { "\e[1m", "\e[2m", "\e[1;31m", "\e[1;33m", "\e[0m" }) text = text.Replace(colour, "", StringComparison.Ordinal);
        return text;
    }

    static string Written(string format, (Finding[] Findings, Doubt[] Doubts) hostile) =>
        SomeFinding.Written(ReportFormats.Of(format, SomeFinding.Known) ?? throw new InvalidOperationException(format), hostile.Findings, hostile.Doubts);
}
