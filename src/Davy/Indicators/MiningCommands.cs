using System.Buffers;
using System.Collections.Frozen;
using System.Text.Json;

namespace Davy.Indicators;

/// <summary>What is known of the command lines and variables of miners: signals and pools, of one date.</summary>
public sealed class MiningCommands
{
    static readonly Lazy<MiningCommands> Embedded = new(() =>
    {
        using var commands = JsonDocument.Parse(EmbeddedFile.Read("mining-commands.json"));
        using var pools = JsonDocument.Parse(EmbeddedFile.Read("pools.json"));
        return Parse(commands.RootElement, pools.RootElement);
    });

    readonly SearchValues<string> _literals;
    readonly FrozenDictionary<string, MiningSignal[]> _variables;
    readonly FrozenDictionary<string, MiningProgram>.AlternateLookup<ReadOnlySpan<char>> _programs;

    MiningCommands(string list, IReadOnlyList<MiningSignal> signals, IEnumerable<MiningSignal> variables, IReadOnlyList<MiningProgram> programs, MiningPools pools)
    {
        List = list;
        Signals = signals;
        Variables = [.. variables];
        Pools = pools;
        Programs = programs;
        _literals = SearchValues.Create([.. Shortest([.. signals.Where(IsLeading).SelectMany(signal => signal.Literals)])], StringComparison.OrdinalIgnoreCase);
        _programs = programs.SelectMany(program => program.Names.Select(name => (name, program)))
            .ToFrozenDictionary(each => each.name, each => each.program, StringComparer.OrdinalIgnoreCase).GetAlternateLookup<ReadOnlySpan<char>>();
        _variables = Variables.SelectMany(signal => signal.Names.Select(name => (name, signal)))
            .GroupBy(each => each.name, each => each.signal, StringComparer.OrdinalIgnoreCase)
            .ToFrozenDictionary(group => group.Key, group => group.ToArray(), StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>The list that Davy ships, parsed at first use.</summary>
    public static MiningCommands Default => Embedded.Value;

    /// <summary>The list and its version: <c>mining-commands 2026-11-24</c>.</summary>
    public string List { get; }

    /// <summary>The signals of any text.</summary>
    public IReadOnlyList<MiningSignal> Signals { get; }

    /// <summary>The signals of named variables.</summary>
    public IReadOnlyList<MiningSignal> Variables { get; }

    /// <summary>The programs that mine.</summary>
    public IReadOnlyList<MiningProgram> Programs { get; }

    /// <summary>The mining pools.</summary>
    public MiningPools Pools { get; }

    /// <summary>Whether a text can hold a signal without which nothing is found. It may say yes too often, never no.</summary>
    /// <param name="text">A command line or value.</param>
    /// <returns>False only where no expression needs to be run.</returns>
    public bool Mentions(ReadOnlySpan<char> text) => text.ContainsAny(_literals) || Pools.MayBeIn(text);

    /// <summary>The miner that a program is by its name.</summary>
    /// <param name="file">The name of its file, in any case, without folder; a version and <c>.exe</c> may follow.</param>
    /// <returns>Null where it is none.</returns>
    public MiningProgram? ProgramOf(ReadOnlySpan<char> file) => _programs.TryGetValue(MiningProgram.StemOf(file), out var program) ? program : null;

    /// <summary>The signals that judge the value of a variable.</summary>
    /// <param name="name">The variable's name, in any case.</param>
    /// <returns>Empty for a name that says nothing.</returns>
    public IReadOnlyList<MiningSignal> Of(string name) => _variables.TryGetValue(name, out var signals) ? signals : [];

    /// <summary>Reads the two files.</summary>
    /// <param name="commands">The root of <c>mining-commands.json</c>.</param>
    /// <param name="pools">The root of <c>pools.json</c>.</param>
    /// <returns>What they hold.</returns>
    /// <exception cref="InvalidDataException">An entry has no source, or names an unknown one, or has an unknown weight.</exception>
    internal static MiningCommands Parse(JsonElement commands, JsonElement pools)
    {
        var signals = Read("patterns").OrderByDescending(signal => signal.Weight).ThenBy(signal => signal.Order);
        return new($"{commands.Text("list"u8)} {commands.Text("date"u8)}", [.. signals], Read("environment"), ReadPrograms(commands), MiningPools.Parse(pools));

        IEnumerable<MiningSignal> Read(string section) =>
            commands.GetProperty(section).EnumerateArray().Select((json, index) => ReadSignal(json, index + (section == "patterns" ? 0 : 1000), commands));
    }

    /// <summary>
    /// Whether it can lead to a finding: weak ones count only beside another, save a pool. A wallet does not lead either:
    /// what is paid without an address to mine at is beside a signal of another group.
    /// </summary>
    static bool IsLeading(MiningSignal signal) => signal.Group is "pool" || (signal.Weight is not SignalWeight.Weak && signal.Group is not "wallet");

    /// <summary>Without those that hold another: few are sought many times faster than many.</summary>
    static IEnumerable<string> Shortest(IReadOnlyList<string> literals) =>
        literals.Where(literal => !literals.Any(other => other.Length < literal.Length && literal.Contains(other, StringComparison.OrdinalIgnoreCase)));

    static IReadOnlyList<MiningProgram> ReadPrograms(JsonElement commands) => [.. commands.GetProperty("programs").EnumerateArray().Select((json, index) =>
    {
        var id = json.Text("id"u8);
        return new MiningProgram(
            id, WeightOf(id, json), index - 100, Texts(json.Field("names"u8)), Texts(json.Field("examples"u8)), Texts(json.Field("counterExamples"u8)), SourcesOf(id, json, commands));
    })];

    static MiningSignal ReadSignal(JsonElement json, int order, JsonElement file)
    {
        var id = json.Text("id"u8);
        return new(json.Text("regex"u8) is { Length: > 0 } regex ? regex : json.Text("value"u8), json.Text("except"u8))
        {
            Id = id,
            Order = order,
            Weight = WeightOf(id, json),
            Group = json.Text("group"u8) is { Length: > 0 } group ? group : id,
            Confidence = ConfidenceOf(id, json),
            Names = Texts(json.Field("names"u8)),
            Literals = Texts(json.Field("literals"u8)),
            MinRun = json.Field("minRun"u8) is { ValueKind: JsonValueKind.Number } run ? run.GetInt32() : 0,
            Examples = Texts(json.Field("examples"u8)),
            CounterExamples = Texts(json.Field("counterExamples"u8)),
            Sources = SourcesOf(id, json, file),
        };
    }

    static SignalWeight WeightOf(string id, JsonElement json) => json.Text("weight"u8) switch
    {
        "strong" => SignalWeight.Strong,
        "medium" => SignalWeight.Medium,
        "weak" => SignalWeight.Weak,
        var other => throw new InvalidDataException($"{id}: the weight '{other}' is unknown."),
    };

    /// <summary>How far an entry's sources can be trusted.</summary>
    internal static Confidence ConfidenceOf(string id, JsonElement json) => json.Text("confidence"u8) switch
    {
        "high" => Confidence.High,
        "medium" => Confidence.Medium,
        "low" => Confidence.Low,
        var other => throw new InvalidDataException($"{id}: the confidence '{other}' is unknown."),
    };

    /// <summary>The sources that an entry names by their keys in its file.</summary>
    internal static IReadOnlyList<IndicatorSource> SourcesOf(string id, JsonElement json, JsonElement file)
    {
        List<IndicatorSource> sources = [];
        foreach (var key in Texts(json.Field("sources"u8)))
        {
            if (!file.GetProperty("sources").TryGetProperty(key, out var source)) throw new InvalidDataException($"{id}: the source '{key}' is unknown.");
            sources.Add(new(source.Text("title"u8), source.Text("where"u8)));
        }

        return sources.Count > 0 ? sources : throw new InvalidDataException($"{id}: no source.");
    }

    static IReadOnlyList<string> Texts(JsonElement list) =>
        list.ValueKind is JsonValueKind.Array ? [.. list.EnumerateArray().Select(item => item.TextOrEmpty)] : [];
}
