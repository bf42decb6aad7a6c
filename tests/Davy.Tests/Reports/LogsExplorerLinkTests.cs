using Davy.CloudRun;
using Davy.Reports;

namespace Davy.Tests.Reports;

public sealed class LogsExplorerLinkTests
{
    [Fact]
    public void ItAsksForTheOneEntry() => Assert.Equal(
        "https://console.cloud.google.com/logs/query;query=timestamp%3D%222025-05-06T01%3A05%3A31.417999Z%22%0AinsertId%3D%221a2b3c4d5e%22%0Aresource.labels.project_id%3D%22acme-prod%22?project=acme-prod",
        LogsExplorerLink.To(SomeFinding.Entry, "acme-prod", "444444444444"));

    [Fact]
    public void ANumberIsNoLabel() => Assert.Equal(
        "https://console.cloud.google.com/logs/query;query=insertId%3D%221a2b3c4d5e%22?project=444444444444",
        LogsExplorerLink.To(SomeFinding.Entry with { Timestamp = null }, "", "444444444444"));

    [Fact]
    public void NoTextGetsOutOfItsQuotes()
    {
        const string Hostile = "x\" OR \\\"y;z?project=evil&a=b#c\n\u202E";
        var link = LogsExplorerLink.To(SomeFinding.Entry with { InsertId = Hostile, Timestamp = null }, Hostile, "");

        var query = link["https://console.cloud.google.com/logs/query;query=".Length..link.IndexOf('?', StringComparison.Ordinal)];
        Assert.Equal("insertId=\"x\\\" OR \\\\\\\"y;z?project=evil&a=b#c\n\u202E\"\nresource.labels.project_id=\"x\\\" OR \\\\\\\"y;z?project=evil&a=b#c\n\u202E\"", Uri.UnescapeDataString(query));
        Assert.Single(link, '?');
        Assert.DoesNotContain('#', link);
        Assert.DoesNotContain('&', link);
    }

    [Fact]
    public void WhatIsNoLogEntryHasNone()
    {
        Assert.Equal("", LogsExplorerLink.To(SomeFinding.Entry with { Log = AuditLogKind.Inventory }, "acme-prod", ""));
        Assert.Equal("", LogsExplorerLink.To(SomeFinding.Entry with { InsertId = "", Timestamp = null }, "acme-prod", ""));
    }
}
