using CsCheck;
using Davy.Indicators;

namespace Davy.Tests.Indicators;

public sealed class MiningCommandsTests
{
    static readonly MiningCommands Known = MiningCommands.Default;

    public static TheoryData<string> Ids => [.. Known.Signals.Concat(Known.Variables).Select(signal => signal.Id)];

    static MiningSignal Signal(string id) => Known.Signals.Concat(Known.Variables).Single(signal => signal.Id == id);

    [Fact]
    public void TheListIsNamedAndNoIdStandsTwice()
    {
        Assert.Matches(@"^mining-commands \d{4}-\d{2}-\d{2}$", Known.List);
        Assert.Equal(Ids.Count, Ids.Select(row => row.Data).Distinct().Count());
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void ASignalSeesItsExamplesAndNothingElse(string id)
    {
        var signal = Signal(id);

        Assert.NotEmpty(signal.Examples);
        Assert.Empty(signal.Examples.Where(example => !Sees(signal, example)));
        Assert.Empty(signal.CounterExamples.Where(example => Sees(signal, example)));
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void ASignalShowsNoMoreThanItsGroups(string id)
    {
        var signal = Signal(id);

        Assert.All(signal.Examples, example => Assert.True(signal.Look(Value(signal, example)).Groups.Count > 1, "It has no group, so nothing could be shown."));
    }

    [Fact]
    public void OnlyWalletsHaveNoLiteral() =>
        Assert.All(Known.Signals.Where(signal => signal.Literals.Count == 0), signal => Assert.True(signal.Group == "wallet" && signal.MinRun > 0));

    [Fact]
    public void TheChecksAheadSeeEveryExampleInAnyCase()
    {
        Assert.Empty(Known.Signals.SelectMany(signal => signal.Examples.Where(example => !MayBeIn(signal, example) || !MayBeIn(signal, example.ToUpperInvariant()))));
        Assert.Empty(Leading.SelectMany(signal => signal.Examples).Where(example => !Known.Mentions(example) || !Known.Mentions(example.ToUpperInvariant())));
    }

    [Fact]
    public void TheCheckAheadSparesAnOrdinaryCommand() => Assert.False(Known.Mentions("node server.js --port=8080 --log-level info https://service.example.com/path"));

    /// <summary>Fragments of all examples in any mixture: what a check ahead refuses, no expression may see.</summary>
    [Fact]
    public void TheChecksAheadNeverHideASignal()
    {
        var fragments = Known.Signals.SelectMany(signal => signal.Examples.Concat(signal.CounterExamples))
            .SelectMany(example => example.Split(' ').SelectMany(word => new[] { word, word[..(word.Length / 2)], word[(word.Length / 2)..] })).Distinct().ToArray();

        Gen.Int[0, fragments.Length - 1].Select(index => fragments[index]).Array[1, 6].Select(words => string.Join(words.Length % 2 == 0 ? " " : "", words)).Sample(text =>
            !Known.Signals.Any(signal => signal.Look(text).Success && !MayBeIn(signal, text)) && (Known.Mentions(text) || !Leading.Any(signal => signal.Look(text).Success)), iter: 20_000);
    }

    /// <summary>The signals without which nothing is found.</summary>
    static IEnumerable<MiningSignal> Leading => Known.Signals.Where(signal => signal.Group == "pool" || (signal.Weight != SignalWeight.Weak && signal.Group != "wallet"));

    static bool MayBeIn(MiningSignal signal, string text)
    {
        var longestRun = new string([.. text.Select(character => char.IsAsciiLetterOrDigit(character) ? character : ' ')]).Split(' ').Max(word => word.Length);
        return signal.MayBeIn(text, longestRun);
    }

    [Fact]
    public void AProgramIsKnownByItsNameAndNoMoreThanThat()
    {
        Assert.All(Known.Programs, program =>
        {
            Assert.Empty(program.Names.Concat(program.Examples).Where(name => Known.ProgramOf(name) != program));
            Assert.Empty(program.CounterExamples.Where(name => Known.ProgramOf(name) is not null));
            Assert.NotEmpty(program.Sources);
        });
        Assert.Equal(Known.Programs.Sum(program => program.Names.Count), Known.Programs.SelectMany(program => program.Names).Distinct(StringComparer.OrdinalIgnoreCase).Count());
    }

    [Fact]
    public void EverySignalIsReported() => Assert.All(Known.Signals.Concat(Known.Variables), signal => Assert.NotEmpty(signal.Sources));

    [Fact]
    public void VariablesAreFoundInAnyCase()
    {
        Assert.Equal("env-pool", Assert.Single(Known.Of("pool_url")).Id);
        Assert.Empty(Known.Of("DB_POOL_URL"));
    }

    static bool Sees(MiningSignal signal, string example) =>
        (signal.Names.Count == 0 || signal.Names.Contains(example[..example.IndexOf('=', StringComparison.Ordinal)], StringComparer.OrdinalIgnoreCase))
        && signal.Look(Value(signal, example)).Success;

    static string Value(MiningSignal signal, string example) =>
        signal.Names.Count == 0 ? example : example[(example.IndexOf('=', StringComparison.Ordinal) + 1)..];
}
