using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using Davy.Logs;

namespace Davy.Tests.Logs;

/// <summary>Whatever the framing, the same entries come out, each once.</summary>
public sealed class LogReaderTests
{
    static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    static readonly Gen<string> Entries = Gen.String[Gen.Char["abc {}[]\",:\\\n\u00e9"], 0, 20].Select(text =>
        new JsonObject { ["insertId"] = text, ["x"] = new JsonArray(1, new JsonObject { ["y"] = text }, text.Length % 2 == 0 ? "run.googleapis.com" : "") }.ToJsonString());

    static string Pretty(string json) => JsonNode.Parse(json)!.ToJsonString(Indented);

    static string Lines(IEnumerable<string> entries, string end = "\n") => string.Concat(entries.Select(entry => entry + end));

    [Fact]
    public void AllFramingsGiveTheSameEntries() => Gen.Select(Entries.List[0, 6], Gen.Int[1, 64], Gen.Int[1, 64], Gen.Bool).Sample((entries, window, step, prefilter) =>
    {
        string[] forms =
        [
            Lines(entries), Lines(entries).TrimEnd('\n'), Lines(entries, "\r\n"), Lines(entries, "\n\n \n"), Lines(entries, "  \t\r\n"), "\u00ef\u00bb\u00bf" + Lines(entries),
            $"[{string.Join(',', entries)}]", $"[{string.Join(", ", entries)}]\n", $"[\n{string.Join(",\n", entries)}\n]", $"[{string.Join("\n,", entries)}]",
            $"[\n{string.Join(",\n", entries.Select(entry => "  " + Pretty(entry).Replace("\n", "\n  ", StringComparison.Ordinal)))}\n]\n",
            $"[ {string.Join(", ", entries.Select(Pretty))} ]",
            string.Concat(entries), string.Join(' ', entries), string.Join('\t', entries), string.Join(new string(' ', 40), entries),
            string.Join('\n', entries.Select(Pretty)), string.Concat(entries.Select(Pretty)), string.Concat(entries.Select(entry => Pretty(entry) + "\r\n")),
            Lines(entries.Select(entry => $"[{entry}]")),
        ];
        var expected = entries.Where(entry => !prefilter || Prefilter.MayConcernCloudRun(Reading.Bytes(entry))).ToList();
        foreach (var form in forms)
        {
            var bytes = Reading.Bytes(form);
            foreach (var input in new[] { bytes, Reading.Gzip(bytes), Reading.Zstd(bytes), [.. Reading.Gzip(bytes), .. Reading.Gzip([])], [.. Reading.Zstd([]), .. Reading.Zstd(bytes)] })
            {
                var reading = Reading.Of(input, prefilter: prefilter, window: window, step: step);
                Assert.Equal(expected, reading.Entries.Select(entry => JsonNode.Parse(Reading.Bytes(entry))!.ToJsonString()));
                Assert.Empty(reading.Rejected);
                Assert.Equal(entries.Count - expected.Count, reading.Dismissed);
            }
        }
    }, iter: 60);

    [Fact]
    public void MembersOfGzipThatEndWithoutALineFeedHoldEntriesOfTheirOwn() => Assert.Equal(
        ["{\"a\":1}", "{\"b\":2}", "{\"c\":3}"],
        Reading.Of([.. Reading.Gzip("{\"a\":1}"u8.ToArray()), .. Reading.Gzip("{\"b\":2}\n{\"c\":3}\n"u8.ToArray())]).Entries);

    [Fact]
    public void WhatComesOutDependsOnTheTextAlone() => Gen.Select(Hostile.Texts, Gen.Int[1, 80], Gen.Int[1, 80], Gen.Bool).Sample((text, window, step, prefilter) =>
    {
        var limits = new ReadLimits { EntryBytes = 50, EnvelopeBytes = 60, Depth = 5 };
        var whole = Reading.Of(Reading.Bytes(text), limits, prefilter);
        var pieces = Reading.Of(Reading.Bytes(text), limits, prefilter, window, step);

        Assert.Equal(whole.Records, pieces.Records);
        Assert.Equal(whole.Rejected, pieces.Rejected);
        Assert.Equal(whole.Dismissed, pieces.Dismissed);
    }, iter: 60_000);

