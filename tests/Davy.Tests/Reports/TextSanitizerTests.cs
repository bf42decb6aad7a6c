using System.Buffers;
using System.Globalization;
using System.Text;
using CsCheck;
using Davy.Reports;

namespace Davy.Tests.Reports;

public sealed class TextSanitizerTests
{
    [Fact]
    public void PlainTextIsTheSameInstance()
    {
        const string Plain = "docker.io/metal3d/xmrig:latest, as deployed \\ {x}";
        Assert.Same(Plain, TextSanitizer.Clean(Plain));
    }

    [Fact]
    public void EveryCodePointIsEitherShownOrEscaped()
    {
        for (var codePoint = 0; codePoint <= 0x10FFFF; codePoint++)
        {
            if (codePoint is >= 0xD800 and <= 0xDFFF) continue;

            var rune = new Rune(codePoint);
            var shown = TextSanitizer.Clean($"a{rune}b");
            var expected = IsUnsafe(rune) ? string.Create(CultureInfo.InvariantCulture, $"a\\u{{{codePoint:X}}}b") : $"a{rune}b";
            if (shown != expected) Assert.Fail($"U+{codePoint:X4} is shown as {shown}.");
        }
    }

    [Fact]
    public void HalfOfASurrogatePairIsEscaped()
    {
        Assert.Equal("a\\u{D83D}b", TextSanitizer.Clean("a\uD83Db"));
        Assert.Equal("\\u{DE00}", TextSanitizer.Clean("\uDE00"));
        Assert.Equal("\\u{D83D}", TextSanitizer.Clean("\uD83D"));
        Assert.Equal("\U0001F600", TextSanitizer.Clean("\U0001F600"));
    }

    [Theory]
    [InlineData("bad\u202Egpj", "bad\\u{202E}gpj")]
    [InlineData("zero\u200Bwidth\uFEFF", "zero\\u{200B}width\\u{FEFF}")]
    [InlineData("\U000E0041tag", "\\u{E0041}tag")]
    [InlineData("\e[31mred\a\u009B", "\\u{1B}[31mred\\u{7}\\u{9B}")]
    [InlineData("two\r\nlines\u2028three", "two\\u{D}\\u{A}lines\\u{2028}three")]
    [InlineData("blank\u3164filler", "blank\\u{3164}filler")]
    public void WhatDeceivesIsEscaped(string text, string shown) => Assert.Equal(shown, TextSanitizer.Clean(text));

    [Fact]
    public void AFloodOfMarksIsEscapedPastTheFourth()
    {
        Assert.Equal("e\u0301\u0301\u0301\u0301\\u{301}x", TextSanitizer.Clean("e\u0301\u0301\u0301\u0301\u0301x"));
        Assert.Equal("\u0928\u093F\u0902", TextSanitizer.Clean("\u0928\u093F\u0902")); // Devanagari, as it is written every day.
    }

    [Fact]
    public void AMarkWithoutALetterDoesNotSitOnWhatIsBefore() => Assert.Equal("\\u{301}x", TextSanitizer.Clean("\u0301x"));

    [Fact]
    public void AnythingOverTheBoundIsCut()
    {
        Assert.Equal(new string('a', 256), TextSanitizer.Clean(new('a', 256)));
        Assert.Equal(new string('a', 255) + "…", TextSanitizer.Clean(new('a', 257)));
        Assert.Equal("abc…", TextSanitizer.Clean("abc\u202Edef", 9)); // No escape is cut in half.
        Assert.Equal("a…", TextSanitizer.Clean("a\U0001F600b", 3)); // Nor a pair.
    }

    [Fact]
    public void NoTextGetsLongerThanTheBoundOrShowsAnythingUnsafe() =>
        Gen.Select(Gen.String[Gen.Char], Gen.Int[1, 300]).Sample((text, length) =>
        {
            var shown = TextSanitizer.Clean(text, length);
            return shown.Length <= length && IsSafe(shown);
        }, iter: 5_000);

    [Fact]
    public void WhatIsSafeStaysSafe() => Gen.String[Gen.Char].Sample(text =>
    {
        var once = TextSanitizer.Clean(text, int.MaxValue);
        return TextSanitizer.Clean(once, int.MaxValue) == once;
    }, iter: 5_000);

    /// <summary>Whether text may be shown: whole pairs, and nothing unsafe.</summary>
    internal static bool IsSafe(string shown)
    {
        for (var at = 0; at < shown.Length;)
        {
            if (Rune.DecodeFromUtf16(shown.AsSpan(at), out var rune, out var taken) is not OperationStatus.Done || IsUnsafe(rune)) return false;
            at += taken;
        }

        return true;
    }

    /// <summary>Said again, in other words than the code's, so that a slip in one shows.</summary>
    static bool IsUnsafe(Rune rune)
    {
        var category = Rune.GetUnicodeCategory(rune);
        string[] unsafeCategories = ["Control", "Format", "LineSeparator", "ParagraphSeparator", "Surrogate", "PrivateUse", "OtherNotAssigned"];
        int[] invisible = [0x34F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B, 0x180C, 0x180D, 0x180F, 0x2800, 0x3164, 0xFFA0];
        return unsafeCategories.Contains(category.ToString()) || invisible.Contains(rune.Value)
            || rune.Value is (>= 0xFE00 and <= 0xFE0F) or (>= 0xE0000 and <= 0xE0FFF) or (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069);
    }
}
