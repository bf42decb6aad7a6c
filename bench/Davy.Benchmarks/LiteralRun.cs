using System.Diagnostics;
using System.Globalization;
using System.Text;
using Davy.Indicators;
using Davy.Inspection;

namespace Davy.Benchmarks;

/// <summary>The search for many texts by itself, and the same texts in the forms of other programs, so that they can be run beside it.</summary>
static class LiteralRun
{
    const int Block = 256 << 10;

    /// <summary>How many texts are sought where searches are compared.</summary>
    const int Compared = 100;

    const int Passes = 5;

    /// <summary>
    /// Writes what other programs seek: <c>signs.ldb</c> for ClamAV (https://docs.clamav.net/manual/Signatures/LogicalSignatures.html), <c>signs.yar</c> for YARA
    /// (https://yara.readthedocs.io/en/stable/writingrules.html), both of the signs of which one says enough, and of the pools, in ASCII; and <c>literals.txt</c>, a hundred texts in hexadecimal.
    /// </summary>
    /// <param name="folder">Where to.</param>
    public static void Write(string folder)
    {
        Directory.CreateDirectory(folder);
        var known = MiningStrings.Default;
        List<string> clamav = [];
        StringBuilder yara = new();
        for (var i = 0; i < known.Signs.Count; i++)
        {
            var sign = known.Signs[i];
            List<MiningString> literals = [.. known.Literals.Where(literal => literal.Sign == i && !literal.Bytes.Span.Contains((byte)0))];
            if (sign.Kind is not (MiningStringKind.Sign or MiningStringKind.Pool) || sign.Strength is not SignalWeight.Strong) continue;

            var name = $"Davy_{string.Concat(sign.Id.Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '_'))}";
            var any = $"({string.Join('|', Enumerable.Range(0, literals.Count))})";
            clamav.Add($"{name};Engine:81-255,Target:0;{(literals.Count == 1 ? "0" : sign.AtLeast > 1 ? $"{any}>{sign.AtLeast - 1},{sign.AtLeast}" : any)};{string.Join(';', literals.Select(Clamav))}");
            yara.Append(CultureInfo.InvariantCulture, $"rule {name}\n{{\n  strings:\n");
            for (var k = 0; k < literals.Count; k++) yara.Append(CultureInfo.InvariantCulture, $"    $s{k} = \"{literals[k].Text.Replace("\\", @"\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\" ascii{(literals[k].IsCase ? "" : " nocase")}\n");
            yara.Append(CultureInfo.InvariantCulture, $"  condition:\n    {sign.AtLeast} of them\n}}\n\n");
        }

        File.WriteAllLines(Path.Combine(folder, "signs.ldb"), clamav);
        File.WriteAllText(Path.Combine(folder, "signs.yar"), yara.ToString());
        File.WriteAllLines(Path.Combine(folder, "literals.txt"), Hundred().Select(literal => Convert.ToHexStringLower(literal.Bytes.Span)));
    }

    /// <summary>Searches a file for a hundred texts, piece by piece, and prints the least processor time of five passes, and how many were found.</summary>
    /// <param name="file">The file.</param>
    public static void Search(string file)
    {
        LiteralSearch search = new(Hundred());
        LiteralHits hits = new(Compared);
        var buffer = new byte[Block];
        using var process = Process.GetCurrentProcess();
        var least = TimeSpan.MaxValue;
        for (var pass = 0; pass < Passes; pass++)
        {
            process.Refresh();
            var start = process.TotalProcessorTime;
            hits.Clear();
            using (var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, 0))
            {
                for (int count; (count = stream.Read(buffer)) > 0;) search.Find(buffer.AsSpan(0, count), isBegin: false, isEnd: false, hits);
            }

            process.Refresh();
            if (process.TotalProcessorTime - start is var taken && taken < least) least = taken;
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{least.TotalSeconds:F3} {Enumerable.Range(0, Compared).Count(hits.Has)}"));
    }

    /// <summary>A hundred of the texts, whatever stands beside them, and whatever their case.</summary>
    static List<MiningString> Hundred() => [.. MiningStrings.Default.Literals.Where(literal => !literal.Bytes.Span.Contains((byte)0)).Take(Compared).Select(literal => literal with { IsWord = false, IsCase = false })];

    static string Clamav(MiningString literal) => $"{Convert.ToHexStringLower(literal.Bytes.Span)}::{(literal.IsCase ? "a" : "ia")}";
}
