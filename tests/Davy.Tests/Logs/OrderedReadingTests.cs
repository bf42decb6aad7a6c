using System.Text;
using CsCheck;
using Davy.Logs;

namespace Davy.Tests.Logs;

/// <summary>What is read never depends on the threads, wherever the parts are cut.</summary>
public sealed class OrderedReadingTests
{
    static readonly string[] Pieces =
    [
        "{\"a\":1}", "{\"a\":{\"b\":[1,{\"c\":2}]}}", "{\n  \"a\": {\n    \"b\": 1\n  }\n}", "{\"a\":\"}\\n{\"}", "{broken", "{\"a\":", "]", "[", ",", "}", "\"text\"", "7", "  ", "\t", "\r\n", "\n", "\n", "\n\n",
        "\u00e9", "{\"data\":\"x\"}", "{\"a\":\"run.googleapis.com\"}", "[{\"a\":1},\n{\"b\":2}]", "  {\n    \"a\": 1\n  },", "{\"long\":\"" + new string('x', 300) + "\"}",
    ];

    static readonly Gen<string> Lines = Gen.Select(Of("", "[\n", "  "), Of("{\"n\":1}\n", "{\"n\":1},\n", "{\n  \"n\": 1\n}\n", "  {\n    \"n\": 1\n  },\n", "{\"n\":1}\r\n"), Gen.Int[2, 60], Of(Pieces).Array[0, 3], Gen.Int[0, 60])
        .Select((head, line, count, pieces, tail) => head + string.Concat(Enumerable.Repeat(line, count)) + string.Concat(pieces) + string.Concat(Enumerable.Repeat(line, tail)));

    static readonly Gen<string> Chaos = Of(Pieces).Array[0, 60].Select(string.Concat);

    static Gen<string> Of(params string[] all) => Gen.Int[0, all.Length - 1].Select(at => all[at]);

    static List<string> Read(IReadOnlyList<LogInput> inputs, int threads, long partBytes)
    {
        List<string> all = [];
        var reading = new OrderedReading<EntryLocation>(ReadLimits.Default)
        {
            Threads = threads,
            IsFiltering = false,
            Plan = new(ReadLimits.Default, partBytes),
            Examine = (json, location) => location with { Input = $"{location.Input} {Encoding.UTF8.GetString(json.Span)}" },
            Take = (_, location, firstLine) => all.Add(location.WithLines(firstLine).ToString()),
            Reject = rejected => all.Add($"{rejected}"),
        };
        reading.Run(inputs, CancellationToken.None);
        all.Add($"{reading.Inputs} inputs, {reading.Bytes} bytes, {reading.Dismissed} dismissed, {string.Join(", ", reading.Failures)}");
        return all;
    }

    static void AssertAlike(IReadOnlyList<LogInput> inputs, int threads, long partBytes) => Assert.Equal(Read(inputs, 1, partBytes), Read(inputs, threads, partBytes));

    [Fact]
    public void PartsOfRegularTextsGiveWhatTheWholeGives() => Gen.Select(Lines, Gen.Int[2, 3], Gen.Long[1, 200]).Sample((text, threads, partBytes) =>
        AssertAlike([Scanning.Input(text)], threads, partBytes), iter: 500);

    [Fact]
    public void PartsOfAnyTextsGiveWhatTheWholeGives() => Gen.Select(Gen.OneOf(Lines, Chaos).Array[1, 4], Gen.Int[2, 4], Gen.Long[1, 100]).Sample((texts, threads, partBytes) =>
        AssertAlike([.. texts.Select((text, at) => Scanning.Input(text, $"log{at}"))], threads, partBytes), iter: 500);

    [Fact]
    public void ALineThatIsLongerThanPartsIsReadOnce()
    {
        var text = string.Concat(Enumerable.Range(0, 50).Select(n => $"{{\"n\":\"{new string('x', n % 7 == 3 ? 5_000 : 10)}\"}}\n"));

        AssertAlike([Scanning.Input(text)], threads: 3, partBytes: 100);
    }

    [Fact]
    public void AnInputThatCannotBeReadIsAFailureInItsPlace()
    {
        var good = Scanning.Input(string.Concat(Enumerable.Repeat("{\"a\":1}\n", 100)));
        var bad = new LogInput("bad", () => throw new IOException("no"), 10_000, true);

        AssertAlike([good, bad, good], threads: 3, partBytes: 50);
    }

    [Fact]
    public void AFaultOfTheProgramIsNotTakenForTheEnd()
    {
        var reading = new OrderedReading<EntryLocation>(ReadLimits.Default)
        {
            Threads = 2,
            IsFiltering = false,
            Plan = new(ReadLimits.Default, 50),
            Examine = (_, location) => location.Byte > 500 ? throw new InvalidOperationException() : location,
            Take = (_, _, _) => { },
        };

        Assert.Throws<InvalidOperationException>(() => reading.Run([Scanning.Input(string.Concat(Enumerable.Repeat("{\"a\":1}\n", 100)))], CancellationToken.None));
    }
}
