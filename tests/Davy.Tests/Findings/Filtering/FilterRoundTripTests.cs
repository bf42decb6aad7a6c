using System.Text.Json;
using CsCheck;
using Davy.Findings.Filtering;
using Davy.Storage;

namespace Davy.Tests.Findings.Filtering;

/// <summary>A filter written again is the same filter, and a text that is none is refused with a place.</summary>
public sealed class FilterRoundTripTests
{
    const int Seed = 7;

    /// <summary>Words that a filter is made of, so that chance comes near one.</summary>
    static readonly string[] Words =
    [
        "state", "=", "\"ACTIVE\"", " AND ", " OR ", "NOT ", "-", "(", ")", "contains(", "inIpRange(", "compliances", ",", "standard", "elem", ":", "\"\"", "!=", "<", ">=", "event_time",
            "1", "-1", "1e9", "true", "security_marks.marks.", "source_properties.", "a.b", "resource.", "\"", "'", "\\", "\\u", "d800", "*", ".", "\0", "\u202e", "\ud83e", "é", "  ", "10.0.0.0/8",
    ];

    static readonly Gen<string> Shreds = Gen.Int[0, Words.Length - 1].Select(at => Words[at]).Array[0, 24].Select(words => string.Concat(words));

    [Fact]
    public void AFilterWrittenAgainIsTheSame()
    {
        var filters = new SomeFilters(new Random(Seed));
        for (var count = 0; count < 20_000; count++)
        {
            var text = filters.Next();
            var first = FindingFilter.Parse(text);
            var written = first.ToString();
            if (written.Length > FindingFilter.MaxLength) continue;

            var second = FindingFilter.Parse(written);
            Assert.True(first.Root == second.Root, $"{text}\nbecame {written}");
            Assert.Equal(written, second.ToString());
        }
    }

    [Fact]
    public void NoTextIsAnythingButAFilterOrAnError() => Gen.OneOf(Shreds, Gen.String[0, 200]).Sample(Check, iter: 50_000);

    [Fact]
    public void AFilterWithOneCharacterChangedIsAFilterOrAnError()
    {
        var random = new Random(Seed);
        var filters = new SomeFilters(random);
        for (var count = 0; count < 20_000; count++)
        {
            var text = filters.Next().ToCharArray();
            text[random.Next(text.Length)] = (char)random.Next(random.Next(4) == 0 ? char.MaxValue : 128);
            Check(new(text));
        }
    }

    /// <summary>Whatever parses can also be evaluated, said in SQL and written again; whatever does not says where, within the text or just behind it.</summary>
    static void Check(string text)
    {
        FindingFilter filter;
        try
        {
            filter = FindingFilter.Parse(text);
        }
        catch (FilterException error)
        {
            Assert.InRange(error.Column, 1, text.Length + 1);
            Assert.DoesNotContain(error.Message, character => char.IsControl(character) || char.IsSurrogate(character) || character == '\u202e');
            return;
        }

        filter.Matches(default, default);
        filter.Matches(JsonElement.Parse("""{"state":"ACTIVE"}"""), default);
        Assert.NotEmpty(filter.ToSql(new SqlParameters("v")).Text);
        Assert.Equal(filter.Root, FindingFilter.Parse(filter.ToString()).Root);
    }
}
