using CsCheck;
using Davy.Logs;

namespace Davy.Tests.Logs;

/// <summary>One bad entry never costs another.</summary>
public sealed class DamageTests
{
    const string One = "{\"n\":1}";
    const string Two = "{\"n\":2}";
    const string Three = "{\"n\":3}";

    [Theory]
    [InlineData("{\"a\":1,")]
    [InlineData("{\"a\":")]
    [InlineData("{\"a\"")]
    [InlineData("{\"a\":[1,")]
    [InlineData("{\"a\":[")]
    [InlineData("{\"a\":[{")]
    [InlineData("{\"a\":\"x")]
    [InlineData("{\"a\":\"x\\")]
    [InlineData("{\"a\":\"x\\u00")]
    [InlineData("{\"a\":{\"b\":1},")]
    [InlineData("{\"a\":tr")]
    [InlineData("{\"a\":-")]
    [InlineData("{")]
    [InlineData("garbage")]
    [InlineData("gar{\"b\":1}")]
    [InlineData("\0\0\0")]
    [InlineData("}")]
    [InlineData("}garbage")]
    [InlineData("42")]
    [InlineData("\"text\"")]
    [InlineData("\"text")]
    [InlineData("null")]
    public void ALineThatBreaksOffCostsNoOther(string bad)
    {
        var reading = Reading.Of($"{One}\n{bad}\n{Two}\n{Three}\n");

        Assert.Equal([One, Two, Three], reading.Entries);
        Assert.Equal(2, Assert.Single(reading.Rejected).Location.Line);

        var last = Reading.Of($"{One}\n{bad}");
        Assert.Equal([One], last.Entries);
        Assert.Single(last.Rejected);
    }

    [Fact]
    public void NoLineCostsAnother() => Hostile.Lines.Sample(bad =>
    {
        var entries = Reading.Of($"{One}\n{bad}\n{Two}\n{Three}\n").Entries.ToList();

        Assert.Equal(One, entries[0]);
        Assert.Equal([Two, Three], entries[^2..]);
    }, iter: 60_000);

    [Theory]
    [InlineData("{\"a\":tru}", 0)]
    [InlineData("{\"a\":1,}", 0)]
    [InlineData("{\"a\":[1,2}", 0)]
    [InlineData("{\"a\":{\"x\":1}", 1)]
    [InlineData("{\"a\":1}}", 1)]
    [InlineData("{\"a\":1]", 1)]
    [InlineData("[{\"a\":1}]", 1)]
    [InlineData("[[[]]]", 1)]
    [InlineData("nul", 1)]
    [InlineData("\"a,]\\\"{\"", 1)]
    [InlineData("", 0)]
    public void AnElementOfACompactArrayCostsNoOther(string bad, int rejected)
    {
        var reading = Reading.Of($"[{One},{bad},{Two},{Three}]\n");

        Assert.Superset(new HashSet<string> { One, Two, Three }, reading.Entries.ToHashSet());
        Assert.Equal(rejected, reading.Rejected.Count);
    }

    [Theory]
    [InlineData("{\n    \"a\": {\n      \"b\": 1\n  }")]
    [InlineData("{\n    \"a\": [\n      1,\n  }")]
    [InlineData("{\n    \"a\": \"breaks\n  }")]
    [InlineData("{\n    \"a\": 1,\n    \"b\n  }")]
    [InlineData("{\n    \"a\": 1\n    \"b\": 2\n  }")]
    [InlineData("{\n    \"a\": 1\n  }\n  }")]
    [InlineData("{\n    \"a\":")]
    public void AnElementOfAPrettyArrayCostsNoOther(string bad)
    {
        string Element(int n) => $"{{\n    \"n\": {n}\n  }}";

        Assert.Superset(new HashSet<string> { Element(1), Element(2), Element(3) }, Reading.Of($"[\n  {Element(1)},\n  {bad},\n  {Element(2)},\n  {Element(3)}\n]\n").Entries.ToHashSet());
        Assert.Superset(new HashSet<string> { Element(1), Element(2) }, Reading.Of($"[\n  {Element(1)},\n  {bad}\n]\n{Element(2)}").Entries.ToHashSet());
    }

