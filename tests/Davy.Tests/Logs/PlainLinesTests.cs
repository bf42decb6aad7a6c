using CsCheck;
using Davy.Logs;

namespace Davy.Tests.Logs;

/// <summary>Lines that are passed many at once are those that a plain look at each would put aside, wherever they stand in the blocks that are looked at.</summary>
public sealed class PlainLinesTests
{
    /// <summary>How much is looked at at a time, and two bytes beyond: an end of line is met only where that much of the text is left.</summary>
    const int Block = 32;

    static readonly string[] Pieces =
    [
        "x", "xy", "xyz", "{", "}", "\"", "\\", " ", "\t", "\r", "\0", "\u00ff", "}{", "} {", "}\r", "},{", "run.", "run.googleapis.com", "n.g", "un.googleapis.com", "serving.knative.dev",
        "g.k", "\"data\"", "\"data", "\"data_base64\"", "\"launchStage\"", "hSt", "\\u0072", "\\u003c", "\\u00", "\\u002E", new string('x', 30), new string('x', 61), "}" + new string(' ', 33),
    ];

    static readonly string[] Ends = ["}\n", "}\n", "}\n", "}\n", "}\n", "}\n", "}\r\n", "}\r\n", "\n", "} \n", "}\n\n", "}\n ", "", "\r\n", "]\n"];

    static readonly Gen<string> Plain = Gen.Int[0, 140].Select(length => "{" + new string('x', length) + "}\n");

    static readonly Gen<string> Any = Gen.Select(Gen.Int[0, Pieces.Length - 1].Array[0, 8], Gen.Int[0, Ends.Length - 1])
        .Select((pieces, end) => "{" + string.Concat(pieces.Select(piece => Pieces[piece])) + Ends[end]);

    static readonly Gen<string> Texts = Gen.Frequency((4, Plain), (1, Any)).Array[0, 12].Select(lines => "{" + string.Concat(lines).TrimStart('{'));

    [Fact]
    public void LinesArePassedAsAPlainLookWouldPassThem() => Gen.Select(Texts, Gen.Int[1, 200]).Sample((text, longest) =>
    {
        var bytes = Reading.Bytes(text);

        var lines = PlainLines.Pass(bytes, longest, out var passed);

        Assert.Equal(Expected(text, longest), (lines, passed));
    }, iter: 30_000);

    static (int Lines, int Passed) Expected(string text, int longest)
    {
        var (lines, start) = (0, 0);
        while (true)
        {
            var feed = text.IndexOf('\n', start);
            if (feed < 0 || feed / Block * Block + Block + 2 > text.Length || feed - start > longest || text[feed + 1] != '{') return (lines, start);

            var line = text[start..feed];
            var isClosed = line.EndsWith('}') || line.EndsWith("}\r", StringComparison.Ordinal);
            if (!isClosed || HoldsSeam(line) || Prefilter.MayConcernCloudRun(Reading.Bytes(line))) return (lines, start);
            (lines, start) = (lines + 1, feed + 1);
        }
    }

    static bool HoldsSeam(string line) => Enumerable.Range(0, line.Length).Any(at => line[at] == '}' && IsSeam(line[(at + 1)..]));

    static bool IsSeam(string rest)
    {
        var next = rest.TrimStart(' ', '\t', '\r');
        return rest.Length - next.Length >= 32 || next.StartsWith('{');
    }

    /// <summary>A window of few bytes passes no line in this way, so the same must come out of both.</summary>
    [Fact]
    public void WhatIsReadDoesNotDependOnWhetherLinesArePassedAtOnce() => Gen.Select(Texts, Gen.Int[34, 400], Gen.Int[20, 300]).Sample((text, window, limit) =>
    {
        var limits = ReadLimits.Default with { EnvelopeBytes = limit, EntryBytes = limit };
        var one = Reading.Of(Reading.Bytes(text), limits, prefilter: true, window: 1, step: 1);
        var many = Reading.Of(Reading.Bytes(text), limits, prefilter: true, window);

        Assert.Equal(one.Records, many.Records);
        Assert.Equal(one.Rejected, many.Rejected);
        Assert.Equal(one.Dismissed, many.Dismissed);
    }, iter: 10_000);
}
