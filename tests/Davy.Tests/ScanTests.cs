using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using Davy.Indicators;
using Davy.Logs;
using Davy.Reports;

namespace Davy.Tests;

/// <summary>What must hold of any scan.</summary>
public sealed class ScanTests
{
    static readonly string[] Sample = [.. Directory.GetFiles(RepositoryRoot.File("samples", "sink"), "S0.json", SearchOption.AllDirectories).Order().SelectMany(File.ReadAllLines)];

    static string Report(string format, ScanResult result)
    {
        using var output = new MemoryStream();
        ReportFormats.Of(format, ReportOptions.Default)!.Write(result.Findings, result.Doubts, output);
        return Encoding.UTF8.GetString(output.ToArray());
    }

    [Fact]
    public void AnyOrderAndRepetitionOfALogGivesTheSameBytes()
    {
        // SARIF alone names the line on which each thing stands, which is another in another order.
        var expected = new[] { "scc", "json", "csv", "ocsf", "table" }.ToDictionary(format => format, format => Report(format, Scanning.Scan(string.Join('\n', Sample))));

        Gen.Select(Gen.Shuffle(Sample), Gen.Int[1, 5], Gen.Int[1, 3]).Sample((lines, times, files) =>
        {
            var all = Enumerable.Repeat(lines, times).SelectMany(each => each).Index();
            string[] logs = [.. all.GroupBy(line => line.Index % files).Select(file => string.Join('\n', file.Select(line => line.Item)))];
            var result = Scanning.Scan(logs);
            foreach (var (format, bytes) in expected) Assert.Equal(bytes, Report(format, result));
        }, iter: 1_000);
    }

    [Fact]
    public void ASecretInTheEnvironmentLeavesInNoFormat()
    {
        const string secret = "canary-5f2c";
        var log = string.Join('\n', Sample).Replace("synthetic-not-a-secret", secret, StringComparison.Ordinal);
        Assert.Contains(secret, log, StringComparison.Ordinal);

        var result = Scanning.Scan(log);

        Assert.Single(result.Findings);
        foreach (var format in ReportFormats.Names) Assert.DoesNotContain(secret, Report(format, result), StringComparison.Ordinal);
    }

    [Fact]
    public void EntriesAddUp()
    {
        var summary = Scanning.Scan(string.Join('\n', [.. Sample, "{broken", "{}", "[1,2]"])).Summary;

        Assert.Equal(summary.Read, summary.NotCloudRun + summary.NotADeployment + summary.Examined + summary.Rejected);
        Assert.Equal(Sample.Length + 4, summary.Read);
        Assert.Equal(3, summary.Rejected);
    }

    [Fact]
    public void TheLastEvidenceIsToldThoughOnlyTheEarliestIsKept()
    {
        var entry = Sample.Single(line => line.Contains("-svcweb2", StringComparison.Ordinal));
        var log = string.Join('\n', Enumerable.Range(10, 40).Select(second => entry
            .Replace("01:00:09.702", $"01:00:{second}.702", StringComparison.Ordinal).Replace("-svcweb2", $"-svcweb2-{second}", StringComparison.Ordinal)));

        var finding = Assert.Single(Scanning.Scan(log).Findings);

        Assert.Equal(40, finding.EvidenceCount);
        Assert.Equal("2026-01-10T01:00:49.702Z", finding.LastSeen?.ToString());
    }

    [Fact]
    public void WhatWasReadOfAnInputThatFailsIsCounted()
    {
        var lines = string.Concat(Enumerable.Repeat("{\"a\":1}\n", 200_000));
        var summary = Scanning.Scan(IndicatorSet.Default, [new LogInput("failing", () => new FailingStream(Encoding.UTF8.GetBytes(lines)), null, true)]).Summary;

        Assert.Single(summary.Failures);
        Assert.True(summary.Read > 0, "Nothing was counted.");
        Assert.True(summary.Bytes > 0);
    }

    /// <summary>A disk that fails after some bytes.</summary>
    sealed class FailingStream(byte[] bytes) : ForwardStream
    {
        int _at;

        public override int Read(Span<byte> buffer)
        {
            if (_at == bytes.Length) throw new IOException("the disk failed");

            var count = Math.Min(buffer.Length, bytes.Length - _at);
            bytes.AsSpan(_at, count).CopyTo(buffer);
            _at += count;
            return count;
        }
    }

    [Fact]
    public void TwoListedImagesOnOneServiceAreTwoFindings()
    {
        var entry = JsonNode.Parse(Sample.Single(line => line.Contains("-svcweb2", StringComparison.Ordinal)))!;
        var containers = entry["protoPayload"]!["response"]!["spec"]!["template"]!["spec"]!["containers"]!.AsArray();
        containers.Add(new JsonObject { ["image"] = "kannix/monero-miner" });

        Assert.Equal(2, Scanning.Scan(entry.ToJsonString()).Findings.Count);
    }

