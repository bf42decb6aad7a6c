using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Davy.Findings;
using Davy.Images;
using Davy.Images.Content;
using Davy.Indicators;
using Davy.Inspection;
using Davy.Reports;

namespace Davy;

/// <summary>
/// Looks into the images that wait in the database, one a step. Many may work at once, on several servers: an image is claimed by one. What it comes to is kept with the image; that it is told to
/// findings and deployments is another's work (<see cref="Watch.TellInspectionsAsync"/>).
/// </summary>
/// <param name="watch">The watch, which knows the lists and the images.</param>
/// <param name="answers">What people answered: an image that is allowed is not asked for.</param>
/// <param name="settings">How.</param>
/// <param name="time">The clock.</param>
public sealed class BackgroundInspections(Watch watch, AnswerStore answers, BackgroundInspectionSettings settings, TimeProvider time)
{
    const int UsesRead = 200;

    static readonly TimeSpan LeaseBeyond = TimeSpan.FromMinutes(1);
    static readonly TimeSpan AllowedAgain = TimeSpan.FromDays(1);

    /// <summary>The waits after attempts that failed; the last holds for all others.</summary>
    static readonly TimeSpan[] Waits = [TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2), TimeSpan.FromHours(12)];

    // A list of a million takes long to read through, and this is asked each second.
    volatile Judge? _judge;

    InspectionStore Store => watch.Inspections;

    /// <summary>Looks into the image that is due first.</summary>
    /// <param name="cancel">Breaks it off; the image is put back, and due at once.</param>
    /// <returns>What it came to; null where none is due.</returns>
    /// <exception cref="System.Data.Common.DbException">The database failed.</exception>
    public async Task<InspectionStep?> StepAsync(CancellationToken cancel)
    {
        if (await Store.ClaimAsync(settings.Limit + LeaseBeyond, cancel) is not { } claimed) return null;
        var start = time.GetTimestamp();
        try
        {
            return await InspectAsync(claimed, start, cancel);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            await Store.PutBackAsync(claimed, claimed.Image.Fault, TimeSpan.Zero, counts: false, CancellationToken.None);
            throw;
        }
    }

    /// <summary>What tells the present lists, program and settings from others: an image is asked for again when they change.</summary>
    /// <param name="indicators">The lists.</param>
    public string JudgedBy(IndicatorSet indicators)
    {
        if (_judge is { } known && ReferenceEquals(known.Indicators, indicators)) return known.Print;
        Judge judge = new(indicators, Convert.ToHexStringLower(SHA256.HashData([.. LookBack.PrintOf(indicators, Upstreams.None), .. Encoding.UTF8.GetBytes($"{ReportOptions.Default.DavyVersion} {settings.AsksForListed}")]))[..32]);
        _judge = judge;
        return judge.Print;
    }

    async Task<InspectionStep> InspectAsync(ClaimedInspection claimed, long start, CancellationToken cancel)
    {
        var image = claimed.Image;
        var indicators = watch.Indicators;
        var (uses, all) = await Store.UsedByAsync(image.Image, UsesRead, cancel);
        if (await IsAllowedAsync(image.Image, uses, all, cancel)) return await SkipAsync("All deployments of it are allowed by an answer.", AllowedAgain);
        if (!image.IsByDigest && await AreToldByDigestAsync(image.Image, uses, all, cancel)) return await SkipAsync("The log tells the digest that this tag stood for; that is looked into instead.", null);

        List<(ImageReference Reference, bool IsListed)> places =
            [.. image.References.Select(text => (Reference: Reference(text), IsListed: indicators.Match(ImageSpelling.Read(text)) is not null)).Where(place => place.Reference is not null).Select(place => (place.Reference!, place.IsListed))];
        var isListed = places.Count > 0 && places.All(place => place.IsListed);
        if (places.Count == 0) return await FinishAsync(NotVerified("where it is cannot be read as the name of an image in a registry."));
        if (isListed && !settings.AsksForListed) return await FinishAsync(NotVerified("it is on a list, and to ask for it may tell its owner; --inspect-listed asks all the same."));

        List<(InspectedImage Image, bool MayPass)> results = [];
        foreach (var (reference, _) in places.Where(place => settings.AsksForListed || !place.IsListed))
        {
            results.Add(await AskAsync(reference, image.IsByDigest, cancel));
            if (results[^1].Image is { Verdict: ImageVerdict.Miner } or { WhyNot: "" } || time.GetElapsedTime(start) >= settings.Limit) break;
        }

        // A place that shows a part of it says more than one that shows nothing.
        var best = results.Find(result => result.Image.WhyNot == "") is { Image: { } whole } ? whole : results.MaxBy(result => result.Image.Verdict).Image;
        if (best.Verdict is not ImageVerdict.NotVerified || !results.Exists(result => result.MayPass)) return await FinishAsync(best);
        if (image.Attempts >= settings.Tries)
        {
            var given = await FinishAsync(best with { WhyNot = string.Create(CultureInfo.InvariantCulture, $"{best.WhyNot} It was tried {image.Attempts} times.") });
            return given with { HasFailed = true };
        }

        var wait = Waits[Math.Min((int)image.Attempts, Waits.Length) - 1];
        await Store.PutBackAsync(claimed, best.WhyNot, wait, counts: true, cancel);
        return Step(null) with { HasFailed = true, Fault = best.WhyNot };

        InspectionStep Step(ImageVerdict? verdict) => new(image.Image, verdict, time.GetElapsedTime(start));

        InspectedImage NotVerified(string why) => new() { Image = places.Count == 0 ? image.Image : places[0].Reference.ToString(), IsByDigest = image.IsByDigest, Verdict = ImageVerdict.NotVerified, WhyNot = why };

        async Task<InspectionStep> SkipAsync(string why, TimeSpan? wait)
        {
            await Store.PutBackAsync(claimed, why, wait, counts: false, cancel);
            return Step(null);
        }

        async Task<InspectionStep> FinishAsync(InspectedImage result)
        {
            // What was seen before stays where it cannot be looked at any more.
            var isKnown = result.Verdict is ImageVerdict.NotVerified && image.Result > 0;
            await Store.FinishAsync(claimed, JudgedBy(indicators), ImageWords.Value(result.Verdict), isKnown && image.Verdict != "notVerified" ? null : InspectedImageJson.Write(result), time.GetElapsedTime(start),
                [.. Doubts(result, isListed, uses, all)], cancel);
            return Step(result.Verdict) with { Fault = result.WhyNot };
        }
    }

    /// <summary>Asks for an image at one place; whether what went wrong may pass by itself.</summary>
    async Task<(InspectedImage Image, bool MayPass)> AskAsync(ImageReference reference, bool isByDigest, CancellationToken cancel)
    {
        var name = reference.ToString();
        var answer = await settings.Ask(reference, cancel);
        if (answer.Fault != "") return (Failed(answer.Fault), true);
        try
        {
            var (image, failure) = InspectedImageJson.OfReport(answer.Report.Span, name, isByDigest);
            return (image, failure is UnreadableReason.Unreachable);
        }
        catch (JsonException fault)
        {
            return (Failed($"What the inspection wrote is no report: {fault.Message}"), true);
        }

        InspectedImage Failed(string why) => new() { Image = name, IsByDigest = isByDigest, Verdict = ImageVerdict.NotVerified, WhyNot = why };
    }

    /// <summary>The reference, unless it would be taken for a file by the program that is given it.</summary>
    static ImageReference? Reference(string text) =>
        ImageReference.TryParse(text, out var reference, out _) && !text.StartsWith("oci:", StringComparison.Ordinal) && !text.StartsWith("docker-archive:", StringComparison.Ordinal) ? reference : null;

    async Task<bool> IsAllowedAsync(string image, List<KeptDeployment> uses, long all, CancellationToken cancel)
    {
        if (uses.Count < all) return false;
        var exceptions = await answers.ExceptionsAsync(cancel);
        var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        return exceptions.Entries.Count > 0 && uses.All(use => use.Containers.Where(container => ImageKey.Of(container.Image, container.Ran)?.Key == image)
            .All(container => exceptions.Covers(ImageSpelling.Read(container.Image).Reference, use.Resource.AdminName, today) is not null));
    }

    async Task<bool> AreToldByDigestAsync(string image, List<KeptDeployment> uses, long all, CancellationToken cancel)
    {
        if (uses.Count < all) return false;
        foreach (var use in uses)
        {
            if (!await watch.Deployments.IsToldByDigestAsync(use, image, cancel)) return false;
        }

        return uses.Count > 0;
    }

    static IEnumerable<Doubt> Doubts(InspectedImage result, bool isListed, List<KeptDeployment> uses, long all)
    {
        var (kind, said) = result.Verdict switch
        {
            ImageVerdict.ContainsMiner when !isListed => (DoubtKind.SuspectImage, $"contains a miner, and nothing was seen to start it: {InspectionText.Proof(result)}"),
            ImageVerdict.Suspicious when !isListed => (DoubtKind.SuspectImage, $"is suspicious: {InspectionText.Proof(result)}"),
            ImageVerdict.NotVerified => (DoubtKind.ImageNotVerified, $"was not verified: {result.WhyNot}"),
            _ => (default, ""),
        };
        if (said == "") yield break;

        var first = uses.FirstOrDefault();
        var more = all > 1 ? $" and {all - 1} more" : "";
        var where = first is null ? "" : $" It is on {first.Resource.AdminName}{more}.";
        yield return new(kind, result.Image, $"{result.Image} {said.TrimEnd('.')}.{where}", first is null ? default : Logs.EntryLocation.Read(first.Place)) { Project = first?.Resource.Project ?? "" };
    }

    sealed record Judge(IndicatorSet Indicators, string Print);
}

