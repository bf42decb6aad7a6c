using Davy.Findings;
using Davy.Reports;

namespace Davy.Tests.Reports;

public sealed class CsvReportTests
{
    /// <summary>Each way by which a text of the log reaches a cell.</summary>
    static readonly (string Column, Func<Finding, string, Finding> Put)[] Fields =
    [
        ("resourceName", (finding, text) => finding with { Resource = finding.Resource with { Name = text } }),
        ("project", (finding, text) => finding with { Resource = finding.Resource with { Project = text } }),
        ("location", (finding, text) => finding with { Resource = finding.Resource with { Location = text } }),
        ("image", (finding, text) => finding with { Containers = [new("", text, "")] }),
        ("ran", (finding, text) => finding with { Containers = [new("", "", text)] }),
        ("transformation", (finding, text) => finding with { Match = finding.Match with { Transformation = text } }),
        ("whyPossible", (finding, text) => finding with { Match = finding.Match with { WhyPossible = text } }),
        ("evidence", (finding, text) => finding with { Match = finding.Match with { Evidence = [new("s", text, "p")] } }),
        ("principal", (finding, text) => finding with { Occurrences = [new() { Id = "", Actor = new() { Principal = text } }] }),
        ("callerIp", (finding, text) => finding with { Occurrences = [new() { Id = "", Actor = new() { CallerIp = text } }] }),
        ("userAgent", (finding, text) => finding with { Occurrences = [new() { Id = "", Actor = new() { UserAgent = text } }] }),
        ("whyNoActor", (finding, text) => finding with { Occurrences = [new() { Id = "", WhyNoActor = text }] }),
        ("previousImage", (finding, text) => finding with { History = new(text, null, "", 0) }),
    ];

    static string Cell(Finding finding, string column)
    {
        var rows = CsvTable.Parse(SomeFinding.Written(new CsvReport(ReportOptions.Default), finding));
        Assert.Equal(2, rows.Count);
        Assert.Equal(rows[0].Count, rows[1].Count);
        return rows[1][rows[0].IndexOf(column)];
    }

    [Theory]
    [InlineData("=")]
    [InlineData("+")]
    [InlineData("-")]
    [InlineData("@")]
    [InlineData("\t")]
    [InlineData("\r")]
    [InlineData("\n")]
    [InlineData("\0")]
    [InlineData("＝")]
    [InlineData("  =")]
    public void NoFieldBeginsAFormula(string prefix) => Assert.All(Fields, field =>
    {
        var text = prefix + "HYPERLINK(\"https://example.com\",\"a,b\")";
        Assert.Equal("'" + TextSanitizer.Clean(text), Cell(field.Put(SomeFinding.Bare, text), field.Column));
    });

    [Fact]
    public void AnythingElseStandsAsItIs() => Assert.All(Fields, field =>
    {
        const string Text = "a \"quoted\", b; c=d";
        Assert.Equal(Text, Cell(field.Put(SomeFinding.Bare, Text), field.Column));
    });

    [Fact]
    public void AFindingIsARow()
    {
        var rows = CsvTable.Parse(SomeFinding.Written(new CsvReport(SomeFinding.Known), SomeFinding.Full, SomeFinding.Bare));

        Assert.Equal(CsvReport.Columns, rows[0]);
        Assert.Equal(["fedcba9876543210fedcba9876543210", "0123456789abcdef0123456789abcdef"], rows.Skip(1).Select(row => row[0]));
        Assert.All(rows, row => Assert.Equal(CsvReport.Columns.Count, row.Count));
        Assert.Equal("2025-05-06T01:05:31.417999Z", rows[2][rows[0].IndexOf("firstSeen")]);
        Assert.Equal("2025-05-06T01:05:33Z", rows[2][rows[0].IndexOf("lastSeen")]);
    }

    [Fact]
    public void LinesEndInCrLf() => Assert.Equal("id,category", SomeFinding.Written(new CsvReport(ReportOptions.Default)).Split("\r\n") is [var header, ""] ? header[..11] : "");
}
