using System.Text.Json;
using CsCheck;
using Davy.Benchmarks.Generation;
using Davy.Logs;

namespace Davy.Tests.Logs;

/// <summary>The scanner beside <see cref="Utf8JsonReader"/>: it takes the same texts, and sees the same in them.</summary>
public sealed class JsonScannerTests
{
    const int Depth = 64;

    /// <summary>What a text is damaged with: bytes that mean something, and some that nothing does.</summary>
    static readonly byte[] Bytes = [.. "{}[]:,\"\\/ \t\r\n0123456789+-.eEtrufalsn\0x"u8, 0x1F, 0x7F, 0x80, 0xC3, 0xED, 0xFF];

    static bool IsTaken(byte[] text)
    {
        JsonScanner.Rows none = default;
        return new JsonScanner(text, Depth).TryFill(ref none);
    }

    static bool IsValid(byte[] text)
    {
        try
        {
            var reader = new Utf8JsonReader(text, new() { MaxDepth = Depth });
            while (reader.Read())
            {
                // Only whether it throws is asked.
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    static void Compare(byte[] text)
    {
        Assert.True(IsTaken(text) == IsValid(text), $"{IsTaken(text)}: {Convert.ToHexString(text)}");
        Assert.Equal(IsTaken(text) && text.AsSpan().TrimStart(" \t\r\n"u8) is [(byte)'{', ..], new JsonScanner(text, Depth).IsObject());
        if (IsValid(text)) SameTokens(text);
    }

    static void SameTokens(byte[] text)
    {
        using var tree = JsonTree.Parse(text, Depth);
        var reader = new Utf8JsonReader(text, new() { MaxDepth = Depth });
        for (var row = 0; reader.Read();)
        {
            if (reader.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray) continue;

            ref readonly var each = ref tree[row++];
            var isText = reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName;
            Assert.Equal((reader.TokenType, reader.ValueIsEscaped), (each.Type, each.IsEscaped));
            Assert.Equal((int)reader.TokenStartIndex + (isText ? 1 : 0), each.Start);
            if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
            {
                var inner = reader;
                inner.Skip();
                Assert.Equal((int)inner.BytesConsumed - each.Start, each.Length);
                continue;
            }

            Assert.Equal((reader.ValueSpan.Length, row), (each.Length, each.Next));
            Assert.Equal(!reader.ValueSpan.ContainsAnyInRange((byte)0x80, (byte)0xFF), each.IsAscii);
        }
    }

    [Fact]
    public void ItTakesWhatTheReaderTakes() => Hostile.Texts.Sample(text => Compare(Reading.Bytes(text)), iter: TestLength.Of(1_000_000, 20_000));

    /// <summary>Long texts are passed 32 bytes at once, so entries of all lengths are damaged at all places.</summary>
    [Fact]
    public void ItTakesWhatTheReaderTakesOfDamagedEntries()
    {
        for (var seed = 1UL; seed <= (ulong)TestLength.Of(20_000, 400); seed++)
        {
            EntryText text = new();
            new HostileEntries(seed).Write(text);
            Chance chance = new(seed);
            var entry = text.Bytes.ToArray();
            Compare(entry);
            for (var times = 0; times < 20; times++)
            {
                var damaged = entry.ToArray();
                damaged[chance.Below(damaged.Length)] = chance.OneOf(Bytes);
                Compare(damaged);
                Compare(entry[..chance.Below(entry.Length)]);
            }
        }
    }

    [Theory]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(200)]
    public void ItGoesAsDeepAsTheReader(int levels)
    {
        Compare([.. Enumerable.Repeat((byte)'[', levels), .. Enumerable.Repeat((byte)']', levels)]);
        Compare(Reading.Bytes(string.Concat(Enumerable.Repeat("{\"a\":", levels)) + "1" + new string('}', levels)));
    }
}
