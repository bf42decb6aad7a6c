using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Davy.Benchmarks.Generation;
using Davy.Storage;
using Davy.Tests.Storage;

namespace Davy.Tests.Ingest;

/// <summary>Messages of which it is known what they come to.</summary>
static partial class KnownDeployments
{
    /// <summary>Two deployments of each service, each with its caller, and messages without an entry; every third comes twice whatever was answered.</summary>
    /// <param name="services">How many services.</param>
    public static IEnumerable<PushedMessage> Messages(int services)
    {
        var number = 0;
        foreach (var place in Enumerable.Range(0, services))
        {
            var service = $"web-{place}";
            foreach (var (operation, second) in new[] { ("first", 10), ("second", 500) })
            {
                foreach (var message in Twice(PushedMessage.Of(number++, service, isDeployment: true, SomeEntries.SystemEvent("acme-prod", service, operation: $"{service}-{operation}", second: second).ToJsonString()))) yield return message;
                foreach (var message in Twice(PushedMessage.Of(number++, service, isDeployment: false, SomeEntries.Activity("acme-prod", service, $"{service}-{operation}", second - 1).ToJsonString()))) yield return message;
            }

            if (place % 4 == 0)
            {
                foreach (var message in Twice(PushedMessage.Of(number++, "", isDeployment: false, $"no entry {service}"))) yield return message;
            }
        }

        static IEnumerable<PushedMessage> Twice(PushedMessage message) => Enumerable.Repeat(message, message.Number % 3 == 0 ? 2 : 1);
    }

    /// <summary>Puts entries that do not concern Cloud Run between messages, evenly.</summary>
    /// <param name="messages">The messages.</param>
    /// <param name="others">How many.</param>
    public static IEnumerable<PushedMessage> Among(IEnumerable<PushedMessage> messages, int others)
    {
        var known = messages.ToList();
        using MemoryStream log = new();
        new LogGenerator(new() { Bytes = 300_000, Seed = 11, CloudRunPercent = 0 }).Write(log);
        PushedMessage[] between = [.. Encoding.UTF8.GetString(log.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select((line, place) => PushedMessage.Of(1_000_000 + place, $"other-{place}", isDeployment: false, line))];
        var given = 0;
        for (var place = 0; place < known.Count; place++)
        {
            for (; given < (long)others * (place + 1) / known.Count; given++) yield return between[given % between.Length];
            yield return known[place];
        }
    }

    /// <summary>Compares what was answered with what is kept.</summary>
    /// <param name="database">Where it is kept.</param>
    /// <param name="answered">What was answered, or acknowledged.</param>
    /// <param name="isOver">Whether all was.</param>
    /// <returns>What is not as it must be.</returns>
    public static async Task<List<string>> FaultsAsync(TestDatabase database, IReadOnlyCollection<PushedMessage> answered, bool isOver)
    {
        await using var connection = await database.Database.OpenAsync(TestContext.Current.CancellationToken);
        await using var findings = connection.Command("SELECT CAST(document AS text) FROM findings");
        var kept = (await findings.ToListAsync(row => row.Text(0), TestContext.Current.CancellationToken)).ToLookup(document => ServiceName().Match(document).Groups[1].Value, document => JsonNode.Parse(document)!);
        await using var rejected = connection.Command("SELECT place FROM rejected_entries");
        var places = (await rejected.ToListAsync(row => row.Text(0), TestContext.Current.CancellationToken)).ToLookup(place => place);

        List<string> faults = [];
        foreach (var message in answered.Where(message => message.Service == ""))
        {
            if (places[message.Place].Count() is not 1 and var count) faults.Add(count == 0 ? $"{message.Place} is not kept" : $"{message.Place} is kept {count} times");
        }

        foreach (var service in answered.Where(message => message.IsDeployment).GroupBy(message => message.Service))
        {
            if (kept[service.Key].ToList() is not [var finding])
            {
                faults.Add(kept[service.Key].Any() ? $"{service.Key} is kept twice" : $"the finding of {service.Key} is not kept");
                continue;
            }

            var occurrences = finding["sourceProperties"]!["properties"]!["occurrences"]!;
            var list = occurrences["list"]!.AsArray();
            if ((int)occurrences["count"]! < service.Count()) faults.Add($"a deployment of {service.Key} is not kept");
            if ((int)occurrences["count"]! > 2 || list.Count > 2) faults.Add($"a deployment of {service.Key} counts twice");
            if (isOver && list.Any(each => (string?)each!["actor"]?["principal"] != "caller@example.com")) faults.Add($"the caller of {service.Key} is not kept");
        }

        return faults;
    }

    [GeneratedRegex(@"services/(web-\d+)")]
    private static partial Regex ServiceName();
}
