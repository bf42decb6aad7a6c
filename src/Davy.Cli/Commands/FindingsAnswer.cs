using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Davy.Cli.Client;
using Davy.Cli.Output;

namespace Davy.Cli.Commands;

/// <summary><c>davy findings answer</c>: was it intended? The response to a finding begins with that question.</summary>
static class FindingsAnswer
{
    const int MostDays = 3_660;

    static readonly Option<bool> Intended = new("--intended") { Description = "It was: an exception, for which an owner answers until a day." };

    static readonly Option<bool> NotIntended = new("--not-intended") { Description = "It was not. An exception of an earlier answer ends." };

    static readonly Option<string?> Owner = new("--owner") { Description = "Who answers for it.", HelpName = "WHO" };

    static readonly Option<string?> Reason = new("--reason") { Description = "Why.", HelpName = "WHY" };

    static readonly Option<string?> Expires = new("--expires") { Description = "The exception's last day in UTC, as in 2026-12-31, or for how many days, as in 30d; 90 days unless said otherwise.", HelpName = "DAY" };

    static readonly Option<string?> Image = new("--image") { Description = "What the exception covers: this image. Without --image and --resource: the finding's image on the finding's resource.", HelpName = "REF" };

    static readonly Option<string?> Resource = new("--resource") { Description = "What the exception covers: this resource, as in projects/P/locations/L/services/S.", HelpName = "NAME" };

    static readonly string[] Columns = ["intended", "expires", "owner", "reason", "image", "resource", "finding"];

    /// <summary>Makes the command.</summary>
    public static Command Create(Terminal terminal, TimeProvider clock, ServerSettings settings)
    {
        Command command = new("answer", "Answer whether what a finding tells was intended.") { FindingsOptions.Finding, Intended, NotIntended, Owner, Reason, Expires, Image, Resource };
        foreach (var option in FindingsOptions.Answers) command.Options.Add(option);
        return FindingsCall.Make(command, terminal, clock, settings, async (call, cancel) =>
        {
            var answer = Answer(call.Parsed, DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime));
            var kept = await call.Api.AnswerAsync(call.Finding(), answer, cancel);
            await using var output = terminal.OpenOut();
            using ResultWriting writing = new(call.Format(), Columns, output);
            writing.WriteOne(kept);
            return ExitCode.Clean;
        },
            "davy findings answer FINDING --intended --owner red-team@example.com --reason 'An exercise.' --expires 30d",
            "davy findings answer FINDING --not-intended");
    }

    static JsonObject Answer(ParseResult parsed, DateOnly today)
    {
        var isIntended = parsed.GetValue(Intended);
        if (isIntended == parsed.GetValue(NotIntended)) throw new UsageException("was it intended? Say --intended, with --owner and --reason, or --not-intended.");

        JsonObject answer = new() { ["intended"] = isIntended };
        Add("owner", parsed.GetValue(Owner));
        Add("reason", parsed.GetValue(Reason));
        if (!isIntended)
        {
            if (new[] { Expires, Image, Resource }.FirstOrDefault(option => parsed.GetValue(option) is not null) is { } wrong) throw new UsageException($"{wrong.Name} is for what was intended.");
            return answer;
        }

        if (string.IsNullOrWhiteSpace(parsed.GetValue(Owner)) || string.IsNullOrWhiteSpace(parsed.GetValue(Reason))) throw new UsageException("an exception needs --owner, who answers for it, and --reason.");
        Add("image", parsed.GetValue(Image));
        Add("resource", parsed.GetValue(Resource));
        if (parsed.GetValue(Expires) is { } text) Add("expires", Day(text, today).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        return answer;

        void Add(string name, string? value)
        {
            if (value is not null) answer[name] = value;
        }
    }

    static DateOnly Day(string text, DateOnly today)
    {
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)) return day;
        return text is [.. var days, 'd'] && int.TryParse(days, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count <= MostDays
            ? today.AddDays(count)
            : throw new UsageException("--expires: it is neither a day, as in 2026-12-31, nor a number of days, as in 90d.");
    }
}
