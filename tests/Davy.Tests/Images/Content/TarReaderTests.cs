using System.Text;
using Davy.Images.Content;
using Davy.Images.Tar;

namespace Davy.Tests.Images.Content;

/// <summary>Archives as programs write them, and as only an attacker does.</summary>
public sealed class TarReaderTests
{
    static readonly ImageLimits Limits = ImageLimits.Default with { Entries = 1000 };

    static List<(TarEntry Entry, string Content)> Read(byte[] tar, ImageLimits? limits = null)
    {
        List<(TarEntry, string)> entries = [];
        var reader = new TarReader(new DribblingStream(tar), limits ?? Limits);
        while (reader.Next(out var entry))
        {
            using MemoryStream content = new();
            for (var chunk = reader.NextChunk(); !chunk.IsEmpty; chunk = reader.NextChunk()) content.Write(chunk);
            entries.Add((entry, Encoding.UTF8.GetString(content.ToArray())));
        }

        return entries;
    }

    static UnreadableReason ReasonOf(byte[] tar) => Assert.Throws<UnreadableImageException>(() => Read(tar)).Reason;

    [Fact]
    public void EntriesComeWithTheirContent()
    {
        var long1 = new string('d', 150) + "/file";
        var entries = Read(new TarBuilder().Folder("a/").File("a/b", "hello", 0x1A4).Link("a/l", "b").HardLink("a/h", "a/b").File(long1, new string('x', 3000)).File("empty", "").Build());

        Assert.Equal(["a/", "a/b", "a/l", "a/h", long1, "empty"], entries.Select(each => each.Entry.Path));
        Assert.Equal([TarKind.Folder, TarKind.File, TarKind.SymbolicLink, TarKind.HardLink, TarKind.File, TarKind.File], entries.Select(each => each.Entry.Kind));
        Assert.Equal("hello", entries[1].Content);
        Assert.False(entries[1].Entry.IsExecutable);
        Assert.Equal("b", entries[2].Entry.Link);
        Assert.Equal(3000, entries[4].Content.Length);
    }

    [Fact]
    public void APaxHeaderDecidesPathAndSize()
    {
        var tar = new TarBuilder().Pax(("path", "real"), ("size", "5"), ("SCHILY.xattr.user.x", "y=z")).Header("fake", (byte)'0', 0).Raw([.. "hello"u8, .. new byte[507]]).File("next", "n").Build();

        Assert.Equal(["real:hello", "next:n"], Read(tar).Select(each => $"{each.Entry.Path}:{each.Content}"));
    }

    [Fact]
    public void ALinkHasNoContentWhateverItsSizeSays()
    {
        // A reader that skips the content does not see the file behind it, which others unpack.
        var tar = new TarBuilder().Header("link", (byte)'2', 1024, link: "x").File("hidden", "h").Build();

        Assert.Equal(["link", "hidden"], Read(tar).Select(each => each.Entry.Path));
    }

    [Fact]
    public void AnUnknownTypeIsAFile() => Assert.Equal("x", Assert.Single(Read(new TarBuilder().Entry("odd", (byte)'Z', "x"u8.ToArray()).Build())).Content);

    [Fact]
    public void HolesOfTheOldFormAreSkipped()
    {
        var tar = new TarBuilder().Header("sparse", (byte)'S', 5, change: block => block[482] = 1).Raw(new byte[512]).Raw([.. "hello"u8, .. new byte[507]]).File("next", "n").Build();

        var entries = Read(tar);
        Assert.Equal(["sparse:hello", "next:n"], entries.Select(each => $"{each.Entry.Path}:{each.Content}"));
        Assert.True(entries[0].Entry.IsSparse);
    }

    [Fact]
    public void HolesOfForm1AreSkippedToTheContent()
    {
        byte[] content = [.. "1\n0\n5\n"u8, .. new byte[506], .. "hello"u8];
        var tar = new TarBuilder().Pax(("GNU.sparse.major", "1"), ("GNU.sparse.minor", "0"), ("GNU.sparse.name", "real"), ("GNU.sparse.realsize", "5")).File("GNUSparseFile.0/real", content).File("next", "n").Build();

        Assert.Equal(["real:hello", "next:n"], Read(tar).Select(each => $"{each.Entry.Path}:{each.Content}"));
    }