/// <summary>How images are looked into in the background.</summary>
public sealed record BackgroundInspectionSettings
{
    /// <summary>Asks for an image: starts the program that does, and waits for it.</summary>
    public required Func<ImageReference, CancellationToken, Task<InspectionAnswer>> Ask { get; init; }

    /// <summary>The longest that one place may take; a claim holds a minute longer.</summary>
    public TimeSpan Limit { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>How often a registry that does not answer is asked.</summary>
    public int Tries { get; init; } = 6;

    /// <summary>Whether images that are on a list are asked for, which may tell their owner.</summary>
    public bool AsksForListed { get; init; }
}

/// <summary>What the program answered that looked into an image.</summary>
/// <param name="Report">Its report, JSON; empty where it failed.</param>
/// <param name="Fault">Why it failed, one sentence without secrets; empty where it did not.</param>
public sealed record InspectionAnswer(ReadOnlyMemory<byte> Report, string Fault);

/// <summary>What one step came to.</summary>
/// <param name="Image">The image.</param>
/// <param name="Verdict">The verdict; null where there is none yet.</param>
/// <param name="Took">How long it took.</param>
public sealed record InspectionStep(string Image, ImageVerdict? Verdict, TimeSpan Took)
{
    /// <summary>Whether the registry or the program failed.</summary>
    public bool HasFailed { get; init; }

    /// <summary>Why it was not looked at; empty where it was. May quote a registry: hostile.</summary>
    public string Fault { get; init; } = "";
}
