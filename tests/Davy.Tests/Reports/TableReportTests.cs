using Davy.Findings;
using Davy.Indicators;
using Davy.Reports;

namespace Davy.Tests.Reports;

public sealed class TableReportTests
{
    static readonly Finding Certain = SomeFinding.Full with
    {
        Match = SomeFinding.Full.Match with { Certainty = Certainty.Certain, Kind = IndicatorKind.Malicious, WhyPossible = "" },
    };

    static string Written(Style style, IReadOnlyList<Finding> findings, params IReadOnlyList<Doubt> doubts)
    {
        var output = new StringWriter { NewLine = "\n" };
        new TableReport(SomeFinding.Known with { Style = style }).Write(findings, doubts, output);
        return output.ToString();
    }

    [Fact]
    public void TheFirstLineTellsKindAndCertainty()
    {
        Assert.StartsWith("MEDIUM  Execution: Cryptomining Docker Image  published miner, possible\n", Written(Style.Plain, [SomeFinding.Full]), StringComparison.Ordinal);
        Assert.StartsWith("HIGH  Execution: Cryptomining Docker Image  reported in an incident, certain\n", Written(Style.Plain, [Certain]), StringComparison.Ordinal);
    }

    [Fact]
    public void ThePlainBlockAnswersEveryQuestionInOrder() => Assert.Equal(
        """
        MEDIUM  Execution: Cryptomining Docker Image  published miner, possible
         what    service shop in us-central1 of project acme-prod, running as shop@acme-prod.iam.gserviceaccount.com
         image   mirror.gcr.io/metal3d/xmrig:latest (container app)
         ran     mirror.gcr.io/metal3d/xmrig@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
         why     docker.io/metal3d/xmrig is on the list known-miners 2026-11-24, xmrig
                 first reported 2021-11, by A report of miners
                 mirror.gcr.io is a mirror of docker.io
                 only possible: the annotation client.knative.dev/user-image alone names it
                 pool-flag: -o pool.example:3333
         inside  miner, by the digest that ran
                 tool in /usr/bin/tool.gz, layer 1, started by the image: It carries texts that only miners have.
                   donate-level: --donate-level
         who     dev@example.com from 203.0.113.7 with gcloud 583.0.0
                 told by the call with the same operation id
         when    2025-05-06T01:05:31.417999Z to 2025-05-06T01:05:33Z, 2 deployments
                 the service was deleted 2025-05-08T09:00:00Z
         before  europe-docker.pkg.dev/acme-prod/shop/web:1.4, 2025-04-01T08:00:00Z, deployed by ci@acme-prod.iam.gserviceaccount.com
                 whoever deployed this deployed here once before
         now     First ask whether this was intended: who deployed it, what ran before?
                 See what the service runs now.
                   gcloud run services describe shop --region=us-central1 --project=acme-prod
                 1. Remove the container: scale the service to zero, or delete it.
                   gcloud run services update shop --region=us-central1 --project=acme-prod --scaling=0
                 2. Put a good image in its place, one that you trust, by its digest.
                   gcloud run services update shop --region=us-central1 --project=acme-prod --scaling=auto --container=app --image=GOOD_IMAGE
                 Either step may disturb operations until a good image serves.
                 The entry in the Logs Explorer:
                   https://console.cloud.google.com/logs/query;query=timestamp%3D%222025-05-06T01%3A05%3A31.417999Z%22%0AinsertId%3D%221a2b3c4d5e%22%0Aresource.labels.project_id%3D%22acme-prod%22?project=acme-prod

        """, Written(Style.Plain, [SomeFinding.Full]));

    [Fact]
    public void OnATerminalNothingIsWiderThanItButTheAddress()
    {
        var lines = Written(new(false, 80), [SomeFinding.Full, Certain, SomeFinding.Bare], SomeFinding.Doubt).Split('\n');
        Assert.All(lines.Where(line => !line.Contains("https://console", StringComparison.Ordinal)), line => Assert.True(line.Length <= 80, line));
        Assert.Contains("         sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", lines);
    }

    [Fact]
    public void ACommandThatGoesOnIsStillThatCommand()
    {
        var text = Written(new(false, 60), [SomeFinding.Full]);
        var joined = string.Join(' ', text.Replace("\\\n", "", StringComparison.Ordinal).Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains("gcloud run services update shop --region=us-central1 --project=acme-prod --scaling=auto --container=app --image=GOOD_IMAGE", joined, StringComparison.Ordinal);
        Assert.Contains(" \\\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void ColourOnlyPaintsTheSameText()
    {
        var coloured = Written(new(true, 80), [Certain], SomeFinding.Doubt);
        Assert.Contains("\e[1;31mHIGH\e[0m", coloured, StringComparison.Ordinal);
        foreach (var code in new[] { "\e[1;31m", "\e[1m", "\e[2m", "\e[0m" }) coloured = coloured.Replace(code, "", StringComparison.Ordinal);
        Assert.Equal(Written(new(false, 80), [Certain], SomeFinding.Doubt), coloured);
    }

    [Fact]
    public void WhatIsNotKnownIsSaid()
    {
        var text = Written(Style.Plain, [SomeFinding.Bare]);
        Assert.Contains(" who     not known: the log does not tell who deployed\n", text, StringComparison.Ordinal);
        Assert.Contains(" when    the log does not tell", text, StringComparison.Ordinal);
        Assert.Contains(" before  not known: nothing was looked up\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("gcloud", text, StringComparison.Ordinal);
    }

    [Fact]
    public void DoubtsComeAfterwardsByKind()
    {
        var unseen = new Doubt(DoubtKind.NoSystemEvent, "services/x", "no system_event seen; check the sink's filter", default);
        var many = Enumerable.Range(0, 7).Select(at => SomeFinding.Doubt with { Key = $"k{at}" });
        var text = Written(Style.Plain, [], [unseen, .. many]);

        Assert.StartsWith("8 things could not be judged. They are not known to be clean.\n", text, StringComparison.Ordinal);
        Assert.Contains(" a reference to an image that cannot be read (7)\n", text, StringComparison.Ordinal);
        Assert.Contains("   - and 2 more; --format json lists them all\n", text, StringComparison.Ordinal);
        Assert.Contains("   - services/x: no system_event seen; check the sink's filter\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void NothingFoundIsNothingWritten() => Assert.Equal("", Written(Style.Plain, []));

    [Fact]
    public void EveryFormatHasItsReport()
    {
        Assert.Equal("table", ReportFormats.Names[0]);
        Assert.All(ReportFormats.Names, name => Assert.NotNull(ReportFormats.Of(name, ReportOptions.Default)));
        Assert.Null(ReportFormats.Of("xml", ReportOptions.Default));
    }
}
