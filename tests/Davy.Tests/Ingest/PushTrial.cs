using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;
using Davy.Outbound;
using Davy.Storage;
using Davy.Tests.Google;

namespace Davy.Tests.Ingest;

/// <summary>Messages whose answer is known, pushed by several senders, and what of them is kept.</summary>
sealed class PushTrial : IDisposable
{
    const int Services = 12;
    const int Senders = 4;

    // None is sent again by itself: what happens to each is what is looked at.
    readonly HttpClient _http = OutboundGuard.Client(SomeCredentials.Loopback);
    readonly ConcurrentDictionary<int, PushedMessage> _answered = new();

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>A deployment of each service, its caller, and now and then a message without an entry.</summary>
    public IReadOnlyList<PushedMessage> Messages { get; } = [.. Enumerable.Range(0, Services).SelectMany(Of)];

    /// <summary>Those that were answered with success.</summary>
    public IEnumerable<PushedMessage> Answered => _answered.Values;

    /// <summary>Those that were not yet.</summary>
    public IReadOnlyList<PushedMessage> Left => [.. Messages.Where(message => !_answered.ContainsKey(message.Number))];

    /// <summary>Sends each message that was not answered with success once.</summary>
    /// <param name="server">Where they go.</param>
    /// <returns>How many were refused, and how many were not answered at all.</returns>
    public async Task<(int Refused, int Unanswered)> PushAsync(Uri server)
    {
        ConcurrentQueue<PushedMessage> waiting = new(Left);
        var (refused, unanswered) = (0, 0);
        await Task.WhenAll(Enumerable.Range(0, Senders).Select(async _ =>
        {
            while (waiting.TryDequeue(out var message))
            {
                switch (await PushAsync(server, message.Body))
                {
                    case true: _answered[message.Number] = message; break;
                    case false: Interlocked.Increment(ref refused); break;
                    case null: Interlocked.Increment(ref unanswered); break;
                }
            }
        }));
        return (refused, unanswered);
    }

    /// <summary>Sends a message; null where nobody answers.</summary>
    public async Task<bool?> PushAsync(Uri server, string body)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, new Uri(server, "ingest/pubsub/logs")) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        try
        {
            using var answer = await _http.SendAsync(request, Cancel);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception fault) when (fault is HttpRequestException or SocketException or IOException)
        {
            return null;
        }
    }

    /// <summary>What is not as it must be, a sentence each.</summary>
    /// <param name="database">The database.</param>
    public async Task<IReadOnlyList<string>> FaultsAsync(Database database)
    {
        var (found, rejected) = await database.ReadAsync(async connection =>
        {
            await using var findings = connection.Command("SELECT CAST(document AS text) FROM findings");
            var documents = await findings.ToListAsync(row => row.Text(0), Cancel);
            await using var places = connection.Command("SELECT place FROM rejected_entries");
            return (documents, await places.ToListAsync(row => row.Text(0), Cancel));
        }, Cancel);

        List<string> faults = [];
        foreach (var message in Answered)
        {
            if (message.Service == "" && rejected.Count(place => place == message.Place) is not 1 and var count) faults.Add($"{message.Place} is kept {count} times");
            if (message.IsDeployment && found.Count(document => document.Contains($"services/{message.Service}\"", StringComparison.Ordinal)) is not 1 and var times) faults.Add($"the finding of {message.Service} is kept {times} times");
        }

        if (Left.Count == 0)
        {
            if (found.Count != Services) faults.Add($"there are {found.Count} findings, and not {Services}");
            faults.AddRange(found.Where(document => !document.Contains("caller@example.com", StringComparison.Ordinal)).Select(document => $"no caller in {document}"));
            faults.AddRange(found.Where(document => (int)System.Text.Json.Nodes.JsonNode.Parse(document)!["sourceProperties"]!["properties"]!["occurrences"]!["count"]! != 1).Select(document => $"a deployment counts twice in {document}"));
        }

        return faults;
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    static IEnumerable<PushedMessage> Of(int place)
    {
        var (service, number) = ($"web-{place}", place * 3);
        yield return PushedMessage.Of(number, service, isDeployment: true, SomeEntries.SystemEvent("acme-prod", service, operation: service).ToJsonString());
        yield return PushedMessage.Of(number + 1, service, isDeployment: false, SomeEntries.Activity("acme-prod", service, service).ToJsonString());
        if (place % 4 == 0) yield return PushedMessage.Of(number + 2, "", isDeployment: false, $"no entry {service}");
    }
}
