using System.Globalization;
using System.Text;
using Davy.Images;

namespace Davy.Indicators;

/// <summary>
/// A file of indicators, in Davy's JSON (<c>docs/formats.md</c>) or as plain text, told apart by its content. Plain text has one reference a line (an image, a
/// digest, <c>namespace/*</c> or <c>name*</c>) and comments behind <c>#</c>; its indicators are malicious and of high confidence, and the file is their source.
/// </summary>
public static class IndicatorFile
{
    const int Version = 1;

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The list; it bears the file's name where the file gives it none.</returns>
    /// <exception cref="UnreadableFileException">It is no such file; the message names file, line and fault.</exception>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public static IndicatorList Read(string path) => Parse(path, UserFile.Read(path));

    /// <summary>Reads a file's content.</summary>
    /// <param name="file">The file's name, for messages.</param>
    /// <param name="utf8">Its content.</param>
    /// <returns>The list; it bears the file's name where the file gives it none.</returns>
    /// <exception cref="UnreadableFileException">It is no such file; the message names file, line and fault.</exception>
    public static IndicatorList Parse(string file, ReadOnlySpan<byte> utf8)
    {
        if (!IsJson(utf8)) return ParseText(file, utf8);

        var content = OpenJson(file, utf8);
        return new(content.Name, content.Date, [.. content.Entries.Select(entry => entry.Indicator ?? throw new UnreadableFileException(file, entry.Line, entry.Fault))]);
    }

    /// <summary>Reads as much of a file as can be read, with the faults of its entries beside them.</summary>
    /// <exception cref="UnreadableFileException">It is no such file at all.</exception>
    internal static (string Name, string Date, IReadOnlyList<IndicatorEntry> Entries) Open(string file, ReadOnlySpan<byte> utf8) =>
        IsJson(utf8) ? OpenJson(file, utf8) : OpenText(file, utf8);

    static bool IsJson(ReadOnlySpan<byte> utf8)
    {
        var text = Encoding.UTF8.GetString(utf8[..Math.Min(utf8.Length, 4096)]).AsSpan().TrimStart("\uFEFF \t\r\n");
        return text is ['{' or '[' or '/', ..];
    }

    static (string Name, string Date, IReadOnlyList<IndicatorEntry> Entries) OpenJson(string file, ReadOnlySpan<byte> utf8)
    {
        var root = LocatedJson.Parse(file, utf8);
        root.ExpectVersion(Version, "name", "date", "indicators");
        var name = root.OptionalText("name") is { Length: > 0 } given ? given : Path.GetFileName(file);
        var date = root.OptionalText("date");
        if (date.Length > 0 && !IsDay(date)) throw root.Member("date")!.Fault("\"date\" is not a day, as in 2026-11-24");

        var list = IndicatorList.TitleOf(name, date);
        return (name, date, [.. root.List("indicators").Select(entry => Entry(entry, list))]);
    }

    static IndicatorEntry Entry(LocatedJson json, string list)
    {
        try
        {
            return new(json.Line, Indicator(json, list), "");
        }
        catch (UnreadableFileException fault)
        {
            return new(fault.Line, null, fault.Fault);
        }
    }

    static Indicator Indicator(LocatedJson json, string list)
    {
        json.Expect("reference", "scope", "kind", "confidence", "family", "firstReported", "sources", "note");

        if (!IndicatorReference.TryRead(json.Text("reference"), out var reference, out var scope, out var fault)) throw json.Member("reference")!.Fault(fault);

        var said = json.OptionalText("scope");
        if (said.Length > 0 && !scope.ToString().Equals(said, StringComparison.OrdinalIgnoreCase))
            throw json.Member("scope")!.Fault($"\"scope\" is \"{said}\", but the reference is that of a {scope.ToString().ToLowerInvariant()}");

        var firstReported = json.OptionalText("firstReported");
        if (firstReported.Length > 0 && !IsDay(firstReported) && !IsDay(firstReported + "-01") && !IsDay(firstReported + "-01-01"))
            throw json.Member("firstReported")!.Fault("\"firstReported\" is not a day, month or year, as in 2021-11-04, 2021-11 or 2021");

        IndicatorSource[] sources = [.. json.List("sources").Select(Source)];
        if (sources.Length == 0) throw json.Fault("an indicator without a source is nobody's word; \"sources\" is empty");

        return new()
        {
            Reference = reference,
            Scope = scope,
            Kind = json.Text("kind") switch
            {
                "malicious" => IndicatorKind.Malicious,
                "miner" => IndicatorKind.Miner,
                _ => throw json.Member("kind")!.Fault("\"kind\" is neither \"malicious\" nor \"miner\""),
            },
            Confidence = json.OptionalText("confidence") switch
            {
                "low" => Confidence.Low,
                "medium" => Confidence.Medium,
                "high" or "" => Confidence.High,
                _ => throw json.Member("confidence")!.Fault("\"confidence\" is none of \"low\", \"medium\" and \"high\""),
            },
            Family = json.OptionalText("family"),
            FirstReported = firstReported,
            Sources = sources,
            Note = json.OptionalText("note"),
            List = list,
        };
    }

    static IndicatorSource Source(LocatedJson json)
    {
        json.Expect("title", "where");
        return new(json.Text("title"), json.Text("where"));
    }

    static (string Name, string Date, IReadOnlyList<IndicatorEntry> Entries) OpenText(string file, ReadOnlySpan<byte> utf8)
    {
        var name = Path.GetFileName(file);
        var entries = new List<IndicatorEntry>();
        IReadOnlyList<IndicatorSource> sources = [new(name, file)];
        foreach (var line in new IndicatorLines(utf8))
        {
            var isGood = IndicatorReference.TryRead(line.Written.ToString(), out var reference, out var scope, out var fault);
            entries.Add(new(line.Number, !isGood ? null : new() { Reference = reference, Scope = scope, Kind = IndicatorKind.Malicious, Sources = sources, List = name }, fault));
        }

        return (name, "", entries);
    }

    static IndicatorList ParseText(string file, ReadOnlySpan<byte> utf8)
    {
        var name = Path.GetFileName(file);
        PlainIndicators indicators = new(name, [new(name, file)]);
        foreach (var line in new IndicatorLines(utf8))
        {
            if (IndicatorReference.IsNormal(line.Written, out var host)) indicators.Add(host, line.Written, IndicatorScope.Repository);
            else if (IndicatorReference.TryRead(line.Written.ToString(), out var reference, out var scope, out var fault)) indicators.Add(reference, "", scope);
            else throw new UnreadableFileException(file, line.Number, fault);
        }

        indicators.Trim();
        return new(name, "", indicators);
    }

    static bool IsDay(string text) => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _);
}

/// <summary>An entry of a file: an indicator, or what is wrong with it.</summary>
readonly record struct IndicatorEntry(int Line, Indicator? Indicator, string Fault);
