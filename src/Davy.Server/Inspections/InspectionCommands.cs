using System.Collections;
using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Davy.Findings;
using Davy.Reports;
using Davy.Server.Hosting;

namespace Davy.Server.Inspections;

/// <summary><c>davyd inspections list|show</c>.</summary>
static class InspectionCommands
{
    static readonly Option<string> Format = ListCommand.Format();

    static readonly Option<string> Image = new("--image") { Description = "The image of this digest (sha256:…), or of this reference.", HelpName = "IMAGE", DefaultValueFactory = _ => "" };

    static readonly Option<string> Verdict = new("--verdict") { Description = "Those of this verdict: miner, containsMiner, suspicious, mentionsMiners, clean or notVerified.", HelpName = "VERDICT", DefaultValueFactory = _ => "" };

    static readonly Option<int> Limit = ListCommand.Limit("those seen last first");

    static readonly Argument<long> Id = new("ID") { Description = "The image's id, as the list shows it." };

    static InspectionCommands() => Verdict.AcceptOnlyFromAmong("", "miner", "containsMiner", "suspicious", "mentionsMiners", "clean", "notVerified");

    /// <summary>The commands.</summary>
    /// <param name="environment">The process's environment.</param>
    /// <param name="output">Where answers go.</param>
    /// <param name="clock">The clock.</param>
    public static Command Commands(IDictionary environment, StandardOutput output, TimeProvider clock)
    {
        Command list = new("list", "List the images that are looked into in the background: what came of each, and what waits.") { Image, Verdict, Limit, Format };
        list.SetAction((parsed, cancel) => WithAsync(parsed, store => ListAsync(parsed, store, output, cancel), cancel));
        HelpExamples.AddTo(list, "davyd inspections list", "davyd inspections list --verdict miner --format json");

        Command show = new("show", "Show an image and the proof, as JSON.") { Id };
        show.SetAction((parsed, cancel) => WithAsync(parsed, async store =>
        {
            var id = parsed.GetValue(Id);
            var found = await store.FindAsync(id, cancel) ?? throw new OptionException($"There is no image {id.ToString(CultureInfo.InvariantCulture)}; 'davyd inspections list' shows those that are known.");
            await output.Writer.WriteLineAsync(JsonSerializer.Serialize(ImageAnswer.Of(found), InspectionJson.Default.ImageAnswer));
            return 0;
        }, cancel));
        HelpExamples.AddTo(show, "davyd inspections show 17");

        return new("inspections", "The images that davyd looks into in the background (--inspect). They are kept in the server's database, which these commands open themselves.") { list, show };

        Task<int> WithAsync(ParseResult parsed, Func<InspectionStore, Task<int>> run, CancellationToken cancel) => ListCommand.WithAsync(parsed, environment, clock, database => run(new(database, clock)), cancel);
    }

    static async Task<int> ListAsync(ParseResult parsed, InspectionStore store, StandardOutput output, CancellationToken cancel)
    {
        InspectionQuery query = new() { Image = parsed.GetValue(Image)!, Verdict = parsed.GetValue(Verdict)! };
        var all = await ListCommand.ReadAsync(parsed.GetValue(Limit), (before, size) => store.ListAsync(query, before, size, cancel), each => each.Key);
        if (parsed.GetValue(Format) == "json")
        {
            await output.Writer.WriteLineAsync(JsonSerializer.Serialize([.. all.Select(ImageAnswer.Of)], InspectionJson.Default.ImageAnswerArray));
            return 0;
        }

        List<string[]> rows = [["ID", "STATE", "VERDICT", "SEEN", "IMAGE", "FAULT"]];
        rows.AddRange(all.Select(each => new[]
        {
            each.Key.ToString(CultureInfo.InvariantCulture), each.State, each.Verdict == "" ? "none yet" : each.Verdict, each.LastAt.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
            TextSanitizer.Clean(each.Image), TextSanitizer.Clean(each.Fault),
        }));
        await TextTable.WriteAsync(output.Writer, rows);
        return 0;
    }
}
