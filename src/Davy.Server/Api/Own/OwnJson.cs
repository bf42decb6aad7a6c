using System.Text.Json.Serialization;
using Davy.Server.Hosting;

namespace Davy.Server.Api.Own;

/// <summary>What a scan that was sent became.</summary>
/// <param name="Findings">Of its findings.</param>
/// <param name="Doubts">How many doubts were kept or counted again.</param>
/// <param name="RejectedEntries">How many rejected entries were kept or seen again.</param>
sealed record ScanAnswer(FindingCounts Findings, int Doubts, int RejectedEntries);

/// <summary>What became of findings.</summary>
/// <param name="Created">They are new.</param>
/// <param name="Changed">They were known, and something was added.</param>
/// <param name="Unchanged">All of it was known.</param>
/// <param name="Excepted">Somebody answered that they were intended, and they are not kept.</param>
sealed record FindingCounts(int Created, int Changed, int Unchanged, int Excepted);

/// <summary>A page of doubts.</summary>
sealed record DoubtPage(IReadOnlyList<DoubtAnswer> Doubts, string? NextPageToken, long Dropped);

/// <summary>A doubt.</summary>
sealed record DoubtAnswer(string Kind, string Key, string Project, string Detail, string Example, string Place, long Count, DateTimeOffset FirstTime, DateTimeOffset LastTime);

/// <summary>A page of rejected entries.</summary>
sealed record RejectedEntryPage(IReadOnlyList<RejectedEntryAnswer> RejectedEntries, string? NextPageToken, long Dropped);

/// <summary>A rejected entry, without its bytes.</summary>
sealed record RejectedEntryAnswer(string Reason, string Detail, string Place, DateTimeOffset Time);

/// <summary>A request to answer "was it intended?".</summary>
sealed record AnswerRequest
{
    /// <summary>Whether it was; must be given.</summary>
    public bool? Intended { get; init; }

    /// <summary>Who answers for it.</summary>
    public string? Owner { get; init; }

    /// <summary>Why.</summary>
    public string? Reason { get; init; }

    /// <summary>The image that is excepted; null for the finding's.</summary>
    public string? Image { get; init; }

    /// <summary>The resource that is excepted; null for the finding's.</summary>
    public string? Resource { get; init; }

    /// <summary>The last day on which it holds, <c>2026-12-31</c> in UTC; null for 90 days from today.</summary>
    public string? Expires { get; init; }
}

/// <summary>A page of answers.</summary>
sealed record AnswerPage(IReadOnlyList<AnswerAnswer> Answers, string? NextPageToken);

/// <summary>An answer to "was it intended?".</summary>
sealed record AnswerAnswer(
    string Finding, bool Intended, string Image, string Resource, string Owner, string Reason, DateOnly? Expires, string AnsweredBy, DateTimeOffset AnswerTime, DateTimeOffset? WithdrawTime);

/// <summary>How all of it is read and written.</summary>
[JsonSerializable(typeof(ScanAnswer))]
[JsonSerializable(typeof(DoubtPage))]
[JsonSerializable(typeof(RejectedEntryPage))]
[JsonSerializable(typeof(AnswerRequest))]
[JsonSerializable(typeof(AnswerPage))]
[JsonSerializable(typeof(AnswerAnswer))]
[JsonSerializable(typeof(SourceList))]
[JsonSerializable(typeof(DeadLetterPage))]
[JsonSerializable(typeof(DeadLetterContentAnswer))]
[JsonSerializable(typeof(ReplayAnswer))]
[JsonSerializable(typeof(DeploymentPage))]
[JsonSerializable(typeof(DeploymentAnswer))]
[JsonSerializable(typeof(ResponseJournalAnswer))]
[JsonSerializable(typeof(ResponsePage))]
[JsonSerializable(typeof(ResponseAnswer))]
[JsonSerializable(typeof(InspectionPage))]
[JsonSerializable(typeof(ImageAnswer))]
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, AllowDuplicateProperties = false,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, RespectNullableAnnotations = true)]
sealed partial class OwnJson : JsonSerializerContext;
