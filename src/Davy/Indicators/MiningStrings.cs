using System.Text;
using System.Text.Json;

namespace Davy.Indicators;

/// <summary>What is known of the texts inside miners, their configurations, and inside what fights miners; of one date.</summary>
public sealed class MiningStrings
{
    /// <summary>The shortest text that is sought, in bytes.</summary>
    public const int ShortestLiteral = 4;

    static readonly Lazy<MiningStrings> Embedded = new(() =>
    {
        using var strings = JsonDocument.Parse(EmbeddedFile.Read("mining-strings.json"));
        return Parse(strings.RootElement, MiningCommands.Default.Pools);
    });

    MiningStrings(string list, IReadOnlyList<MiningString> literals, IReadOnlyList<MiningSign> signs, IReadOnlySet<string> donations) =>
        (List, Literals, Signs, Donations) = (list, literals, signs, donations);

    /// <summary>The list that Davy ships, parsed at first use.</summary>
    public static MiningStrings Default => Embedded.Value;

    /// <summary>The list and its version.</summary>
    public string List { get; }

    /// <summary>All texts that are sought, each with what it is a sign of.</summary>
    public IReadOnlyList<MiningString> Literals { get; }

    /// <summary>The signs.</summary>
    public IReadOnlyList<MiningSign> Signs { get; }

    /// <summary>Addresses that stand in honest programs, which ask to be given something.</summary>
    public IReadOnlySet<string> Donations { get; }

    internal static MiningStrings Parse(JsonElement file, MiningPools pools)
    {
        List<MiningString> literals = [];
        List<MiningSign> signs = [];
        foreach (var json in file.GetProperty("signs").EnumerateArray())
        {
            var id = json.Text("id"u8);
            var strength = json.Text("strength"u8) == "strong" ? SignalWeight.Strong : SignalWeight.Medium;
            signs.Add(new(id, MiningStringKind.Sign, strength, json.Number("atLeast"u8) ?? 1, MiningCommands.SourcesOf(id, json, file)));
            foreach (var text in Texts(json, "literals")) Add(signs.Count - 1, text, json.IsTrue("word"u8), json.IsTrue("case"u8), strength is SignalWeight.Strong);
        }

        foreach (var pool in pools.All.Where(pool => pool.Confidence is Confidence.High).OrderBy(pool => pool.Domain, StringComparer.Ordinal))
        {
            signs.Add(new($"pool: {pool.Domain}", MiningStringKind.Pool, SignalWeight.Strong, 1, pool.Sources));
            Add(signs.Count - 1, pool.Domain, isWord: true);
        }

        foreach (var (name, kind, isWord) in new[] { ("products", MiningStringKind.Product, true), ("rules", MiningStringKind.Rule, false), ("configurations", MiningStringKind.Configuration, false) })
        {
            foreach (var text in Texts(file, name))
            {
                signs.Add(new($"{name}: {text}", kind, SignalWeight.Weak, 1, []));
                Add(signs.Count - 1, text, isWord);
            }
        }

        return new($"{file.Text("list"u8)} {file.Text("date"u8)}", literals, signs,
            file.GetProperty("donations").EnumerateArray().Select(json => json.Text("address"u8)).ToHashSet(StringComparer.Ordinal));

        void Add(int sign, string text, bool isWord, bool isCase = false, bool isWide = false)
        {
            var bytes = Encoding.ASCII.GetBytes(text);
            if (bytes.Length < ShortestLiteral) throw new InvalidDataException($"'{text}' is shorter than {ShortestLiteral} bytes.");
            literals.Add(new(sign, text, bytes, isWord, isCase));
            if (isWide) literals.Add(new(sign, text, Encoding.Unicode.GetBytes(text), false, isCase));
        }
    }

    static IEnumerable<string> Texts(JsonElement json, string name) => json.GetProperty(name).EnumerateArray().Select(text => text.GetString()!);
}

/// <summary>A sign of mining inside a file.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Kind">What it is a sign of.</param>
/// <param name="Strength">How much it says.</param>
/// <param name="AtLeast">How many of its texts must be there.</param>
/// <param name="Sources">Who reported it.</param>
public sealed record MiningSign(string Id, MiningStringKind Kind, SignalWeight Strength, int AtLeast, IReadOnlyList<IndicatorSource> Sources);

/// <summary>A text that is sought.</summary>
/// <param name="Sign">The place of its sign in the list.</param>
/// <param name="Text">The text.</param>
/// <param name="Bytes">Its bytes: ASCII, or UTF-16 as Windows programs have it.</param>
/// <param name="IsWord">Whether no letter may stand beside it.</param>
/// <param name="IsCase">Whether its case counts.</param>
public sealed record MiningString(int Sign, string Text, ReadOnlyMemory<byte> Bytes, bool IsWord, bool IsCase);

/// <summary>What a text in a file is a sign of.</summary>
public enum MiningStringKind
{
    /// <summary>A mining program.</summary>
    Sign,

    /// <summary>A pool.</summary>
    Pool,

    /// <summary>The name of a miner: who names many fights them.</summary>
    Product,

    /// <summary>A rule of a scanner.</summary>
    Rule,

    /// <summary>A member of a miner's configuration.</summary>
    Configuration,
}
