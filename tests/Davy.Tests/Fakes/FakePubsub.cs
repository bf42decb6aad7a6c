using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Davy.Tests.Fakes;

/// <summary>
/// Pub/Sub over REST (https://cloud.google.com/pubsub/docs/reference/rest): topics, publishing, subscriptions, pull, acknowledge, modifyAckDeadline, with real redelivery. Over gRPC it is
/// published to at <see cref="FakePubsubGrpc"/>.
/// </summary>
sealed partial class FakePubsub : IAsyncDisposable
{
    static readonly TimeSpan Blink = TimeSpan.FromMilliseconds(5);

    readonly ConcurrentDictionary<string, ConcurrentQueue<FakeMessage>> _topics = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<string, FakeSubscription> _subscriptions = new(StringComparer.Ordinal);
    readonly TimeProvider _clock;
    int _count;

    FakePubsub(TimeProvider clock) => _clock = clock;

    /// <summary>The server.</summary>
    public FakeHttp Http { get; private set; } = null!;

    /// <summary>What is answered in place of the right answer; null for the right one.</summary>
    public Func<FakeRequest, FakeAnswer?> Fault { get; set; } = _ => null;

    /// <summary>How long a pull waits for messages.</summary>
    public TimeSpan Hold { get; set; } = TimeSpan.FromMilliseconds(300);

    /// <summary>Starts it.</summary>
    /// <param name="topics">The topics: <c>projects/P/topics/T</c>.</param>
    public static Task<FakePubsub> StartAsync(params string[] topics) => StartAsync(TimeProvider.System, topics);

    /// <summary>Starts it.</summary>
    /// <param name="clock">The clock of the deadlines.</param>
    /// <param name="topics">The topics: <c>projects/P/topics/T</c>.</param>
    public static async Task<FakePubsub> StartAsync(TimeProvider clock, params string[] topics)
    {
        FakePubsub fake = new(clock);
        foreach (var topic in topics) fake.CreateTopic(topic);
        fake.Http = await FakeHttp.StartAsync(fake.AnswerAsync);
        return fake;
    }

    /// <summary>What a topic was given, in order.</summary>
    public IReadOnlyList<FakeMessage> Messages(string topic) => [.. _topics[topic]];

    /// <summary>A subscription; null where there is none of this name.</summary>
    public FakeSubscription? Subscription(string name) => _subscriptions.GetValueOrDefault(name);

    /// <summary>Makes a topic; false where there is one.</summary>
    public bool CreateTopic(string name) => _topics.TryAdd(name, new());

    /// <summary>Whether there is a topic.</summary>
    public bool HasTopic(string name) => _topics.ContainsKey(name);

    /// <summary>Makes a subscription.</summary>
    /// <param name="name">Its name: <c>projects/P/subscriptions/S</c>.</param>
    /// <param name="topic">Its topic.</param>
    /// <param name="seconds">Its deadline; the real one has 10 at least.</param>
    public FakeSubscription Subscribe(string name, string topic, int seconds = 10) => Add(new(name, topic, seconds, _clock));

    /// <summary>Adds a subscription.</summary>
    public FakeSubscription Add(FakeSubscription subscription) => _subscriptions[subscription.Name] = subscription;

    /// <summary>Publishes a message; its id.</summary>
    public string Publish(string topic, byte[] data, string orderingKey = "", string authorization = "", IReadOnlyDictionary<string, string>? attributes = null)
    {
        var id = Interlocked.Increment(ref _count).ToString(CultureInfo.InvariantCulture);
        _topics[topic].Enqueue(new(data, orderingKey, authorization));
        JsonObject message = new() { ["data"] = Convert.ToBase64String(data), ["messageId"] = id, ["publishTime"] = "2026-01-10T01:00:10.123Z" };
        if (orderingKey != "") message["orderingKey"] = orderingKey;
        if (attributes is { Count: > 0 }) message["attributes"] = new JsonObject(attributes.Select(each => KeyValuePair.Create(each.Key, (JsonNode?)each.Value)));
        var json = message.ToJsonString();
        foreach (var subscription in _subscriptions.Values.Where(each => each.Topic == topic)) subscription.Add(id, json);
        return id;
    }

    public ValueTask DisposeAsync() => Http.DisposeAsync();