    [Fact]
    public void EveryRecordIsGivenOutOrRejectedOrDismissed() => Hostile.Texts.Sample(text =>
    {
        var all = Reading.Of(text);
        var some = Reading.Of(text, prefilter: true);

        Assert.Equal(all.Rejected, some.Rejected);
        Assert.Equal(all.Records.Count, some.Records.Count + some.Dismissed);
        Assert.Equal(all.Records.Where(record => Prefilter.MayConcernCloudRun(Reading.Bytes(record))), some.Records);
    }, iter: 60_000);

    [Fact]
    public void PlacesAreLinesAndBytesOfTheText()
    {
        var reading = Reading.Of(Reading.Gzip("\n{\"a\":\n1}\n [{\"b\":2},\n7]\n"u8.ToArray()));

        Assert.Equal(["2:1 {\"a\":\n1}", "4:12 {\"b\":2}"], reading.Records);
        Assert.Equal("x:5:21", Assert.Single(reading.Rejected).Location.ToString());
    }

    [Theory]
    [InlineData(0xFF, 0xFE)]
    [InlineData(0xFE, 0xFF)]
    public void Utf16IsRejectedOnce(int first, int second)
    {
        var reading = Reading.Of([(byte)first, (byte)second, (byte)'{', 0, (byte)'}', 0, (byte)'\n', 0, (byte)'{', 0, (byte)'}', 0]);

        Assert.Equal([RejectReason.InvalidText], reading.Reasons);
        Assert.Empty(reading.Records);
    }

    [Fact]
    public void AnEmptyInputHoldsNothing()
    {
        foreach (var text in new[] { "", "\n", " \r\n\t", "[]", "[ ]\n", "\u00ef\u00bb\u00bf" }) Assert.Equal((0, 0), (Reading.Of(text).Records.Count, Reading.Of(text).Rejected.Count));
    }

    [Fact]
    public void WhatIsTooLargeIsPassedWithoutBeingHeld()
    {
        var limits = new ReadLimits { EntryBytes = 1_000, EnvelopeBytes = 4_000 };
        string[] tooLarge =
        [
            $"{{\"a\":\"{new string('x', 1 << 20)}\"}}", $"{{\"a\":[{string.Concat(Enumerable.Repeat("{},\n", 5_000))}1]}}", new string('x', 1 << 20), $"{{\"a\":\"{new string('x', 1 << 20)}",
            $"{{\n\"a\":{new string(' ', 5_000)}\n1}}",
        ];
        foreach (var text in tooLarge)
        {
            var reading = Reading.Of($"{{\"n\":1}}\n{text}\n{{\"n\":2}}\n", limits);
            Assert.Equal(["{\"n\":1}", "{\"n\":2}"], reading.Entries);
            Assert.Equal([RejectReason.TooLarge], reading.Reasons);
            Assert.Equal(2, reading.Rejected[0].Location.Line);
        }
    }

    [Fact]
    public void WhatIsTooDeepIsRejectedByItself()
    {
        var deep = string.Concat(Enumerable.Repeat("{\n\"a\":", 100)) + "1" + string.Concat(Enumerable.Repeat("\n}", 100));

        var reading = Reading.Of($"{{\"n\":1}}\n{deep}\n{{\"n\":2}}\n");

        Assert.Equal(["{\"n\":1}", "{\"n\":2}"], reading.Entries);
        Assert.Equal([RejectReason.TooDeep], reading.Reasons);
    }

    [Fact]
    public void TheWindowGrowsForALargeEnvelopeAndNoFurther()
    {
        var envelope = $"{{\"a\":\"{new string('x', 10 << 20)}\"}}";

        Assert.Equal(["{}", envelope, "{}"], Reading.Of($"{{}}\n{envelope}\n{{}}").Entries);
    }
}
