using System.CommandLine;

namespace Davy.Server.Hosting;

/// <summary>The part of the command line that says what the watch keeps of what fails, and when it alarms.</summary>
static class WatchArguments
{
    const long Mebibyte = 1024 * 1024;

    static readonly Option<int> DeadLetterMebibytes = new("--dead-letter-mebibytes")
    {
        Description = "How much is kept of entries that failed for good (dead letters).",
        DefaultValueFactory = _ => 1_024,
        HelpName = "NUMBER",
    };

    static readonly Option<string> DeadLettersFull = new("--dead-letters-full")
    {
        Description = "When there is no more room: 'keep' a dead letter without its bytes, or 'refuse' it, so that its source delivers it again.",
        DefaultValueFactory = _ => "keep",
        HelpName = "WHAT",
    };

    static readonly Option<int> SilenceHours = new("--silence-hours") { Description = "After how long without an entry a source is silent, which is an alarm.", DefaultValueFactory = _ => (int)new WatchLimits().Silence.TotalHours, HelpName = "HOURS" };

    static readonly Option<int> LagMinutes = new("--lag-minutes") { Description = "How old the newest entry may be while entries come; more is an alarm.", DefaultValueFactory = _ => (int)new WatchLimits().Lag.TotalMinutes, HelpName = "MINUTES" };

    static readonly Option<int> IndicatorDays = new("--indicator-days") { Description = "How old a list of indicators may be; more is an alarm.", DefaultValueFactory = _ => (int)new WatchLimits().IndicatorAge.TotalDays, HelpName = "DAYS" };

    static WatchArguments() => DeadLettersFull.AcceptOnlyFromAmong("keep", "refuse");

    /// <summary>All of them, in the order of the help.</summary>
    public static IEnumerable<Option> All => [SilenceHours, LagMinutes, IndicatorDays, DeadLetterMebibytes, DeadLettersFull];

    /// <summary>Reads them.</summary>
    /// <param name="options">The options so far.</param>
    /// <param name="parsed">The command line.</param>
    /// <returns>The options with these.</returns>
    public static ServerOptions Read(ServerOptions options, ParseResult parsed) => options with
    {
        Alarms = new() { Silence = TimeSpan.FromHours(parsed.GetValue(SilenceHours)), Lag = TimeSpan.FromMinutes(parsed.GetValue(LagMinutes)), IndicatorAge = TimeSpan.FromDays(parsed.GetValue(IndicatorDays)) },
        DeadLetters = new() { Bytes = parsed.GetValue(DeadLetterMebibytes) * Mebibyte, RefuseWhenFull = parsed.GetValue(DeadLettersFull) == "refuse" },
    };

    /// <summary>What is wrong with them: a sentence each.</summary>
    /// <param name="options">The options.</param>
    public static IEnumerable<string> Faults(ServerOptions options)
    {
        const int MostDays = 36_500;
        foreach (var (option, limit, unit) in new[] { ("--silence-hours", options.Alarms.Silence, TimeSpan.FromHours(1)), ("--lag-minutes", options.Alarms.Lag, TimeSpan.FromMinutes(1)), ("--indicator-days", options.Alarms.IndicatorAge, TimeSpan.FromDays(1)) })
        {
            if (limit < unit || limit.TotalDays > MostDays) yield return $"{option} is {limit / unit:0}; it must be at least 1, and at most {MostDays:N0} days.";
        }

        if (options.DeadLetters.Bytes is < 0 or > 1_000_000 * Mebibyte) yield return $"--dead-letter-mebibytes is {options.DeadLetters.Bytes / Mebibyte}; it must be 0 to 1,000,000.";
    }
}
