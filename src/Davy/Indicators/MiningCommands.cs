using System.Buffers;
using System.Collections.Frozen;
using System.Text.RegularExpressions;
using Davy.Images;

namespace Davy.Indicators;

/// <summary>What mining looks like in a command line: signs, names of programs, domains of pools. Read once, from the files that come with Davy.</summary>
public sealed class MiningCommands
{
    const int Version = 1;

    /// <summary>An address of Monero has no letters in common with another, so that only its length tells.</summary>
    const int ShortestAddress = 95;

    static readonly Lazy<MiningCommands> Own = new(() => new(
        LocatedJson.Parse("mining-commands.json", EmbeddedFile.Read("mining-commands.json")),
        LocatedJson.Parse("pools.json", EmbeddedFile.Read("pools.json"))));

    readonly FrozenDictionary<string, SignalWeight> _programs;
    readonly FrozenDictionary<string, (SignalWeight Weight, IReadOnlyList<IndicatorSource> Sources)> _pools;
    readonly SearchValues<string> _needles;

    MiningCommands(LocatedJson commands, LocatedJson pools)
    {
        commands.ExpectVersion(Version, "name", "date", "signals", "programs", "programSources");
        pools.ExpectVersion(Version, "name", "date", "sources", "domains");

        List = $"{commands.Text("name")} {commands.Text("date")}";
        Signals = [.. commands.List("signals").Select(Signal)];
        ProgramSources = [.. commands.List("programSources").Select(Source)];

        var programs = commands.Member("programs")!;
        _programs = programs.List("strong").Select(name => KeyValuePair.Create(name.Text(), SignalWeight.Strong))
            .Concat(programs.List("medium").Select(name => KeyValuePair.Create(name.Text(), SignalWeight.Medium)))
            .ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

        var sources = pools.List("sources").ToDictionary(source => source.Text("id"), source => new IndicatorSource(source.Text("title"), source.Text("where")), StringComparer.Ordinal);
        _pools = pools.List("domains").ToFrozenDictionary(domain => domain.Text("domain"), domain =>
        (
            domain.Text("confidence") == "high" ? SignalWeight.Strong : SignalWeight.Medium,
            (IReadOnlyList<IndicatorSource>)[.. domain.List("sources").Select(source => sources[source.Text()])]
        ), StringComparer.OrdinalIgnoreCase);

        _needles = SearchValues.Create([.. commands.List("signals").SelectMany(signal => signal.List("needles")).Select(needle => needle.Text()), .. _programs.Keys, .. _pools.Keys],
            StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>The signs that come with Davy, read when they are first asked for.</summary>
    public static MiningCommands Default => Own.Value;

    /// <summary>The list's name and date.</summary>
    public string List { get; }

    /// <summary>The signs that are patterns.</summary>
    public IReadOnlyList<MiningSignal> Signals { get; }

    /// <summary>Where the names of programs come from.</summary>
    public IReadOnlyList<IndicatorSource> ProgramSources { get; }

    /// <summary>Whether a text can hold a sign at all: one pass over it instead of one a pattern. It never says no where a sign would be seen.</summary>
    /// <param name="text">The text.</param>
    /// <returns>False only where there is none.</returns>
    public bool MayMatch(ReadOnlySpan<char> text) => text.Length >= ShortestAddress || text.ContainsAny(_needles);

    /// <summary>What the name of a program says.</summary>
    /// <param name="name">The last part of its path.</param>
    /// <returns>Null where it is no mining program's.</returns>
    public SignalWeight? Program(string name) => _programs.TryGetValue(name, out var weight) ? weight : null;

    /// <summary>What a host says: its own name, or that of a domain above it.</summary>
    /// <param name="host">The host, without port.</param>
    /// <returns>Null where it is no pool's.</returns>
    public (SignalWeight Weight, IReadOnlyList<IndicatorSource> Sources)? Pool(string host)
    {
        for (var rest = host.Trim('.'); rest.Contains('.'); rest = rest[(rest.IndexOf('.') + 1)..])
        {
            if (_pools.TryGetValue(rest, out var pool)) return pool;
        }

        return null;
    }

    static MiningSignal Signal(LocatedJson json)
    {
        json.Expect("id", "weight", "what", "pattern", "needles", "examples", "sources");
        return new(json.Text("id"), json.Text("weight") switch
        {
            "strong" => SignalWeight.Strong,
            "medium" => SignalWeight.Medium,
            _ => SignalWeight.Weak,
        }, new Regex(json.Text("pattern"), RegexOptions.NonBacktracking | RegexOptions.CultureInvariant), [.. json.List("sources").Select(Source)], [.. json.List("examples").Select(example => example.Text())]);
    }

    static IndicatorSource Source(LocatedJson json) => new(json.Text("title"), json.Text("where"));
}
