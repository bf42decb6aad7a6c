using System.Text;
using Davy.Logs;

namespace Davy.Tests.Logs;

/// <summary>
/// The edges of JSON, each with what it comes to. The edge stands in an entry that deploys a listed image, between two entries that do: either the image is found all the same,
/// or the entry is rejected with a reason; never is it passed over in silence, and never does it cost the entries beside it.
/// </summary>
public sealed class JsonEdgeTests
{
    const string Found = "found 3, examined 3";
    const string Malformed = "found 2, examined 2, Malformed";
    const string TooDeep = "found 2, examined 2, TooDeep";
    const string TooLarge = "found 2, examined 2, TooLarge";
    const string InvalidText = "found 2, examined 2, InvalidText";
    const string TooManyProperties = "found 2, examined 2, TooManyProperties";

    /// <summary>An edge in bytes, written as Latin-1, between good entries.</summary>
    static string Between(string entry) => Outcome.Of(Reading.Bytes($"{Outcome.Miner(1)}\n{entry}\n{Outcome.Miner(2)}\n"));

    static string AsValue(string value) => Between(Outcome.Miner(3, $"\"x\":{value},"));

    [Theory]
    [InlineData("1e999", Found)]
    [InlineData("-1e999", Found)]
    [InlineData("1e-999", Found)]
    [InlineData("-0", Found)]
    [InlineData("-0.0e-0", Found)]
    [InlineData("9223372036854775808", Found)]
    [InlineData("0.1e+01", Found)]
    [InlineData("01", Malformed)]
    [InlineData("-01", Malformed)]
    [InlineData("+1", Malformed)]
    [InlineData(".5", Malformed)]
    [InlineData("1.", Malformed)]
    [InlineData("1.e1", Malformed)]
    [InlineData("1e", Malformed)]
    [InlineData("1e+", Malformed)]
    [InlineData("-", Malformed)]
    [InlineData("0x1F", Malformed)]
    [InlineData("1_000", Malformed)]
    [InlineData("NaN", Malformed)]
    [InlineData("-Infinity", Malformed)]
    [InlineData("TRUE", Malformed)]
    [InlineData("nul", Malformed)]
    [InlineData("undefined", Malformed)]
    [InlineData("[1,]", Malformed)]
    [InlineData("[,1]", Malformed)]
    [InlineData("[1,,2]", Malformed)]
    [InlineData("[1 2]", Malformed)]
    [InlineData("{\"a\":1,}", Malformed)]
    [InlineData("{\"a\" 1}", Malformed)]
    [InlineData("{\"a\":}", Malformed)]
    [InlineData("{a:1}", Malformed)]
    [InlineData("{'a':1}", Malformed)]
    [InlineData("{1:1}", Malformed)]
    [InlineData("'a'", Malformed)]
    [InlineData("1/*c*/", Malformed)]
    [InlineData("/**/1", Malformed)]
    [InlineData("1//c", Malformed)]
    [InlineData("\f1", Malformed)]
    [InlineData("\v1", Malformed)]
    [InlineData("\01", Malformed)]
    [InlineData("\u00a01", Malformed)]
    [InlineData("\u00ef\u00bb\u00bf1", Malformed)]
    [InlineData("{\"\":{\"\":0}}", Found)]
    [InlineData("{\"a\":1,\"a\":2}", Found)]
    [InlineData("{\"a\":1,\"\\u0061\":2}", Found)]
    [InlineData("{\"__proto__\":[]}", Found)]
    [InlineData(" \t\r [ ] \t\r ", Found)]
    public void AValueComesToThis(string value, string outcome) => Assert.Equal(outcome, AsValue(value));

