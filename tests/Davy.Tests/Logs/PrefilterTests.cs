using System.Text;
using CsCheck;
using Davy.Logs;

namespace Davy.Tests.Logs;

/// <summary>The prefilter may let too much through, never too little.</summary>
public sealed class PrefilterTests
{
    static readonly string[] Telling = ["run.googleapis.com", "serving.knative.dev", "\"data\"", "\"data_base64\""];

    static readonly string[] Planted = ["", "run.googleapis.com", "\\u0072", "\"data\""];

    static readonly Gen<string> Filling = Gen.String[Gen.Char["run.gosev\"da\\u0067}{: \n\u00e9"], 0, 90];

    /// <summary>Spells some characters of a name as escapes, in either case.</summary>
    static readonly Gen<string> Spelled = Gen.Select(Gen.Int[0, 3], Gen.Int, Gen.Int[0, 1]).Select((which, escaped, isUpper) => string.Concat(Telling[which].Select((each, at) =>
        each == '"' || (escaped >> at & 1) == 0 ? $"{each}" : isUpper == 0 ? $"\\u{(int)each:x4}" : $"\\u{(int)each:X4}")));

    [Fact]
    public void NoSpellingIsMissedWhereverItStands() => Gen.Select(Filling, Spelled, Filling).Sample((before, spelled, after) =>
        Assert.True(Prefilter.MayConcernCloudRun(Encoding.UTF8.GetBytes(before + spelled + after))), iter: 100_000);

    [Fact]
    public void AHintIsFoundWhereASlowSearchFindsOneAndNowhereElse() => Gen.Select(Filling, Gen.Int[0, 3], Filling).Sample((before, which, after) =>
    {
        var text = Encoding.UTF8.GetBytes(before + Planted[which] + after);
        var tells = Enumerable.Range(0, text.Length).Any(at => Enumerable.Range(at, text.Length - at + 1).Any(end => Tells(text.AsSpan(at, end - at))));

        Assert.Equal(tells, Prefilter.MayConcernCloudRun(text));
    }, iter: 3_000);

    static bool Tells(ReadOnlySpan<byte> text)
    {
        foreach (var telling in Telling)
        {
            if (text.SequenceEqual(Encoding.UTF8.GetBytes(telling))) return true;
        }

        return text is [(byte)'\\', (byte)'u', (byte)'0', (byte)'0', (byte)'6' or (byte)'7', _] or [(byte)'\\', (byte)'u', (byte)'0', (byte)'0', (byte)'2', (byte)'e' or (byte)'E']
            or [(byte)'\\', (byte)'u', (byte)'0', (byte)'0', (byte)'5', (byte)'f' or (byte)'F']
            or [(byte)'\\', (byte)'u', (byte)'0', (byte)'0', (byte)'3', (byte)'4' or (byte)'6'];
    }

    [Theory]
    [InlineData("{\"protoPayload\":{\"serviceName\":\"compute.googleapis.com\",\"status\":{}}}")]
    [InlineData("{\"a\":\"\\u003cb\\u003e \\u0026 \\u0027 \\u003d \\u00e9 \\n \\/\"}")]
    [InlineData("{\"dataset\":\"x\",\"database\":\"y\",\"metadata\":{}}")]
    [InlineData("{\"a\":\"cloudrun.googleapis.co\"}")]
    [InlineData("{\"a\":\"\\u00")]
    public void OrdinaryEntriesArePutAside(string json) => Assert.False(Prefilter.MayConcernCloudRun(Encoding.UTF8.GetBytes(json)));
}
