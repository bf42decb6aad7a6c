using System.Text;
using Davy.Logs;

namespace Davy.Tests.Logs;

/// <summary>Entries come out of whatever carries them; what is no envelope stays as it is.</summary>
public sealed class EnvelopesTests
{
    const string Entry = "{\"insertId\":\"a?>\",\"x\":1}";

    static readonly string Base64 = Convert.ToBase64String(Encoding.UTF8.GetBytes(Entry));

    static string[] Unwrap(string json, ReadLimits? limits = null)
    {
        var found = Envelopes.Unwrap(Encoding.UTF8.GetBytes(json), limits ?? ReadLimits.Default);
        return [.. Enumerable.Range(0, found.Count).Select(index => found[index].Rejected is { } fault ? fault.Reason.ToString() : Encoding.UTF8.GetString(found[index].Json.Span))];
    }

    static string Push(string data) => $"{{\"message\":{{\"data\":\"{data}\",\"messageId\":\"1\"}},\"subscription\":\"s\"}}";

    [Fact]
    public void EveryEnvelopeGivesItsEntry()
    {
        string[] envelopes =
        [
            Push(Base64), Push(Base64.TrimEnd('=')), Push(Base64.Replace('+', '-').Replace('/', '_')), Push(Base64.Replace("/", "\\/", StringComparison.Ordinal)), Push("\\u0065" + Base64[1..]),
            Push(Base64).Replace("message\"", "m\\u0065ssage\"", StringComparison.Ordinal),
            $"{{\"subscription\":\"s\",\"message\":{{\"data\":1}},\"message\":{{\"data\":\"{Base64}\"}}}}",
            $"{{\"ackId\":\"a\",\"message\":{{\"attributes\":{{\"data\":\"x\"}},\"data\":\"{Base64}\"}}}}",
            $"{{\"message\":{{\"data\":\"{Base64}\"}}}}", $"{{\"data\":\"{Base64}\",\"message_id\":\"1\"}}",
            $"{{\"receivedMessages\":[{{\"ackId\":\"a\",\"message\":{{\"data\":\"{Base64}\"}}}}]}}",
            $"{{\"entries\":[{Entry}],\"nextPageToken\":\"t\"}}", $"{{\"kind\":\"ServiceList\",\"items\":[{Entry}]}}",
            $"{{\"specversion\":\"1.0\",\"type\":\"google.cloud.audit.log.v1.written\",\"data\":{Entry}}}",
            $"{{\"data\":{Entry},\"type\":\"com.google.cloud.auditlog.event\",\"specversion\":\"0.3\"}}",
            $"{{\"specversion\":\"1.0\",\"type\":\"google.cloud.audit.log.v1.written\",\"data_base64\":\"{Base64}\"}}",
            $"{{\"specversion\":\"1.0\",\"type\":\"google.cloud.pubsub.topic.v1.messagePublished\",\"data\":{Push(Base64)}}}",
            Push(Convert.ToBase64String(Encoding.UTF8.GetBytes(Push(Base64)))),
        ];
        Assert.All(envelopes, envelope => Assert.Equal([Entry], Unwrap(envelope)));
    }

    [Theory]
    [InlineData("{\"insertId\":\"1\",\"entries\":[{}],\"message\":{\"data\":\"e30=\"}}")]
    [InlineData("{\"data\":\"e30=\"}")]
    [InlineData("{\"data\":{\"a\":1}}")]
    [InlineData("{\"message\":{\"text\":\"hello\"},\"level\":1}")]
    [InlineData("{\"message\":\"hello\",\"subscription\":\"s\"}")]
    [InlineData("{\"items\":[1,2]}")]
    [InlineData("{\"apiVersion\":\"v1\",\"kind\":\"Service\",\"metadata\":{},\"spec\":{\"items\":[]}}")]
    [InlineData("{\"specversion\":\"1.0\",\"type\":\"com.example\",\"data\":{\"a\":1}}")]
    [InlineData("{}")]
    [InlineData("{\"message\":{\"data\":\"e30=\"},\"subscription\":")]
    [InlineData("{\"\\ud800\":1}")]
    public void WhatIsNoEnvelopeStaysAsItIs(string json) => Assert.Equal([json], Unwrap(json));

    [Theory]
    [InlineData("***")]
    [InlineData("e30")]
    [InlineData("A")]
    [InlineData("\\ud800")]
    [InlineData("W10=")]
    [InlineData("aGVsbG8=")]
    [InlineData("")]
    public void DataThatIsNoObjectIsABadEnvelope(string data) => Assert.Equal([data == "e30" ? "{}" : "BadEnvelope"], Unwrap(Push(data)));

    [Fact]
    public void ABadMessageCostsNoOther() => Assert.Equal(
        [Entry, "BadEnvelope", "BadEnvelope", "BadEnvelope", "BadEnvelope", Entry],
        Unwrap($"{{\"receivedMessages\":[{{\"message\":{{\"data\":\"{Base64}\"}}}},5,{{}},{{\"ackId\":\"a\",\"message\":{{}}}},{{\"message\":{{\"data\":\"***\"}}}},{{\"message\":{{\"\\ud800\":1,\"data\":\"{Base64}\"}}}}]}}"));

    [Fact]
    public void AnElementThatIsNoObjectIsRejectedByItself() => Assert.Equal([Entry, "NotAnObject", "NotAnObject"], Unwrap($"{{\"entries\":[{Entry},5,[1]]}}"));

    [Fact]
    public void AnEmptyEnvelopeHoldsNoEntry() => Assert.Equal(0, Unwrap("{\"receivedMessages\":[]}").Length + Unwrap("{\"entries\":[]}").Length);

    [Theory]
    [InlineData("{\"specversion\":\"1.0\",\"type\":\"google.cloud.audit.log.v1.written\"}")]
    [InlineData("{\"message\":{\"attributes\":{}},\"subscription\":\"s\"}")]
    public void AnEnvelopeWithoutDataIsBad(string json) => Assert.Equal(["BadEnvelope"], Unwrap(json));

    [Fact]
    public void NestingEnds()
    {
        var json = Entry;
        for (var nested = 0; nested < 3; nested++) json = Push(Convert.ToBase64String(Encoding.UTF8.GetBytes(json)));

        Assert.Equal([Entry], Unwrap(json));
        Assert.Equal(["BadEnvelope"], Unwrap(Push(Convert.ToBase64String(Encoding.UTF8.GetBytes(json)))));
    }

    [Fact]
    public void EachEntryHasTheLimitToItself()
    {
        var limits = new ReadLimits { EntryBytes = 30 };
        var large = $"{{\"x\":\"{new string('x', 30)}\"}}";

        Assert.Equal(["{\"x\":1}", "TooLarge", "{\"x\":2}"], Unwrap($"{{\"entries\":[{{\"x\":1}},{large},{{\"x\":2}}]}}", limits));
        Assert.Equal(["TooLarge"], Unwrap(large, limits));
    }

    [Fact]
    public void ARecordThatIsNoEnvelopeCostsNoAllocation()
    {
        var record = Encoding.UTF8.GetBytes("{\"protoPayload\":{\"a\":[1,2,3]},\"insertId\":\"x\"}");
        long before = 0;
        for (var round = 0; round < 100; round++)
        {
            if (round == 50) before = GC.GetAllocatedBytesForCurrentThread();
            foreach (var entry in Envelopes.Unwrap(record, ReadLimits.Default)) Assert.Null(entry.Rejected);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