    /// <summary>Texts, as bytes: first where nobody reads them, then in the insert id, which becomes part of the evidence.</summary>
    [Theory]
    [InlineData("\u00c0\u00af", Found, InvalidText)] // overlong, of 2, 3 and 4 bytes
    [InlineData("\u00e0\u0080\u00af", Found, InvalidText)]
    [InlineData("\u00f0\u0080\u0080\u00af", Found, InvalidText)]
    [InlineData("\u00c0\u0080", Found, InvalidText)] // NUL as Java writes it
    [InlineData("\u00e2\u0082", Found, InvalidText)] // truncated
    [InlineData("\u00e2\u0082x", Found, InvalidText)]
    [InlineData("\u00f0\u009f\u0098", Found, InvalidText)]
    [InlineData("\u00c3", Found, InvalidText)]
    [InlineData("\u0080", Found, InvalidText)] // a continuation alone
    [InlineData("\u00bf\u00bf", Found, InvalidText)]
    [InlineData("\u00fe", Found, InvalidText)]
    [InlineData("\u00ff", Found, InvalidText)]
    [InlineData("\u00f4\u0090\u0080\u0080", Found, InvalidText)] // beyond U+10FFFF
    [InlineData("\u00f5\u0080\u0080\u0080", Found, InvalidText)]
    [InlineData("\u00f8\u0088\u0080\u0080\u0080", Found, InvalidText)]
    [InlineData("\u00ed\u00a0\u0080", Found, InvalidText)] // surrogates in UTF-8
    [InlineData("\u00ed\u00bf\u00bf", Found, InvalidText)]
    [InlineData("\u00ed\u00a0\u0081\u00ed\u00b0\u0080", Found, InvalidText)]
    [InlineData("\\ud800", Found, InvalidText)] // and escaped
    [InlineData("\\uDC00", Found, InvalidText)]
    [InlineData("\\ud800\\ud800", Found, InvalidText)]
    [InlineData("\\udc00\\ud800", Found, InvalidText)]
    [InlineData("\\ud800x", Found, InvalidText)]
    [InlineData("\\ud83d\\ude00", Found, Found)]
    [InlineData("\u00f0\u009f\u0098\u0080", Found, Found)]
    [InlineData("\0", Malformed, Malformed)]
    [InlineData("\\u0000", Found, Found)]
    [InlineData("\t", Malformed, Malformed)]
    [InlineData("\u001f", Malformed, Malformed)]
    [InlineData("\r", Malformed, Malformed)]
    [InlineData("\u007f", Found, Found)]
    [InlineData("\u00e2\u0080\u00a8", Found, Found)] // U+2028
    [InlineData("\u00e2\u0080\u00a9", Found, Found)]
    [InlineData("\u00ef\u00bb\u00bf", Found, Found)]
    [InlineData("\u00ef\u00bf\u00bf", Found, Found)] // U+FFFF
    [InlineData("\\/\\b\\f\\n\\r\\t\\\"\\\\", Found, Found)]
    [InlineData("\\u0022,\\u007b", Found, Found)]
    [InlineData("\\x41", Malformed, Malformed)]
    [InlineData("\\u12G4", Malformed, Malformed)]
    [InlineData("\\u00", Malformed, Malformed)]
    [InlineData("\\U0041", Malformed, Malformed)]
    [InlineData("\\'", Malformed, Malformed)]
    [InlineData("\\", Malformed, Malformed)]
    public void ATextComesToThis(string text, string outcome, string inTheInsertId)
    {
        Assert.Equal(outcome, AsValue($"\"{text}\""));
        Assert.Equal(outcome, AsValue($"{{\"{text}\":1}}"));
        Assert.Equal(inTheInsertId, Between(Outcome.Miner(3, "", text)));
    }

    /// <summary>Names are compared with those that are looked for, and half of a surrogate pair in one shows only then: where it stands must make no difference but this.</summary>
    [Theory]
    [InlineData("\"insertId\":", InvalidText)]
    [InlineData("\"serviceName\":", InvalidText)]
    [InlineData("\"apiVersion\":", InvalidText)]
    [InlineData("\"spec\":", InvalidText)]
    [InlineData("\"containers\":", InvalidText)]
    [InlineData("\"image\":", InvalidText)]
    public void ANameOfHalfASurrogatePairComesToThis(string before, string outcome)
    {
        foreach (var length in Enumerable.Range(0, 40))
        {
            var actual = Between(Outcome.Miner(3).Replace(before, $"\"\\ud800{new string('x', length)}\":[],{before}", StringComparison.Ordinal));
            Assert.True(actual == outcome || actual == Found, $"{length}: {actual}");
            if (length == 6) Assert.Equal(outcome, actual);
        }
    }

    [Theory]
    [InlineData(63, Found)]
    [InlineData(64, TooDeep)]
    [InlineData(67, TooDeep)]
    [InlineData(68, TooDeep)]
    [InlineData(1_000, TooDeep)]
    [InlineData(1_000_000, TooDeep)]
    public void DepthComesToThis(int levels, string outcome)
    {
        // The entry is a level of its own.
        Assert.Equal(outcome, AsValue(new string('[', levels) + new string(']', levels)));
        Assert.Equal(outcome, AsValue(string.Concat(Enumerable.Repeat("{\"a\":", levels)) + "1" + new string('}', levels)));
    }

