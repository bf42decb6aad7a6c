using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using Davy.Logs;

namespace Davy.Tests.Logs;

/// <summary>A record is followed by blocks of many bytes as it would be byte by byte, whole or damaged, and however the text comes in.</summary>
public sealed class RecordScannerTests
{
    static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    static readonly string[] Damage =
    [
        "{", "}", "[", "]", ",", ":", "\"", "\\", "\\\"", "\n", "\n\n", "\r\n", " ", "\t", "\0", "\u00ff", "1", "},", "{\n", "\n}", "\n{", "\n  {", "\n[", "\n\"",
        ",\n\"", ",\n  {", "[\n1", "\n,", ":\n", "\\\n",
        new string(' ', 64), new string(' ', 70) + "\n", new string('\n', 3), new string('\\', 7), new string('[', 70), new string('}', 70), "{\"a\":" + new string(' ', 130) + "{",
    ];

    static readonly Gen<JsonNode?> Values = Gen.Recursive<JsonNode?>((depth, inner) => depth > 4 ? Leaves : Gen.Frequency((2, Leaves), (2, Objects(inner)), (1, Arrays(inner))));

    static Gen<JsonNode?> Leaves => Gen.OneOf<JsonNode?>(
        Gen.Int.Select(n => (JsonNode?)n), Gen.String[Gen.Char["ab \\\"{}[],:\n\u00e9"], 0, 40].Select(text => (JsonNode?)text), Gen.Int.Select(_ => (JsonNode?)null));

    static Gen<JsonNode?> Objects(Gen<JsonNode?> inner) =>
        inner.Array[0, 5].Select(all => (JsonNode?)new JsonObject(all.Index().Select(each => KeyValuePair.Create($"key{each.Index}", each.Item?.DeepClone()))));

    static Gen<JsonNode?> Arrays(Gen<JsonNode?> inner) => inner.Array[0, 5].Select(all => (JsonNode?)new JsonArray([.. all.Select(each => each?.DeepClone())]));

    static readonly Gen<string> Records = Gen.Select(Objects(Values), Gen.Int[0, 3], Gen.Int[0, 8]).Select((record, form, indentation) => form switch
    {
        0 => record!.ToJsonString(),
        1 => record!.ToJsonString(Indented).Replace("\n", "\r\n", StringComparison.Ordinal),
        _ => record!.ToJsonString(Indented).Replace("\n", "\n" + new string(' ', indentation), StringComparison.Ordinal),
    });

    static readonly Gen<(double Place, int Which, int Cut)[]> Damages = Gen.Select(Gen.Double[0, 1], Gen.Int[0, Damage.Length - 1], Gen.Int[0, 2]).Array[3];

    static readonly Gen<string> Texts = Gen.Select(Records, Gen.Int[0, 3], Damages, Gen.Int[0, 140]).Select((text, count, damage, tail) =>
    {
        foreach (var (place, which, cut) in damage.Take(count))
        {
            var at = 1 + (int)(place * (text.Length - 1));
            text = text[..at] + Damage[which] + text[Math.Min(text.Length, at + cut)..];
        }

        return text + new string(',', tail);
    });

    [Fact]
    public void BlocksComeToWhatBytesComeTo() => Gen.Select(Texts, Gen.Int[0, 6], Gen.Int[1, 300].Array[1, 4]).Sample((text, indentation, steps) =>
    {
        var bytes = Reading.Bytes(text);
        RecordScanner scanner = new();
        scanner.Begin(0, indentation);
        for (var (end, step) = (0, 0); scanner.State is ScanState.Open; step++)
        {
            end = Math.Min(bytes.Length, end + steps[step % steps.Length]);
            scanner.Scan(bytes.AsSpan((int)scanner.Position..end), isLast: end == bytes.Length);
            if (end == bytes.Length) break;
        }

        var expected = Follow(bytes, indentation);
        var isAtLikely = scanner.State is ScanState.BrokenAtLine && scanner.IsAtLikely;
        Assert.Equal(expected, new(scanner.State, scanner.Position, scanner.Newlines, scanner.Depth, scanner.FirstLikely, scanner.LastLikely, isAtLikely));
    }, iter: 20_000);

    static Result Follow(byte[] bytes, int indentation)
    {
        Nesting nesting = default;
        Result result = new(ScanState.Open, bytes.Length, 0, 0, -1, -1, false);
        var (isInString, isEscaped, isAfterLine, newline) = (false, false, false, 0);
        byte last = 0, lastOfLine = 0;
        for (var at = 0; at < bytes.Length; at++)
        {
            var each = bytes[at];
            isInString ^= each == '"' && !isEscaped;
            isEscaped = each == '\\' && !isEscaped;
            if (each == '\n')
            {
                if (isInString) return result with { State = ScanState.BrokenInString, Position = at };
                if (!isAfterLine) lastOfLine = last;
                (isAfterLine, newline) = (true, at);
                result = result with { Newlines = result.Newlines + 1 };
            }

            if (each <= ' ') continue;
            if (isAfterLine)
            {
                isAfterLine = false;
                var isLikely = each is (byte)'{' or (byte)'[' && at - newline - 1 <= indentation;
                if (isLikely) result = result with { LastLikely = newline + 1, FirstLikely = result.FirstLikely < 0 ? newline + 1 : result.FirstLikely };
                if (!nesting.MayGoOn(lastOfLine, each)) return result with { State = ScanState.BrokenAtLine, Position = at, IsAtLikely = isLikely };
            }

            if (!isInString && (each is (byte)'{' or (byte)'}' or (byte)'[' or (byte)']'))
            {
                var isPassed = nesting.TryPass(each, last);
                result = result with { Depth = nesting.Deepest };
                if (!isPassed) return result with { State = ScanState.BrokenAtBracket, Position = at };
                if (nesting.Depth == 0) return result with { State = ScanState.Complete, Position = at + 1 };
            }

            last = each;
        }

        return result;
    }

    sealed record Result(ScanState State, long Position, long Newlines, int Depth, long FirstLikely, long LastLikely, bool IsAtLikely);
}
