using System.Globalization;
using System.Text.Json.Nodes;
using Davy.Findings;
using Davy.Server.Api.Requests;

namespace Davy.Server.Api.Own;

/// <summary>Answers to "was it intended?".</summary>
/// <param name="answers">The answers.</param>
/// <param name="findings">The findings.</param>
/// <param name="paging">The pages.</param>
/// <param name="time">The clock.</param>
sealed class AnswerMethods(AnswerStore answers, FindingStore findings, Paging paging, TimeProvider time)
{
    const int DefaultDays = 90;
    const int MostDays = 3_660;
    const int MostText = 2_048;

    /// <summary><c>POST /davy/v1/…/findings/FINDING:answer</c>.</summary>
    /// <param name="text">The finding's name.</param>
    /// <param name="request">The request.</param>
    /// <param name="cancel">Stops it.</param>
    public async Task<IResult> AddAsync(string text, HttpRequest request, CancellationToken cancel)
    {
        OwnRequests.CheckQuery(request);
        var name = Names.Finding("name", text);
        var asked = await OwnRequests.BodyAsync(request, OwnJson.Default.AnswerRequest, cancel);
        if (await findings.FindAsync(name, cancel) is not { } kept || !kept.MayBeBelow(name.Node)) throw Faults.NotFound(FindingWrites.Type, name.ToString());
        var answer = Read(kept, asked) with { AnsweredBy = request.HttpContext.User.Identity?.Name is { Length: > 0 } caller ? caller : "unknown" };
        return Results.Json(Written(await answers.AddAsync(answer, cancel)), OwnJson.Default.AnswerAnswer);
    }

    /// <summary><c>GET /davy/v1/answers</c>.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancel">Stops it.</param>
    public async Task<IResult> ListAsync(HttpRequest request, CancellationToken cancel)
    {
        FindingName? finding = OwnRequests.Text(request, "finding") is { Length: > 0 } text ? Names.Finding("finding", text) : null;
        var (kept, next) = await OwnLists.PageAsync(request, paging, ["answers", finding?.ToString() ?? ""],
            (before, size, stop) => answers.PageAsync(finding, before, size, stop), answer => answer.Key, cancel, "finding", "pageSize", "pageToken");
        return Results.Json(new AnswerPage([.. kept.Select(Written)], next), OwnJson.Default.AnswerPage);
    }

    Answer Read(KeptFinding finding, AnswerRequest asked)
    {
        var isIntended = asked.Intended ?? throw Faults.Missing("intended");
        Answer answer = new() { Finding = finding.Name, Intended = isIntended, Owner = Text("owner", asked.Owner), Reason = Text("reason", asked.Reason), AnsweredBy = "" };
        if (!isIntended)
        {
            foreach (var (field, value) in new[] { ("image", asked.Image), ("resource", asked.Resource), ("expires", asked.Expires) })
            {
                if (!string.IsNullOrEmpty(value)) throw Faults.Invalid(field, "INVALID_VALUE", "it is for what was intended; what was not makes no exception.");
            }

            return answer;
        }

        if (answer.Owner == "") throw Faults.Missing("owner");
        if (answer.Reason == "") throw Faults.Missing("reason");
        var (image, resource) = (Text("image", asked.Image), Text("resource", asked.Resource));
        if (image == "" && resource == "") (image, resource) = Of(finding);
        return answer with { Image = image, Resource = resource, Expires = Expires(asked.Expires ?? "") };
    }

    /// <summary>An exception for what the finding shows and nothing more: this image, on this resource.</summary>
    static (string Image, string Resource) Of(KeptFinding finding)
    {
        var properties = JsonNode.Parse(finding.Content.Document)?["sourceProperties"]?["properties"];
        var resource = FindingMatter.Resource(properties);
        if (resource == "") throw Faults.Invalid("resource", "REQUIRED", "the finding tells no Cloud Run resource; give 'image' or 'resource'.");
        return (FindingMatter.Repository(properties), resource);
    }

    DateOnly Expires(string text)
    {
        var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        if (text == "") return today.AddDays(DefaultDays);
        if (!DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)) throw Faults.Invalid("expires", "INVALID_VALUE", "it must be a day, as in 2026-12-31.");
        if (day < today || day.DayNumber - today.DayNumber > MostDays) throw Faults.Invalid("expires", "OUT_OF_RANGE", "it must be today or later, and within ten years.");
        return day;
    }

    static string Text(string field, string? text)
    {
        if (text is null) return "";
        if (text.Length > MostText || text.Any(char.IsControl)) throw Faults.Invalid(field, "INVALID_VALUE", $"it has at most {MostText} characters, and no control characters.");
        return text.Trim();
    }

    static AnswerAnswer Written(Answer answer) => new(
        answer.Finding.Node == "" ? $"sources/{answer.Finding.SourceId}/findings/{answer.Finding.FindingId}" : answer.Finding.ToString(),
        answer.Intended, answer.Image, answer.Resource, answer.Owner, answer.Reason, answer.Intended ? answer.Expires : null, answer.AnsweredBy, answer.AnsweredAt, answer.WithdrawnAt);
}