    [Theory]
    [InlineData(50, Malformed)]
    [InlineData(64, TooDeep)]
    [InlineData(100, TooDeep)]
    [InlineData(1_000_000, "found 2, examined 2, other 1, Malformed 2")] // So long a line is followed bracket by bracket, and falls into its pieces.
    public void DepthThatIsNeverClosedCostsOneEntry(int levels, string outcome) => Assert.Equal(outcome, AsValue(new string('[', levels)));

    [Theory]
    [InlineData(10_000, Found)]
    [InlineData(10_001, TooManyProperties)]
    [InlineData(60_000, TooManyProperties)]
    [InlineData(1_000_000, TooLarge)]
    public void NumbersOfKeysComeToThis(int count, string outcome)
    {
        Assert.Equal(outcome, AsValue($"{{{string.Join(',', Enumerable.Range(0, count).Select(n => $"\"k{n}\":{n % 10}"))}}}"));
        Assert.Equal(count == 1_000_000 ? TooLarge : outcome, AsValue($"{{{string.Join(',', Enumerable.Repeat("\"\":0", count))}}}"));
    }

    [Theory]
    [InlineData(1_000_000, Found)]
    [InlineData(1 << 20, TooLarge)]
    [InlineData(10 << 20, TooLarge)]
    [InlineData(17 << 20, TooLarge)]
    public void LengthsComeToThis(int length, string outcome)
    {
        Assert.Equal(outcome, AsValue($"\"{new string('x', length)}\""));
        Assert.Equal(outcome, AsValue(new string('7', length)));
        Assert.Equal(outcome, AsValue(new string(' ', length) + "1"));
    }

    [Fact]
    public void AStringOfAHundredMegabytesIsPassedWithoutBeingHeld()
    {
        // What is held is the same for a string five times as long.
        var allocated = new[] { 20_000_000, 100_000_000 }.Select(length =>
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            Assert.Equal(TooLarge, Outcome.Of(new LogInput("log", () => new LongString(length), null, true)));
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }).ToList();

        Assert.InRange(allocated[1] - allocated[0], -(16 << 20), 16 << 20);
    }

    /// <summary>How entries may stand in a file, and what may stand between them.</summary>
    [Theory]
    [InlineData("1|\n|2|\n", "found 2, examined 2")]
    [InlineData("1|\n|2", "found 2, examined 2")] // no final newline
    [InlineData("1|\r\n|2|\r\n", "found 2, examined 2")]
    [InlineData("1|\r|2|\r", "found 2, examined 2")] // CR alone
    [InlineData("1|\n\n\n|2|\n\n", "found 2, examined 2")]
    [InlineData("1|2|3", "found 3, examined 3")]
    [InlineData("1| |2|\t|3", "found 3, examined 3")]
    [InlineData("BOM|1|\n|2|\n", "found 2, examined 2")]
    [InlineData("BOM|BOM|1|\n", "found 1, examined 1")]
    [InlineData("BOM|1|\n|BOM|2|\n", "found 2, examined 2")] // files put one behind the other
    [InlineData("[|1|,|2|]", "found 2, examined 2")]
    [InlineData("[|1|]\n[|2|,|3|]\n", "found 3, examined 3")] // lines that are arrays
    [InlineData("[|1|]\n|2|\n[]\n|3|\n", "found 3, examined 3")]
    [InlineData("[\n  |1|,\n  |2|\n]\n", "found 2, examined 2")]
    [InlineData("PRETTY1|\n|PRETTY2|\n", "found 2, examined 2")]
    [InlineData("[|PRETTY1|,|PRETTY2|]", "found 2, examined 2")]
    [InlineData("[|PRETTY1|,\n|2|]\n|PRETTY3", "found 3, examined 3")]
    [InlineData("1|,\n|2|,\n", "found 2, examined 2")] // an array that lost its brackets
    [InlineData("[|1|,|2|,]", "found 2, examined 2")] // a trailing comma
    [InlineData("[,|1|,,|2|]", "found 2, examined 2")]
    [InlineData("[|1|,|2|", "found 2, examined 2, Malformed")] // an array that is never closed
    [InlineData("1|\n|2|]\n", "found 2, examined 2")]
    [InlineData("1|\u00e2\u0080\u00a8|2|\n", "Malformed")] // U+2028 ends no line: this is one, and it is bad
    [InlineData("1|\n\u00e2\u0080\u00a8\n|2|\n", "found 2, examined 2, Malformed")]
    [InlineData("1|\u00c2\u0085|2|\n", "Malformed")]
    [InlineData("1|\n\0\0\0\0\n|2|\n", "found 2, examined 2, Malformed")]
    [InlineData("1|\n|2|\n\0\0\0\0", "found 2, examined 2, Malformed")] // a disk that was full
    [InlineData("1|\n// a comment\n|2|\n", "found 2, examined 2, Malformed")]
    [InlineData("1|\n/* a comment */\n|2|\n", "found 2, examined 2, Malformed")]
    [InlineData("1|\n# a comment\n|2|\n", "found 2, examined 2, Malformed")]
    [InlineData("1| // a comment\n|2|\n", "found 2, examined 2, Malformed")]
    [InlineData("1|\n---\n|2|\n", "found 2, examined 2, NotAnObject")]
    [InlineData("1|\n\"a\"\n1\nnull\n|2|\n", "found 2, examined 2, NotAnObject 3")]
    [InlineData("\u001e|1|\n\u001e|2|\n", "Malformed 2")] // RFC 7464, which nobody promises: told, not found
    [InlineData("data: |1|\n\ndata: |2|\n\n", "Malformed 2")]
    [InlineData("insertId,logName\n1,2\n", "Malformed 2")]
    [InlineData("", "nothing")]
    [InlineData("\n\r\n", "nothing")]
    [InlineData("BOM", "nothing")]
    [InlineData("\0", "Malformed")]
    public void AFileComesToThis(string pattern, string outcome)
    {
        var text = string.Concat(pattern.Split('|').Select(part => part switch
        {
            "BOM" => "\u00ef\u00bb\u00bf",
            "1" or "2" or "3" => Outcome.Miner(part[0] - '0'),
            "PRETTY1" or "PRETTY2" or "PRETTY3" => Pretty(Outcome.Miner(part[^1] - '0')),
            _ => part,
        }));

        Assert.Equal(outcome, Outcome.Of(Reading.Bytes(text)));
    }

    [Theory]
    [InlineData("utf-16", "InvalidText")]
    [InlineData("utf-16BE", "InvalidText")]
    [InlineData("utf-32", "InvalidText")]
    public void OtherEncodingsAreNamed(string name, string outcome)
    {
        var encoding = Encoding.GetEncoding(name);

        Assert.Equal(outcome, Outcome.Of([.. encoding.GetPreamble(), .. encoding.GetBytes(Outcome.Miner(1) + "\n" + Outcome.Miner(2))]));
    }

    /// <summary>Of keys that are repeated the last counts, as in every reader that keeps one of them.</summary>
    [Theory]
    [InlineData("\"image\":\"nginx\",\"image\":\"docker.io/metal3d/xmrig\"", "found 3, examined 3")]
    [InlineData("\"image\":\"nginx\",\"im\\u0061ge\":\"docker.io/metal3d/xmrig\"", "found 3, examined 3")]
    [InlineData("\"image\":\"docker.io/metal3d/xmrig\",\"image\":\"nginx\"", "found 2, examined 3")]
    public void ARepeatedKeyComesToThis(string image, string outcome) =>
        Assert.Equal(outcome, Between(Outcome.Miner(3).Replace("\"image\":\"docker.io/metal3d/xmrig\"", image, StringComparison.Ordinal)));

    static string Pretty(string json) => System.Text.Json.Nodes.JsonNode.Parse(json)!.ToJsonString(new() { WriteIndented = true });

    /// <summary>An entry with a string that is too long to be held, between two good ones.</summary>
    sealed class LongString(long length) : ForwardStream
    {
        readonly byte[] _head = Reading.Bytes($"{Outcome.Miner(1)}\n{{\"x\":\"");
        readonly byte[] _tail = Reading.Bytes($"\",\"y\":\"run.googleapis.com\"}}\n{Outcome.Miner(2)}\n");
        long _at;

        public override int Read(Span<byte> buffer)
        {
            var (head, behind) = (_at < _head.Length, _at - _head.Length - length);
            var count = (int)Math.Min(buffer.Length, head ? _head.Length - _at : behind < 0 ? -behind : _tail.Length - behind);
            if (head) _head.AsSpan((int)_at, count).CopyTo(buffer);
            else if (behind < 0) buffer[..count].Fill((byte)'x');
            else _tail.AsSpan((int)behind, count).CopyTo(buffer);
            _at += count;
            return count;
        }
    }
}
