using System.Text;
using System.Text.Json;
using Davy.Google;

namespace Davy.Tests.Google;

/// <summary>The answer to a pull, as it must be and as it must not.</summary>
public sealed class PulledMessagesTests
{
    static PulledMessages Read(string answer) => PulledMessages.Read(Encoding.UTF8.GetBytes(answer));

    [Fact]
    public void AMessageIsItsBytesAndWhatItIsAcknowledgedBy()
    {
        const string One = """{"ackId": "a1", "message": {"data": "e30=", "attributes": {"messageId": "no"}, "messageId": "17", "publishTime": "2026-01-10T01:00:10Z"}, "deliveryAttempt": 2}""";
        var message = Assert.Single(Read($$"""{"other": [{}], "receivedMessages": [{{One}}]}""").Messages);
        Assert.Equal(("a1", "17", One), (message.AckId, message.Id, Encoding.UTF8.GetString(message.Json.Span)));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"receivedMessages": []}""")]
    public void ThereMayBeNone(string answer) => Assert.Empty(Read(answer).Messages);

    [Theory]
    [InlineData("")]
    [InlineData("no JSON")]
    [InlineData("[]")]
    [InlineData("""{"receivedMessages": 7}""")]
    [InlineData("""{"receivedMessages": {"ackId": "a"}}""")]
    [InlineData("""{"receivedMessages": [7, {"message": {"data": ""}}, {"ackId": 7}, {"ackId": ""}, {"ackId": "\ud800"}]}""")]
    [InlineData("""{"receivedMessages": [{"ackId": "a", "message": {"data": "e30=""")]
    public void WhatIsNoSuchAnswerIsToldInOneWay(string answer) => Assert.ThrowsAny<JsonException>(() => Read(answer));

    [Fact]
    public void NestingWithoutEndIsNoSuchAnswer() => Assert.ThrowsAny<JsonException>(() => Read($$"""{"receivedMessages": [{"ackId": "a", "message": {{string.Concat(Enumerable.Repeat("[", 100_000))}}"""));

    [Fact]
    public void OneThatCannotBeAcknowledgedCostsNoOther() =>
        Assert.Equal("good", Assert.Single(Read($$"""{"receivedMessages": [{"ackId": "{{new string('a', 5_000)}}", "message": {} }, 7, {"message": {"data": "e30="} }, {"ackId": "good"}]}""").Messages).AckId);

    [Theory]
    [InlineData("""{"data": "e30="}""")]
    [InlineData("""{"data": "e30=", "messageId": ""}""")]
    [InlineData("""{"data": "e30=", "messageId": "../../etc/passwd"}""")]
    [InlineData("""{"data": "e30=", "messageId": "\u001b[31m"}""")]
    [InlineData("""{"data": "e30=", "messageId": "\ud800"}""")]
    [InlineData("""{"data": "e30=", "messageId": {"messageId": "17"}}""")]
    [InlineData("[]")]
    public void AMessageWithoutAPlainIdHasOneThatIsTheSameEachTime(string message)
    {
        string Id(string ackId) => Assert.Single(Read($$"""{"receivedMessages": [{"ackId": "{{ackId}}", "message": {{message}}}]}""").Messages).Id;

        Assert.Matches(@"\A[0-9a-f]{32}\z", Id("a"));
        Assert.Equal(Id("a"), Id("b"));
    }
}
