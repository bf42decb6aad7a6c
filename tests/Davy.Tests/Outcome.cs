using Davy.Indicators;
using Davy.Logs;

namespace Davy.Tests;

/// <summary>What a scan of a hostile text comes to, in a few words that a table can hold: <c>found 1, examined 2, other 1, Malformed, TooDeep</c>.</summary>
static class Outcome
{
    const string MinerText = """
        "insertId":"INSERT_ID","logName":"projects/p/logs/cloudaudit.googleapis.com%2Fsystem_event","timestamp":"2026-01-10T10:00:00Z",
        "protoPayload":{"serviceName":"run.googleapis.com","methodName":"/Services.CreateService","resourceName":"namespaces/p/services/sNUMBER",
        "response":{"apiVersion":"serving.knative.dev/v1","kind":"Service","metadata":{"name":"sNUMBER"},
        "spec":{"template":{"spec":{"containers":[{"image":"docker.io/metal3d/xmrig"}]}}}}}}
        """;

    /// <summary>A line that deploys a listed image, on a service of its own. What is put in stands before the image, so that a text that breaks the entry hides it.</summary>
    /// <param name="number">Tells entries and services apart.</param>
    /// <param name="fields">Fields at the beginning of the entry, with a comma after each.</param>
    /// <param name="insertId">What stands within the quotes of the insert id.</param>
    public static string Miner(int number, string fields = "", string? insertId = null) => $"{{{fields}" + MinerText
        .Replace("\n", "", StringComparison.Ordinal).Replace("INSERT_ID", insertId ?? $"i{number}", StringComparison.Ordinal).Replace("NUMBER", $"{number}", StringComparison.Ordinal);

    /// <summary>Scans a text, parsing every entry, and checks that the entries add up.</summary>
    public static string Of(byte[] bytes) => Of(Scanning.Input(bytes));

    /// <summary>Scans an input, parsing every entry, and checks that the entries add up.</summary>
    public static string Of(LogInput input)
    {
        var result = Scanning.Scan(IndicatorSet.Default, [input], validate: true);
        var summary = result.Summary;
        Assert.Empty(summary.Failures);
        Assert.Equal(summary.Rejected, summary.RejectedEntries.Count);
        Assert.All(summary.RejectedEntries, rejected => Assert.True(rejected.Detail.Length > 10 && rejected.Location.Line > 0 && rejected.Location.Byte >= 0, $"{rejected}"));

        (string Name, long Count)[] counts = [("found", result.Findings.Count), ("examined", summary.Examined), ("no deployment", summary.NotADeployment), ("other", summary.NotCloudRun)];
        var words = counts.Where(each => each.Count > 0).Select(each => $"{each.Name} {each.Count}")
            .Concat(summary.RejectedEntries.GroupBy(rejected => rejected.Reason).Select(reason => reason.Count() == 1 ? $"{reason.Key}" : $"{reason.Key} {reason.Count()}"));
        return string.Join(", ", words) is { Length: > 0 } outcome ? outcome : "nothing";
    }
}
