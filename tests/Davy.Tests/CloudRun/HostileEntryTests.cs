using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Davy.Tests.CloudRun;

/// <summary>What one entry, or one busy resource, may cost.</summary>
public sealed class HostileEntryTests
{
    static JsonNode Revision(int second = 0, string image = "docker.io/example/app") => JsonNode.Parse($$$"""
        {
          "insertId": "x{{{second}}}", "logName": "projects/p/logs/cloudaudit.googleapis.com%2Fsystem_event",
          "timestamp": "{{{DateTimeOffset.FromUnixTimeSeconds(1_760_000_000 + second).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)}}}",
          "resource": {"type": "cloud_run_job", "labels": {"location": "us-central1", "project_id": "p", "job_name": "j"}},
          "protoPayload": {
            "serviceName": "run.googleapis.com", "methodName": "/Jobs.RunJob", "resourceName": "namespaces/p/executions/j-{{{second}}}",
            "response": {
              "@type": "type.googleapis.com/google.cloud.run.v1.Execution",
              "metadata": {"name": "j-{{{second}}}", "labels": {"run.googleapis.com/job": "j"}, "annotations": {"run.googleapis.com/operation-id": "op{{{second}}}"}},
              "spec": {"template": {"spec": {"containers": [{"image": "{{{image}}}"}]} } }
            }
          }
        }
        """)!;

    static (ScanResult Result, long Bytes) Scan(string log)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var result = Scanning.Scan(log);
        return (result, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void ALongNameAboveManyContainersIsNotKeptWithEachOfThem()
    {
        var entry = Revision();
        var containers = new StringBuilder("[").AppendJoin(',', Enumerable.Repeat("""{"image":"a"}""", 2_000)).Append(']');
        entry["protoPayload"]!["response"]!["spec"] = new JsonObject { [new string('k', 200_000)] = new JsonObject { ["containers"] = JsonNode.Parse(containers.ToString()) } };

        var (result, bytes) = Scan(entry.ToJsonString());

        Assert.Equal(1, result.Summary.Examined);
        Assert.True(bytes < 50_000_000, $"{bytes} bytes were allocated.");
    }

    [Fact]
    public void ALongNameAboveManyValuesIsNotRepeatedInTheShape()
    {
        var entry = Revision();
        entry["protoPayload"]!["methodName"] = "/Some.Thing";
        entry["protoPayload"]!["response"] = new JsonObject { [new string('k', 200_000)] = new JsonArray([.. Enumerable.Range(0, 2_000).Select(_ => JsonValue.Create(0))]) };

        var (result, bytes) = Scan(entry.ToJsonString());

        Assert.Single(result.Doubts);
        Assert.True(bytes < 50_000_000, $"{bytes} bytes were allocated.");
    }

    [Fact]
    public void EachExecutionOfABusyJobCostsTheSame()
    {
        const int Executions = 2_000;
        var (result, bytes) = Scan(string.Join('\n', Enumerable.Range(0, Executions).Select(second => Revision(second, "docker.io/metal3d/xmrig").ToJsonString())));

        Assert.Equal(Executions, Assert.Single(result.Findings).OccurrenceCount);
        Assert.True(bytes < Executions * 50_000L, $"{bytes} bytes were allocated.");
    }

    [Fact]
    public void EntriesThatShareRevisionsAreOneDeploymentHoweverTheyAreLinked()
    {
        static string Entry(int at, string operation, string revision)
        {
            var entry = Revision(at, "docker.io/metal3d/xmrig");
            entry["protoPayload"]!["response"]!["metadata"]!["name"] = revision;
            entry["protoPayload"]!["response"]!["metadata"]!["annotations"]!["run.googleapis.com/operation-id"] = operation;
            return entry.ToJsonString();
        }

        string[] log = [Entry(1, "a", "r1"), Entry(2, "b", "r2"), Entry(3, "c", "r2"), Entry(4, "c", "r1"), Entry(5, "d", "r3")];

        foreach (var lines in new[] { log, [.. log.Reverse()], [log[3], log[0], log[4], log[2], log[1]] })
        {
            var finding = Assert.Single(Scanning.Scan(string.Join('\n', lines)).Findings);
            Assert.Equal(["a", "d"], finding.Occurrences.Select(occurrence => occurrence.Id));
        }
    }
}
