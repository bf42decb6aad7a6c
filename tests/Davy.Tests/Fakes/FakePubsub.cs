using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Davy.Tests.Fakes;

/// <summary>Pub/Sub's method for publishing, over REST (https://cloud.google.com/pubsub/docs/reference/rest/v1/projects.topics/publish), with the topics that are there.</summary>
sealed partial class FakePubsub : IAsyncDisposable
{
    readonly ConcurrentDictionary<string, ConcurrentQueue<FakeMessage>> _topics = new(StringComparer.Ordinal);
    int _count;

    FakePubsub()
    {
    }

    /// <summary>The server.</summary>
    public FakeHttp Http { get; private set; } = null!;

    /// <summary>Starts it.</summary>
    /// <param name="topics">The topics: <c>projects/P/topics/T</c>.</param>
    public static async Task<FakePubsub> StartAsync(params string[] topics)
    {
        FakePubsub fake = new();
        foreach (var topic in topics) fake._topics[topic] = new();
        fake.Http = await FakeHttp.StartAsync(fake.Answer);
        return fake;
    }

    /// <summary>What a topic was given, in order.</summary>
    public IReadOnlyList<FakeMessage> Messages(string topic) => [.. _topics[topic]];

    public ValueTask DisposeAsync() => Http.DisposeAsync();

    FakeAnswer Answer(FakeRequest request)
    {
        if (request.Method != "POST" || Publish().Match(request.Target) is not { Success: true } publish) return FakeAnswer.Error(404, "NOT_FOUND", "There is no such method.");
        if (!_topics.TryGetValue(Uri.UnescapeDataString(publish.Groups[1].Value), out var topic)) return FakeAnswer.Error(404, "NOT_FOUND", "Resource not found (resource=t).");
        if (request.Json["messages"] is not JsonArray { Count: > 0 } messages) return FakeAnswer.Error(400, "INVALID_ARGUMENT", "The value for message_count is too small.");

        JsonArray ids = [];
        foreach (var message in messages)
        {
            topic.Enqueue(new(Convert.FromBase64String((string)message!["data"]!), (string?)message["orderingKey"] ?? "", request.Header("Authorization")));
            ids.Add(Interlocked.Increment(ref _count).ToString(System.Globalization.CultureInfo.InvariantCulture));
        }

        return new(200, new JsonObject { ["messageIds"] = ids }.ToJsonString());
    }

    [GeneratedRegex(@"^/v1/(projects/[^/?]+/topics/[^/?]+):publish$")]
    private static partial Regex Publish();
}

/// <summary>A message that was published.</summary>
/// <param name="Data">Its data.</param>
/// <param name="OrderingKey">Its ordering key.</param>
/// <param name="Authorization">Who published it.</param>
sealed record FakeMessage(byte[] Data, string OrderingKey, string Authorization)
{
    /// <summary>The data as JSON.</summary>
    public JsonNode Json => JsonNode.Parse(Data)!;
}