    async Task<FakeAnswer> AnswerAsync(FakeRequest request)
    {
        if (Fault(request) is { } fault) return fault;
        if (Named().Match(request.Target) is not { Success: true } named) return FakeAnswer.Error(404, "NOT_FOUND", "There is no such method.");
        var (name, kind, method) = (Uri.UnescapeDataString(named.Groups["name"].Value), named.Groups["kind"].Value, named.Groups["method"].Value);
        return (request.Method, kind, method) switch
        {
            ("PUT", "topics", "") => CreateTopic(name) ? Named(name) : FakeAnswer.Error(409, "ALREADY_EXISTS", "Resource already exists in the project."),
            ("GET", "topics", "") when HasTopic(name) => Named(name),
            ("POST", "topics", "publish") when HasTopic(name) => Published(name, request),
            ("PUT", "subscriptions", "") => Shown(Subscribe(name, (string)request.Json["topic"]!, (int?)request.Json["ackDeadlineSeconds"] ?? 10)),
            (_, "subscriptions", _) when Subscription(name) is { } subscription => await AnswerAsync(subscription, method, request),
            _ => FakeAnswer.Error(404, "NOT_FOUND", "Resource not found (resource=t)."),
        };
    }

    async Task<FakeAnswer> AnswerAsync(FakeSubscription subscription, string method, FakeRequest request)
    {
        if (request.Method == "GET" && method == "") return Shown(subscription);
        if (request.Method != "POST") return FakeAnswer.Error(404, "NOT_FOUND", "There is no such method.");
        switch (method)
        {
            case "pull":
                return (int?)request.Json["maxMessages"] is { } most and > 0
                    ? new(200, await PullAsync(subscription, most, request.Aborted))
                    : FakeAnswer.Error(400, "INVALID_ARGUMENT", "You must specify a positive number of messages.");
            case "acknowledge":
                if (Ids(request) is not { Count: > 0 } acknowledged) return FakeAnswer.Error(400, "INVALID_ARGUMENT", "You must specify at least one ack ID.");
                subscription.Acknowledge(acknowledged);
                return new(200, "{}");
            case "modifyAckDeadline":
                if ((int?)request.Json["ackDeadlineSeconds"] is not { } seconds || seconds is < 0 or > 600 || Ids(request) is not { Count: > 0 } modified) return FakeAnswer.Error(400, "INVALID_ARGUMENT", "The request is wrong.");
                subscription.Modify(modified, seconds);
                return new(200, "{}");
            default:
                return FakeAnswer.Error(404, "NOT_FOUND", "There is no such method.");
        }
    }

    async Task<string> PullAsync(FakeSubscription subscription, int most, CancellationToken aborted)
    {
        for (var waited = TimeSpan.Zero; !aborted.IsCancellationRequested; waited += Blink)
        {
            if (subscription.Pull(most) is { } answer) return answer;
            if (waited >= Hold) break;
            await Task.Delay(Blink, TimeProvider.System, CancellationToken.None);
        }

        return "{}";
    }

    FakeAnswer Published(string topic, FakeRequest request)
    {
        if (request.Json["messages"] is not JsonArray { Count: > 0 } messages) return FakeAnswer.Error(400, "INVALID_ARGUMENT", "The value for message_count is too small.");
        JsonArray ids = [.. messages.Select(message => (JsonNode)Publish(topic, Convert.FromBase64String((string)message!["data"]!), (string?)message["orderingKey"] ?? "", request.Header("Authorization")))];
        return new(200, new JsonObject { ["messageIds"] = ids }.ToJsonString());
    }

    static List<string> Ids(FakeRequest request) => [.. (request.Json["ackIds"] as JsonArray ?? []).Select(id => (string)id!)];

    static FakeAnswer Named(string name) => new(200, new JsonObject { ["name"] = name }.ToJsonString());

    static FakeAnswer Shown(FakeSubscription subscription) =>
        new(200, new JsonObject { ["name"] = subscription.Name, ["topic"] = subscription.Topic, ["ackDeadlineSeconds"] = subscription.Seconds, ["pushConfig"] = new JsonObject(), ["state"] = "ACTIVE" }.ToJsonString());

    [GeneratedRegex(@"^/v1/(?<name>projects/[^/?:]+/(?<kind>topics|subscriptions)/[^/?:]+)(?::(?<method>\w+))?$")]
    private static partial Regex Named();
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