    [Fact]
    public void WhatFollowsTheEndIsNoEntry() => Assert.Single(Read([.. new TarBuilder().File("a", "a").Build(), .. new TarBuilder().File("b", "b").Build()]));

    [Fact]
    public void AnArchiveMayEndWithoutAnEnd() => Assert.Single(Read(new TarBuilder().File("a", "a").BuildOpen()));

    public static TheoryData<string, byte[]> Broken() => new()
    {
        { "one block of zeros, then a file", [.. new byte[512], .. new TarBuilder().File("a", "a").Build()] },
        { "wrong checksum", new TarBuilder().Raw([.. Enumerable.Repeat((byte)'x', 512)]).Build() },
        { "breaks off in the content", new TarBuilder().File("a", new string('a', 5000)).BuildOpen()[..1500] },
        { "breaks off in a header", new TarBuilder().File("a", "a").BuildOpen()[..300] },
        { "lies about its size", new TarBuilder().Header("a", (byte)'0', 1L << 40).Raw(new byte[4096]).BuildOpen() },
        { "negative size", new TarBuilder().Header("a", (byte)'0', 0, change: block => block.AsSpan(124, 12).Fill(0xFF)).Build() },
        { "endless size", new TarBuilder().Header("a", (byte)'0', 0, change: block => (block[124], block[125], block[126]) = (0x80, 0x7F, 0x7F)).Build() },
        { "size that is no number", new TarBuilder().Header("a", (byte)'0', 0, change: block => "99999999999"u8.CopyTo(block.AsSpan(124))).Build() },
        { "pax record that is too long", new TarBuilder().Entry("x", (byte)'x', "99 path=a\n"u8.ToArray()).File("a", "a").Build() },
        { "pax record without an end", new TarBuilder().Entry("x", (byte)'x', "9 path=ab"u8.ToArray()).File("a", "a").Build() },
        { "pax size below zero", new TarBuilder().Pax(("size", "-1")).File("a", "a").Build() },
        { "pax path with a zero byte", new TarBuilder().Pax(("path", "a\0b")).File("a", "a").Build() },
        { "sparse map that never ends", new TarBuilder().Pax(("GNU.sparse.major", "1")).File("a", "99999999999999\n").Build() },
        { "sparse map that is none", new TarBuilder().Pax(("GNU.sparse.major", "1")).File("a", "hello").Build() },
    };

    [Theory]
    [MemberData(nameof(Broken), DisableDiscoveryEnumeration = true)]
    public void WhatCannotBeTrustedIsRefused(string what, byte[] tar) => Assert.True(ReasonOf(tar) is UnreadableReason.Format, what);

    public static TheoryData<string, byte[]> TooMuch() => new()
    {
        { "pax header of gigabytes", new TarBuilder().Header("x", (byte)'x', 1L << 32).Raw(new byte[8192]).Build() },
        { "long name of gigabytes", new TarBuilder().Header("x", (byte)'L', 1L << 32).Raw(new byte[8192]).Build() },
        { "path of 64 KiB", new TarBuilder().File(new string('p', 64 << 10), "x").Build() },
        { "link of 64 KiB", new TarBuilder().Pax(("linkpath", new string('p', 64 << 10))).Link("l", "x").Build() },
        { "many entries", Many(1001, (byte)'5') },
        { "many pax headers without an entry", Many(1001, (byte)'g') },
        { "many long names without an entry", Many(1001, (byte)'L') },
        { "many blocks of holes", new TarBuilder().Header("s", (byte)'S', 0, change: block => block[482] = 1).Raw([.. Enumerable.Range(0, 1001).SelectMany(_ => Hole())]).Build() },
    };

    [Theory]
    [MemberData(nameof(TooMuch), DisableDiscoveryEnumeration = true)]
    public void WhatIsTooMuchIsALimit(string what, byte[] tar) => Assert.True(ReasonOf(tar) is UnreadableReason.Limit, what);

    static byte[] Hole()
    {
        var block = new byte[512];
        block[504] = 1;
        return block;
    }

    static byte[] Many(int count, byte type)
    {
        var tar = new TarBuilder();
        for (var i = 0; i < count; i++) tar.Header("x", type, 0);
        return tar.Build();
    }

    /// <summary>Gives a few bytes at a time, as a network does.</summary>
    sealed class DribblingStream(byte[] bytes) : MemoryStream(bytes)
    {
        int _turn;

        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(buffer.Length, 1 + (_turn++ * 37 % 701))]);
    }
}
