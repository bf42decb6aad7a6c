using System.Collections;
using System.CommandLine;
using Davy.Findings;
using Davy.Server.Hosting;

namespace Davy.Server.Ingest;

/// <summary><c>davyd dead-letters list|show|replay|purge</c>, as the command line has them; <see cref="DeadLetterCommands"/> does the work.</summary>
static class DeadLetterArguments
{
    static readonly Option<string> Format = ListCommand.Format();

    static readonly Option<string?> Output = new("--output") { Description = "Write the bytes as they are to a new file, mode 0600, and not to standard output.", HelpName = "FILE" };

    static readonly Option<string?> Organization = new("--organization") { Description = "The number of your organisation, as the server is told it.", HelpName = "NUMBER" };

    static readonly Option<bool> All = new("--all") { Description = "All letters." };

    static readonly Option<int?> Confirm = new("--confirm") { Description = "How many letters are to be thrown away; without it, it is told what would go.", HelpName = "COUNT" };

    static readonly Argument<long> Id = new("ID") { Description = "The letter's id, as the list shows it." };

    static readonly Argument<long[]> Ids = new("ID") { Description = "The letters' ids, as the list shows them.", Arity = ArgumentArity.ZeroOrMore };

    /// <summary>The commands.</summary>
    /// <param name="environment">The process's environment.</param>
    /// <param name="output">Where answers go.</param>
    /// <param name="error">Where all else goes.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="configured">What the server is told, by which a replayed entry is judged.</param>
    /// <param name="filters">Reads the filters of mute and notification configs, which act on findings that come of a replay.</param>
    public static Command Commands(IDictionary environment, StandardOutput output, TextWriter error, TimeProvider clock, Func<ServerOptions> configured, ReadFilter filters)
    {
        Command list = new("list", "List the dead letters: id, source, what failed, place, size. Never their bytes.") { Format };
        list.SetAction((parsed, cancel) => WithAsync(parsed, (letters, _) => letters.ListAsync(parsed.GetValue(Format) == "json", cancel), cancel));
        HelpExamples.AddTo(list, "davyd dead-letters list", "davyd dead-letters list --format json");

        Command show = new("show", "Show a dead letter with its bytes, made safe for a terminal. They may hold secrets: to whom they were shown is kept.") { Id, Output };
        show.SetAction((parsed, cancel) => WithAsync(parsed, (letters, _) => letters.ShowAsync(parsed.GetValue(Id), parsed.GetValue(Output), cancel), cancel));
        HelpExamples.AddTo(show, "davyd dead-letters show 17", "davyd dead-letters show 17 --output entry.json");

        Command replay = new("replay", "Run dead letters through the watch again: what gives its finding is removed, what fails again stays. Exit code 1 where one stays.") { Ids, All, Organization };
        replay.SetAction((parsed, cancel) => WithAsync(parsed, async (letters, database) =>
        {
            await using FindingStore findings = new(database, filters, clock);
            var told = configured();
            await using Watch watch = new(IngestSetup.Settings(told with { Organization = parsed.GetValue(Organization) ?? told.Organization }), database, findings, clock);
            return await letters.ReplayAsync(watch, Chosen(parsed), cancel);
        }, cancel));
        HelpExamples.AddTo(replay, "davyd dead-letters replay 17 18", "davyd dead-letters replay --all");

        Command purge = new("purge", "Throw dead letters away. What they told is lost.") { Ids, All, Confirm };
        purge.SetAction((parsed, cancel) => WithAsync(parsed, (letters, _) => letters.PurgeAsync(Chosen(parsed), parsed.GetValue(Confirm), cancel), cancel));
        HelpExamples.AddTo(purge, "davyd dead-letters purge 17 --confirm 1", "davyd dead-letters purge --all");

        return new("dead-letters", "The entries that were read and failed for good. They are kept in the server's database, which these commands open themselves.") { list, show, replay, purge };

        Task<int> WithAsync(ParseResult parsed, Func<DeadLetterCommands, Davy.Storage.Database, Task<int>> run, CancellationToken cancel) =>
            ListCommand.WithAsync(parsed, environment, clock, database => run(new(new(database, clock, new()), output, error), database), cancel);
    }

    /// <exception cref="OptionException">Neither letters nor all of them were named, or both.</exception>
    static long[]? Chosen(ParseResult parsed) => (parsed.GetValue(Ids), parsed.GetValue(All)) switch
    {
        ({ Length: > 0 } ids, false) => [.. ids.Distinct()],
        (null or [], true) => null,
        _ => throw new OptionException("Name the letters by their ids, or say --all."),
    };
}
