using System.Text;
using Davy.Images;
using Davy.Indicators;

namespace Davy.Inspection;

/// <summary>What a search found in a file, before it is known what the image does with it.</summary>
sealed record SearchedFile
{
    /// <summary>More names of different miners than this are a list, or a program that fights them.</summary>
    const int MostProducts = 8;

    const int MostPools = 3;

    /// <summary>Its path in the image, normalised.</summary>
    public required string Path { get; init; }

    /// <summary>The member of the archive that it is; empty where it is none.</summary>
    public string Member { get; init; } = "";

    /// <summary>Its hash; null where holes were left out of it.</summary>
    public Digest? Hash { get; init; }

    /// <summary>What it is.</summary>
    public required FileKind Kind { get; init; }

    /// <summary>The program whose configuration it is; empty for none.</summary>
    public string ConfigurationOf { get; init; } = "";

    /// <summary>Whether a packer wrote it.</summary>
    public bool IsPacked { get; init; }

    /// <summary>What was seen.</summary>
    public required IReadOnlyList<EvidenceSign> Signs { get; init; }

    /// <summary>Its points by what is in it.</summary>
    public required int Points { get; init; }

    /// <summary>Whether it names miners as what fights them does.</summary>
    public bool IsGuard { get; init; }

    /// <summary>What the lists say of its hash; null for nothing.</summary>
    public IndicatorMatch? Listed { get; init; }

    /// <summary>What a script runs that is no more than a script; null for nothing.</summary>
    public ImageEvidence? Script { get; init; }

    /// <summary>Reckons the points of what a search found.</summary>
    /// <param name="search">The search, at the end of a file.</param>
    /// <param name="known">What was sought.</param>
    /// <param name="configurationOf">The program whose configuration it is; empty for none.</param>
    /// <param name="signs">Takes what was seen.</param>
    /// <param name="isGuard">Whether it names miners as what fights them does.</param>
    public static int PointsOf(FileSearch search, MiningStrings known, string configurationOf, List<EvidenceSign> signs, out bool isGuard)
    {
        var seen = new int[known.Signs.Count];
        var first = new int[known.Signs.Count];
        HashSet<(int, string)> texts = [];
        for (var i = 0; search.Hits.IsAny && i < known.Literals.Count; i++)
        {
            var literal = known.Literals[i];
            if (!search.Hits.Has(i) || !texts.Add((literal.Sign, literal.Text))) continue;
            if (seen[literal.Sign]++ == 0) first[literal.Sign] = i;
        }

        var (strong, medium, pools, products, rules) = (0, 0, 0, 0, 0);
        for (var i = 0; i < seen.Length; i++)
        {
            var sign = known.Signs[i];
            if (seen[i] < sign.AtLeast) continue;
            switch (sign.Kind)
            {
                case MiningStringKind.Sign when sign.Strength is SignalWeight.Strong:
                    strong++;
                    break;
                case MiningStringKind.Sign:
                    medium++;
                    break;
                case MiningStringKind.Pool:
                    pools++;
                    break;
                case MiningStringKind.Product:
                    products++;
                    continue;
                case MiningStringKind.Rule:
                    rules++;
                    continue;
                default:
                    continue;
            }

            var at = search.Hits.At(first[i]);
            signs.Add(new(sign.Id, sign.Strength, known.Literals[first[i]].Text, at, LineOf(search, at), sign.Sources));
        }

        if (search.Wallet.Length > 0) signs.Add(new("wallet-monero", SignalWeight.Strong, search.Wallet, search.WalletAt, LineOf(search, search.WalletAt), []));

        isGuard = products >= MostProducts || rules > 0 || pools > MostPools;
        var wallet = search.Wallet.Length > 0 ? 2 : 0;
        var pool = pools > MostPools ? 0 : 2 * Math.Min(2, pools);
        if (configurationOf.Length > 0) return 3 + wallet + pool;

        var points = (3 * strong) + Math.Min(3, medium) + pool + wallet;
        // Without a text that only miners have: a coin's own programs know its words and addresses, others know pools. Only all of it together is a miner's.
        return strong == 0 && (pool == 0 || medium + wallet == 0) ? Math.Min(points, Judgement.Enough - 1) : points;
    }

    static int LineOf(FileSearch search, long at) =>
        search.Text.Length > at && search.Kind is FileKind.Script or FileKind.Text && at < search.Text.Length ? 1 + search.Text.Span[..(int)at].Count((byte)'\n') : 0;

    /// <summary>A text, whatever its bytes are.</summary>
    public static string TextOf(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);
}
