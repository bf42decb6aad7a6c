using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Davy.Benchmarks.Generation;
using Davy.Tests.Storage;

namespace Davy.Tests.Ingest.Nats;

/// <summary>
/// Messages of which it is known what must come of them: two deployments of each service, each with its caller, one to five times over; what is no entry; and entries of other services
/// between them. All in any order.
/// </summary>
sealed partial class NatsTraffic
{
    const int OtherBytes = 1_000_000;
    readonly List<Message> _messages = [];

    NatsTraffic()
    {
    }

    /// <summary>What is published, in order: the first has number 1 in the stream.</summary>
    public IEnumerable<byte[]> Contents => _messages.Select(message => message.Content);

    public int Count => _messages.Count;

    /// <summary>Of how many services a finding must be kept.</summary>
    public int Services { get; private init; }

    /// <summary>Makes some.</summary>
    /// <param name="services">How many services.</param>
    /// <param name="entries">How many messages in all, at least.</param>
    /// <param name="seed">The same makes the same.</param>
    public static NatsTraffic Of(int services, int entries, ulong seed)
    {
        Chance chance = new(seed);
        NatsTraffic traffic = new() { Services = services };
        foreach (var service in Enumerable.Range(0, services).Select(number => $"web-{number}"))
        {
            foreach (var (operation, second) in new[] { ("first", 10), ("second", 500) })
            {
                traffic.Add(1 + chance.Below(5), new(service, operation, IsDeployment: true, Json(SomeEntries.SystemEvent("acme-prod", service, operation: $"{service}-{operation}", second: second))));
                traffic.Add(1 + chance.Below(5), new(service, operation, IsDeployment: false, Json(SomeEntries.Activity("acme-prod", service, $"{service}-{operation}", second - 1))));
            }

            if (chance.Happens(25)) traffic.Add(1, new("", "", IsDeployment: false, Encoding.UTF8.GetBytes($"no entry of {service}")));
        }

        var others = Others(seed);
        for (var number = 0; traffic.Count < entries; number++) traffic.Add(1, others[number % others.Count]);
        for (var place = traffic.Count - 1; place > 0; place--)
        {
            var other = chance.Below(place + 1);
            (traffic._messages[place], traffic._messages[other]) = (traffic._messages[other], traffic._messages[place]);
        }

        return traffic;
    }

    /// <summary>Compares what is kept with what must be.</summary>
    /// <param name="database">The database.</param>
    /// <param name="acknowledged">Up to which number all messages were acknowledged; null: all there are, and nobody takes any more.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>What is not as it must be.</returns>
    public async Task<List<string>> FaultsAsync(TestDatabase database, ulong? acknowledged, CancellationToken cancel)
    {
        var (kept, places) = await KeptAsync(database, cancel);
        List<string> faults = [];
        var sure = _messages.Take((int)(acknowledged ?? (ulong)Count)).ToList();
        for (var place = 0; place < sure.Count; place++)
        {
            if (sure[place].IsEntry) continue;
            var count = places.Count(each => each == string.Create(CultureInfo.InvariantCulture, $"nats/logs/{place + 1}:1:0"));
            if (count != 1) faults.Add(count == 0 ? $"what is no entry at {place + 1} is not kept" : $"what is no entry at {place + 1} is kept {count} times");
        }

        foreach (var service in sure.Where(message => message.IsDeployment).GroupBy(message => message.Service))
        {
            if (kept[service.Key].ToList() is not [var finding])
            {
                faults.Add(kept[service.Key].Any() ? $"{service.Key} is kept twice" : $"the finding of {service.Key} is not kept");
                continue;
            }

            var occurrences = finding["sourceProperties"]!["properties"]!["occurrences"]!;
            var list = occurrences["list"]!.AsArray();
            if ((int)occurrences["count"]! < service.DistinctBy(message => message.Operation).Count()) faults.Add($"a deployment of {service.Key} is not kept");
            if ((int)occurrences["count"]! > 2 || list.Count > 2) faults.Add($"a deployment of {service.Key} counts twice");
            if (acknowledged is null && list.Any(each => (string?)each!["actor"]?["principal"] != "caller@example.com")) faults.Add($"the caller of {service.Key} is not kept");
        }

        if (acknowledged is null && kept.Count != Services) faults.Add($"{kept.Count} findings are kept of {Services}");
        return faults;
    }

    /// <summary>All findings, without the times at which they were made.</summary>
    public static async Task<string> SummaryAsync(TestDatabase database, CancellationToken cancel)
    {
        var (kept, _) = await KeptAsync(database, cancel);
        return string.Join('\n', kept.SelectMany(each => each).Select(document =>
        {
            foreach (var time in (string[])["createTime", "eventTime"]) document.AsObject().Remove(time);
            return Sorted(document);
        }).Order(StringComparer.Ordinal));
    }

    static async Task<(ILookup<string, JsonNode> Findings, List<string> Places)> KeptAsync(TestDatabase database, CancellationToken cancel)
    {
        await using var connection = await database.Database.OpenAsync(cancel);
        await using var findings = connection.CreateCommand();
        findings.CommandText = "SELECT CAST(document AS text) FROM findings";
        await using var rejected = connection.CreateCommand();
        rejected.CommandText = "SELECT place FROM rejected_entries";
        var documents = await TextsAsync(findings, cancel);
        return (documents.ToLookup(document => ServiceName().Match(document).Groups[1].Value, document => JsonNode.Parse(document)!), await TextsAsync(rejected, cancel));
    }

    static async Task<List<string>> TextsAsync(System.Data.Common.DbCommand command, CancellationToken cancel)
    {
        List<string> texts = [];
        await using var row = await command.ExecuteReaderAsync(cancel);
        while (await row.ReadAsync(cancel)) texts.Add(row.GetString(0));
        return texts;
    }

    static List<Message> Others(ulong seed)
    {
        using MemoryStream log = new();
        new LogGenerator(new() { Bytes = OtherBytes, CloudRunPercent = 0, Seed = seed }).Write(log);
        return [.. Encoding.UTF8.GetString(log.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => new Message("other", "", IsDeployment: false, Encoding.UTF8.GetBytes(line)))];
    }

    void Add(int times, Message message) => _messages.AddRange(Enumerable.Repeat(message, times));

    static byte[] Json(JsonNode entry) => Encoding.UTF8.GetBytes(entry.ToJsonString());

    /// <summary>With its members in one order, for the order in which they were added is no difference.</summary>
    public static string Sorted(JsonNode? node) => node switch
    {
        JsonObject json => $"{{{string.Join(',', json.OrderBy(member => member.Key, StringComparer.Ordinal).Select(member => $"{member.Key}:{Sorted(member.Value)}"))}}}",
        JsonArray list => $"[{string.Join(',', list.Select(Sorted))}]",
        _ => node?.ToJsonString() ?? "null",
    };

    [GeneratedRegex(@"services/(web-\d+)")]
    private static partial Regex ServiceName();

    sealed record Message(string Service, string Operation, bool IsDeployment, byte[] Content)
    {
        public bool IsEntry => Service != "";
    }
}
