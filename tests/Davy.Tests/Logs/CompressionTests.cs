using Davy.Logs;

namespace Davy.Tests.Logs;

/// <summary>Compressed input that is damaged says so, once, and costs nothing that was decoded before.</summary>
public sealed class CompressionTests
{
    const int Count = 3_000;

    // Longer than what a decoder may scribble behind the end of its text, as every log entry is.
    static readonly byte[] Text = Reading.Bytes(string.Concat(Enumerable.Range(0, Count).Select(n => $"{{\"n\":{n * 7_919L % 100_003},\"text\":\"{new string('x', 80)}\",\"m\":{n}}}\n")));

    public static TheoryData<string> Forms => ["gzip", "zstd"];

    static byte[] Compress(string form, byte[] text) => form == "gzip" ? Reading.Gzip(text) : Reading.Zstd(text);

    static void AssertDamaged(byte[] input, int least, int most = Count)
    {
        var reading = Reading.Of(input);

        Assert.Equal([RejectReason.BadCompression], reading.Reasons);
        Assert.InRange(reading.Records.Count, least, most);
        Assert.All(reading.Entries.Index(), each => Assert.EndsWith($"\"m\":{each.Index % Count}}}", each.Item, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void AnInputThatBreaksOffAnywhereSaysSo(string form)
    {
        var whole = Compress(form, Text);
        foreach (var length in Enumerable.Range(4, 40).Concat(Enumerable.Range(1, 200).Select(n => whole.Length * n / 201)).Concat(Enumerable.Range(1, 40).Select(n => whole.Length - n)))
        {
            AssertDamaged(whole[..length], 0);
        }
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void ASecondPartThatBreaksOffCostsNothingOfTheFirst(string form)
    {
        var whole = Compress(form, Text);
        foreach (var length in new[] { 1, 2, 3, 9, 12, 100, whole.Length - 1 }) AssertDamaged([.. whole, .. whole[..length]], Count, int.MaxValue);
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void WhatFollowsThatIsNotCompressedIsTold(string form)
    {
        var whole = Compress(form, Text);
        foreach (var rest in new byte[][] { [0], [0, 0, 0, 0], [1, 2, 3, 4, 5, 6, 7, 8, 9], [.. "{\"n\":1}\n"u8], new byte[100_000] }) AssertDamaged([.. whole, .. rest], Count);
    }

    [Theory]
    [InlineData("gzip", 8)]
    [InlineData("gzip", 4)]
    [InlineData("zstd", 2)]
    public void AWrongCheckSumCostsNoEntry(string form, int fromEnd)
    {
        var whole = Compress(form, Text);
        whole[^fromEnd] ^= 1;
        AssertDamaged(whole, Count - 1);
    }

    [Fact]
    public void ABitThatFlipsCostsOnlyWhatFollows()
    {
        var whole = Reading.Gzip(Text);
        for (var at = 20; at < whole.Length - 8; at += whole.Length / 50)
        {
            byte[] damaged = [.. whole];
            damaged[at] ^= 0x10;
            var reading = Reading.Of(damaged);
            Assert.Equal(RejectReason.BadCompression, reading.Reasons.Last());
        }
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void PartsAreReadOneAfterTheOther(string form)
    {
        byte[] skippable = form == "zstd" ? [0x5A, 0x2A, 0x4D, 0x18, 3, 0, 0, 0, 1, 2, 3] : [];
        var part = Compress(form, Text);
        foreach (var step in new[] { 1, 7, int.MaxValue })
        {
            var reading = Reading.Of([.. skippable, .. part, .. skippable, .. part], step: step);
            Assert.Empty(reading.Rejected);
            Assert.Equal(2 * Count, reading.Records.Count);
        }
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void WhatIsCompressedTwiceIsRejectedOnce(string form)
    {
        foreach (var inner in new[] { "gzip", "zstd" }) AssertDamaged(Compress(form, Compress(inner, Text)), 0, 0);
    }

    [Theory]
    [InlineData("zip", 0x50, 0x4B, 3, 4)]
    [InlineData("xz", 0xFD, 0x37, 0x7A, 0x58)]
    [InlineData("bzip2", 0x42, 0x5A, 0x68, 0x39)]
    public void AFormThatIsNotReadIsNamed(string form, int first, int second, int third, int fourth)
    {
        var fault = Assert.Single(Reading.Of([(byte)first, (byte)second, (byte)third, (byte)fourth, .. Text]).Rejected);

        Assert.Equal(RejectReason.BadCompression, fault.Reason);
        Assert.Contains(form, fault.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void ABombIsStopped(string form)
    {
        var bomb = Compress(form, new byte[256 << 20]);
        var before = GC.GetAllocatedBytesForCurrentThread();

        AssertDamaged(bomb, 0, 0);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64 << 20);
    }

    [Fact]
    public void AWindowOverTheLimitIsRefused()
    {
        var input = Reading.Zstd([.. Enumerable.Repeat(Text, 200).SelectMany(each => each)], windowLog: 24);

        AssertDamaged(input, 0, 0);
        Assert.Empty(Reading.Of(input, new() { ZstdWindowLog = 24, ExpansionGrace = long.MaxValue }).Rejected);
    }
}
