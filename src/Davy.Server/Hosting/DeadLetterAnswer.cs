using System.Text.Json.Serialization;
using Davy.Findings;

namespace Davy.Server.Hosting;

/// <summary>A dead letter, without its bytes, as the API and the command line give it.</summary>
/// <param name="Id">How it is called.</param>
/// <param name="Source">The source that brought it.</param>
/// <param name="Place">Where it stood.</param>
/// <param name="Reason"><c>examining</c>, <c>judging</c> or <c>keeping</c>.</param>
/// <param name="Detail">One sentence.</param>
/// <param name="Time">When it failed first.</param>
/// <param name="Size">How many bytes it has.</param>
/// <param name="Sha256">Their checksum.</param>
/// <param name="HasContent">Whether they are kept.</param>
/// <param name="Attempts">How often it was replayed and failed again.</param>
/// <param name="LastAttemptTime">When it was replayed last; left out for never.</param>
sealed record DeadLetterAnswer(
    long Id, string Source, string Place, string Reason, string Detail, DateTimeOffset Time, long Size, string Sha256, bool HasContent, long Attempts, DateTimeOffset? LastAttemptTime)
{
    /// <summary>The answer for a letter.</summary>
    /// <param name="letter">The letter.</param>
    public static DeadLetterAnswer Of(KeptDeadLetter letter) => new(
        letter.Key, letter.Source, letter.Place, letter.Reason.ToString().ToLowerInvariant(), letter.Detail, letter.SeenAt, letter.Size, letter.Hash, letter.HasContent, letter.Attempts, letter.AttemptedAt);
}

/// <summary>How the command line writes it.</summary>
[JsonSerializable(typeof(DeadLetterAnswer[]))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
sealed partial class DeadLetterJson : JsonSerializerContext;