    [Fact]
    public void ElementsThatAreNoObjectsAreRejectedOneByOne()
    {
        var reading = Reading.Of($"[1, \"a,b\", {One}, null, [2, [3]], true, -1.5e3]");

        Assert.Equal([One], reading.Entries);
        Assert.Equal(Enumerable.Repeat(RejectReason.NotAnObject, 6), reading.Reasons);
    }

    [Fact]
    public void AnArrayThatBreaksOffBetweenElementsSaysSo()
    {
        var reading = Reading.Of($"{One}\n[\n{Two},\n{Three},\n");

        Assert.Equal([One, Two, Three], reading.Entries);
        Assert.Equal((RejectReason.Malformed, 2L), (Assert.Single(reading.Rejected).Reason, reading.Rejected[0].Location.Line));
    }

    [Fact]
    public void ARejectionNeverQuotesTheEntry() =>
        Hostile.Texts.Sample(text => Assert.All(Reading.Of("s3cr3t" + text + "{\"s3cr3t\":\n" + text).Rejected, fault => Assert.DoesNotContain("s3cr3t", fault.Detail, StringComparison.Ordinal)), iter: 3_000);

    [Theory]
    [InlineData("{\n")]
    [InlineData("[")]
    [InlineData("[\n")]
    [InlineData("{\"a\":[\n")]
    [InlineData("{\"a\":\n")]
    [InlineData("{\"a\":[{},\n")]
    [InlineData("\"")]
    [InlineData("\\")]
    [InlineData("}")]
    [InlineData("}\n")]
    [InlineData("{\"a\":\"")]
    [InlineData("{\"a\":\"\\")]
    [InlineData("{} ")]
    [InlineData("{}{}")]
    [InlineData("{}                                   ")]
    [InlineData("{\"a\":1}\n\n\n\n\n\n\n\n")]
    [InlineData("{\"a\":1,\n\n\n\n\n\n\n\n")]
    [InlineData("\u00ef\u00bb\u00bf")]
    [InlineData("\u00ef")]
    [InlineData("x\n")]
    [InlineData("\0")]
    public void NoMegabyteTakesLong(string part)
    {
        var bytes = Reading.Bytes(string.Concat(Enumerable.Repeat(part, (1 << 20) / part.Length)));

        // The promise is a second a megabyte; what would break it is a quadratic reader, which takes minutes.
        ProcessorTime.IsAtMost(seconds: 20, () =>
        {
            foreach (var prefilter in new[] { true, false })
            {
                using var reader = new LogReader(new MemoryStream(bytes), "x", ReadLimits.Default, prefilter);
                while (reader.Read())
                {
                }
            }
        });
    }

    [Fact]
    public void NestedListsThatBreakOffAreReadNoMoreOftenThanTheyAreDeep()
    {
        var text = string.Concat(Enumerable.Repeat("{\"a\":[\n", 30)) + string.Concat(Enumerable.Repeat("{\"x\":1},\n", (1 << 20) / 9));

        ProcessorTime.IsAtMost(seconds: 20, () => Assert.Equal(30, Reading.Of(text).Rejected.Count));
    }

    [Fact]
    public void NoFileOfTheSuiteCostsAnEntryBesideIt()
    {
        foreach (var file in Directory.GetFiles(RepositoryRoot.Shared("data", "peers", "json-test-suite"), "*.json", SearchOption.AllDirectories))
        {
            var content = File.ReadAllBytes(file);
            var entries = Reading.Of([.. "{\"n\":1}\n{\"insertId\":"u8, .. content, .. "}\n{\"n\":2}\n{\"n\":3}\n"u8]).Entries.ToList();

            Assert.Equal(One, entries[0]);
            Assert.True(entries[^2..] is [Two, Three], Path.GetFileName(file));
            Reading.Of(content);
        }
    }
}
