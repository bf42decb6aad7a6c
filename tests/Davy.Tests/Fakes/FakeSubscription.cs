using System.Globalization;
using System.Text;

namespace Davy.Tests.Fakes;

/// <summary>
/// A subscription as Pub/Sub keeps it (https://cloud.google.com/pubsub/docs/lease-management): what was pulled is outstanding until it is acknowledged; when its deadline is over, or was put
/// to 0, it is delivered again, with another id to acknowledge it by.
/// </summary>
/// <param name="name">Its name.</param>
/// <param name="topic">Its topic.</param>
/// <param name="seconds">Its deadline.</param>
/// <param name="clock">The clock.</param>
sealed class FakeSubscription(string name, string topic, int seconds, TimeProvider clock)
{
    readonly Lock _gate = new();
    readonly PriorityQueue<Held, long> _ready = new();
    readonly Dictionary<string, (Held Message, DateTimeOffset Until)> _outstanding = new(StringComparer.Ordinal);
    readonly HashSet<string> _acknowledged = new(StringComparer.Ordinal);
    Counts _counts;
    long _outstandingBytes;

    public string Name => name;

    public string Topic => topic;

    public int Seconds => seconds;

    /// <summary>The order of messages; null for that in which they came.</summary>
    public Random? Order { get; init; }

    /// <summary>How many times a message comes at least, though it was acknowledged.</summary>
    public Func<int> Copies { get; init; } = () => 1;

    /// <summary>The longest answer to a pull.</summary>
    public int MostBytes { get; init; } = 10_000_000;

    /// <summary>Whether what is pulled counts as acknowledged at once, so that whatever ends before it keeps that loses it.</summary>
    public bool IsHasty { get; init; }

    /// <summary>The ids of the messages that were acknowledged.</summary>
    public IReadOnlyCollection<string> Acknowledged
    {
        get
        {
            lock (_gate) return [.. _acknowledged];
        }
    }

    /// <summary>The numbers of this moment.</summary>
    public Counts Now
    {
        get
        {
            lock (_gate)
            {
                Expire();
                return _counts with { Ready = _ready.Count, Outstanding = _outstanding.Count };
            }
        }
    }

    /// <summary>Takes a message.</summary>
    /// <param name="id">What it is counted by.</param>
    /// <param name="json">It, as it is delivered.</param>
    public void Add(string id, string json)
    {
        lock (_gate) Put(new(id, json) { Left = Copies() });
    }

    /// <summary>Delivers messages; null where there are none.</summary>
    public string? Pull(int most)
    {
        lock (_gate)
        {
            Expire();
            StringBuilder answer = new();
            var until = clock.GetUtcNow().AddSeconds(seconds);
            for (var count = 0; count < most && _ready.TryPeek(out var message, out _) && (count == 0 || answer.Length + message.Json.Length < MostBytes); count++)
            {
                _ready.Dequeue();
                var ackId = $"ack-{++_counts.Deliveries:D150}";
                answer.Append(count == 0 ? """{"receivedMessages":[""" : ",")
                    .Append(CultureInfo.InvariantCulture, $$"""{"ackId":"{{ackId}}","message":{{message.Json}},"deliveryAttempt":{{++message.Attempts}}}""");
                if (message.Attempts > 1) _counts.Again++;
                if (IsHasty)
                {
                    _acknowledged.Add(message.Id);
                    continue;
                }

                _outstanding[ackId] = (message, until);
                _outstandingBytes += message.Json.Length;
            }

            _counts.MostOutstanding = Math.Max(_counts.MostOutstanding, _outstanding.Count);
            _counts.MostOutstandingBytes = Math.Max(_counts.MostOutstandingBytes, _outstandingBytes);
            return answer.Length == 0 ? null : answer.Append("]}").ToString();
        }
    }

    /// <summary>Notes that messages are done with. One whose deadline is over comes again.</summary>
    public void Acknowledge(IEnumerable<string> ackIds)
    {
        lock (_gate)
        {
            Expire();
            foreach (var ackId in ackIds)
            {
                if (!Take(ackId, out var message)) continue;
                _acknowledged.Add(message.Id);
                if (--message.Left > 0) Put(message);
            }
        }
    }

    /// <summary>Notes by when messages are done with.</summary>
    public void Modify(IEnumerable<string> ackIds, int deadline)
    {
        lock (_gate)
        {
            Expire();
            foreach (var ackId in ackIds)
            {
                if (!_outstanding.TryGetValue(ackId, out var held)) continue;
                if (deadline > 0)
                {
                    _outstanding[ackId] = (held.Message, clock.GetUtcNow().AddSeconds(deadline));
                    _counts.Extended++;
                }
                else if (Take(ackId, out var message))
                {
                    _counts.GivenBack++;
                    Put(message);
                }
            }
        }
    }

    void Expire()
    {
        var now = clock.GetUtcNow();
        foreach (var (ackId, held) in _outstanding.Where(each => each.Value.Until <= now).ToList())
        {
            Take(ackId, out _);
            _counts.Expired++;
            Put(held.Message);
        }
    }

    bool Take(string ackId, out Held message)
    {
        var was = _outstanding.Remove(ackId, out var held);
        message = held.Message;
        if (was) _outstandingBytes -= message.Json.Length;
        return was;
    }

    void Put(Held message) => _ready.Enqueue(message, Order?.NextInt64() ?? ++_counts.Put);

    sealed record Held(string Id, string Json)
    {
        public int Left { get; set; }

        public int Attempts { get; set; }
    }

    /// <summary>What came to pass.</summary>
    public record struct Counts
    {
        /// <summary>Messages that wait to be pulled.</summary>
        public int Ready { get; init; }

        /// <summary>Messages that were pulled and are not done with.</summary>
        public int Outstanding { get; init; }

        /// <summary>Whether all is done with.</summary>
        public readonly bool IsDone => Ready == 0 && Outstanding == 0;

        /// <summary>Deliveries.</summary>
        public long Deliveries { get; set; }

        /// <summary>Deliveries that were not a message's first.</summary>
        public long Again { get; set; }

        /// <summary>Deadlines that were put off.</summary>
        public long Extended { get; set; }

        /// <summary>Deadlines that were over.</summary>
        public long Expired { get; set; }

        /// <summary>Messages that were given back.</summary>
        public long GivenBack { get; set; }

        /// <summary>The most messages that were outstanding at a time.</summary>
        public int MostOutstanding { get; set; }

        /// <summary>How long they were together, at the most.</summary>
        public long MostOutstandingBytes { get; set; }

        /// <summary>Messages that were put into the order.</summary>
        public long Put { get; set; }
    }
}
