using System.Text;
using CsCheck;
using Davy.Indicators;
using Davy.Inspection;

namespace Davy.Tests.Inspection;

/// <summary>The quick search finds what the slow one does.</summary>
public sealed class LiteralSearchTests
{
    static readonly IReadOnlyList<MiningString> Known = MiningStrings.Default.Literals;
    static readonly LiteralSearch Search = new(Known);

    /// <summary>The files' pieces as the layer's reader may cut them, with known texts, and parts of them, in between.</summary>
    static readonly Gen<byte[][]> Pieces = Gen.OneOf(
        Gen.Byte.Array[0, 90],
        Gen.Int[0, Known.Count - 1].Select(i => Known[i].Bytes.ToArray()),
        Gen.Select(Gen.Int[0, Known.Count - 1], Gen.Int[1, 30]).Select((i, cut) => Known[i].Bytes.Span[..Math.Min(cut, Known[i].Bytes.Length)].ToArray()),
        Gen.Int[0, Known.Count - 1].Select(i => Encoding.ASCII.GetBytes(Known[i].Text.ToUpperInvariant()))).Array[1, 12];

    [Fact]
    public void ItFindsWhatTheSlowSearchFinds() => Pieces.Sample(pieces =>
    {
        using FileSearch search = new(MiningStrings.Default, Search);
        search.Begin(pieces[0]);
        foreach (var piece in pieces) search.Append(piece);
        search.End();

        var whole = Encoding.Latin1.GetString(pieces.SelectMany(piece => piece).ToArray());
        for (var i = 0; i < Known.Count; i++) Assert.True(IsIn(whole, Known[i]) == search.Hits.Has(i), Known[i].Text);
    }, iter: 2000);

    static bool IsIn(string whole, MiningString known)
    {
        var text = Encoding.Latin1.GetString(known.Bytes.Span);
        var comparison = known.IsCase ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;
        for (var at = whole.IndexOf(text, comparison); at >= 0; at = whole.IndexOf(text, at + 1, comparison))
        {
            if (!known.IsWord || ((at == 0 || !char.IsAsciiLetter(whole[at - 1])) && (at + text.Length == whole.Length || !char.IsAsciiLetter(whole[at + text.Length])))) return true;
        }

        return false;
    }
}