    [Fact]
    public void TheSameImageInAServiceAndItsRevisionInTwoFilesIsOneFindingInEitherOrder()
    {
        var service = Sample.Single(line => line.Contains("-svcweb2", StringComparison.Ordinal));
        var revision = Sample.Single(line => line.Contains("-revweb2", StringComparison.Ordinal));

        Assert.Equal(Report("scc", Scanning.Scan(service, revision)), Report("scc", Scanning.Scan(revision, service)));
        Assert.Single(Scanning.Scan(service, revision).Findings);
    }

    [Fact]
    public void EntriesOfOtherProjectsFindNothing()
    {
        var count = 0;
        foreach (var file in File.ReadLines(RepositoryRoot.Shared("data", "peers", "MANIFEST.jsonl")).Select(row => (string)JsonNode.Parse(row)!["file"]!).Distinct())
        {
            var text = File.ReadAllText(RepositoryRoot.Shared("data", "peers", file));
            if (file.StartsWith("panther", StringComparison.Ordinal)) text = string.Join('\n', text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!["log"]!.ToJsonString()));

            var result = Scanning.Scan(IndicatorSet.Default, [Scanning.Input(text, file)], validate: true);
            Assert.Empty(result.Findings);
            Assert.Equal(0, result.Summary.Rejected);
            count += (int)result.Summary.Read;
        }

        Assert.True(count >= 242, $"only {count} entries were read");
    }

    [Fact]
    public void NoMethodNameByItselfFindsAnything()
    {
        var catalogue = JsonNode.Parse(File.ReadAllText(RepositoryRoot.Shared("data", "peers", "google-cloudevents", "json", "audit", "service_catalog.json")))!;
        var log = new StringBuilder();
        var count = 0;
        foreach (var service in catalogue["services"]!.AsArray())
        {
            foreach (var method in service!["methods"]?.AsArray() ?? [])
            {
                log.AppendLine(new JsonObject
                {
                    ["logName"] = "projects/p/logs/cloudaudit.googleapis.com%2Factivity",
                    ["insertId"] = $"i{count++}",
                    ["protoPayload"] = new JsonObject { ["serviceName"] = (string?)service["serviceName"], ["methodName"] = (string?)method!["methodName"], ["resourceName"] = "namespaces/p/services/s" },
                }.ToJsonString());
            }
        }

        var result = Scanning.Scan(log.ToString());

        Assert.True(count > 7_000, $"{count}");
        Assert.Equal(count, result.Summary.Read);
        Assert.Empty(result.Findings);
        Assert.Equal(0, result.Summary.Rejected);
    }

    [Theory]
    [InlineData("{\"message\":{\"data\":\"DATA\",\"messageId\":\"1\"},\"subscription\":\"s\"}")]
    [InlineData("{\"receivedMessages\":[{\"ackId\":\"a\",\"message\":{\"data\":\"DATA\"}},{\"ackId\":\"b\",\"message\":{\"data\":\"DATA\"}}]}")]
    [InlineData("[{\"ackId\":\"a\",\"message\":{\"data\":\"DATA\",\"messageId\":\"1\"}}]")]
    [InlineData("{\"specversion\":\"1.0\",\"type\":\"google.cloud.audit.log.v1.written\",\"data\":JSON}")]
    [InlineData("{\"specversion\":\"1.0\",\"type\":\"google.cloud.audit.log.v1.written\",\"data_base64\":\"DATA\"}")]
    [InlineData("{\"entries\":[JSON],\"nextPageToken\":\"x\"}")]
    [InlineData("JSON")]
    public void AnEntryIsFoundInEveryEnvelope(string envelope)
    {
        var entry = Sample.Single(line => line.Contains("-svcweb2", StringComparison.Ordinal));
        var data = Convert.ToBase64String(Encoding.UTF8.GetBytes(entry));

        Assert.Single(Scanning.Scan(envelope.Replace("DATA", data, StringComparison.Ordinal).Replace("JSON", entry, StringComparison.Ordinal)).Findings);
    }

    [Fact]
    public void AKeyOfHalfASurrogatePairEndsNoScan()
    {
        var entry = Sample.Single(line => line.Contains("-svcweb2", StringComparison.Ordinal));

        Assert.Single(Scanning.Scan($"{{\"\\ud800\":\"run.googleapis.com\"}}\n{entry}").Findings);
    }

    [Fact]
    public void EscapesHideNothing()
    {
        var entry = Sample.Single(line => line.Contains("-svcweb2", StringComparison.Ordinal))
            .Replace("protoPayload", "proto\\u0050ayload", StringComparison.Ordinal)
            .Replace("run.googleapis.com", "\\u0072un.g\\u006fogleapis.com", StringComparison.Ordinal)
            .Replace("metal3d/xmrig", "metal3d\\/xmrig", StringComparison.Ordinal);

        Assert.Single(Scanning.Scan(entry).Findings);
    }
}
