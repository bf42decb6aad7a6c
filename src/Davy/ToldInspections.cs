using System.Text.Json.Nodes;
using Davy.CloudRun;
using Davy.Detection;
using Davy.Findings;
using Davy.Inspection;
using Davy.Reports;

namespace Davy;

/// <summary>
/// Tells what is in an image to all that use it. A finding shows it; a deployment of an image that runs a miner and is on no list becomes a finding. It may be broken off and begun anew at any
/// point, and it does not matter whether the deployment, the finding or the result came first.
/// </summary>
sealed class ToldInspections(WatchExaminer examiner, DeploymentStore deployments, FindingStore findings, InspectionStore inspections)
{
    const int PageSize = 100;

    /// <summary>Tells a page of those that use one image.</summary>
    /// <param name="keep">Keeps what follows.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>Whether there may be more to tell.</returns>
    public async Task<bool> StepAsync(Func<ObservedEntry, Task> keep, CancellationToken cancel)
    {
        if (await inspections.UntoldAsync(cancel) is not { } image) return false;

        var result = InspectedImageJson.Read(image.Document);
        if (result is { Verdict: ImageVerdict.Miner, IsByDigest: true } && !image.HasLookedBack)
        {
            await LookBackAsync(image, cancel);
            image = image with { HasLookedBack = true };
        }

        var subjects = await inspections.UsesAsync(image, PageSize, cancel);
        List<FindingName> found = [];
        foreach (var subject in subjects)
        {
            if (subject[0] == 'd') await TellDeploymentAsync(subject[1..], image, result, keep, cancel);
            else if (subject[1..].Split(' ') is [var source, var id]) found.Add(new("", source, id));
        }

        if (found.Count > 0) await TellAsync(found, image.Image, result, cancel);
        return await inspections.ToldAsync(image, subjects, cancel);
    }

    /// <summary>Deployments from before images were looked into: those of this digest are written down as its uses.</summary>
    async Task LookBackAsync(KeptInspection image, CancellationToken cancel)
    {
        var after = "";
        while (await deployments.DistinctAsync(after, PageSize, cancel) is { Count: > 0 } page)
        {
            foreach (var (images, one) in page.Where(each => Uses(each.Deployment, image.Image)))
            {
                var key = ImageOf(one, image.Image);
                var last = 0L;
                while (await deployments.EntriesOfAsync(images, last, PageSize, cancel) is { Count: > 0 } entries)
                {
                    await inspections.AddAsync([.. entries.Select(entry => new ImageUse(key, ImageUse.Deployment(entry.Entry), 0))], cancel);
                    last = entries[^1].Key;
                }
            }

            after = page[^1].Images;
        }
    }

    async Task TellDeploymentAsync(string entry, KeptInspection image, InspectedImage result, Func<ObservedEntry, Task> keep, CancellationToken cancel)
    {
        if (result.Verdict is not ImageVerdict.Miner || await deployments.OfEntryAsync(entry, cancel) is not { } kept) return;

        // What a list has is a finding already, which is told by itself.
        var examination = examiner.Judge(kept.Deployment);
        var unlisted = examination.Deployment!.Containers.Where(container => Is(container, image.Image))
            .Where(container => !examination.Findings.Any(found => ReferenceEquals(found.Verdict.Container, container) && found.Verdict.Match.Repository != ""));
        List<Verdict.Malicious> miners = [.. unlisted.Select(container => new Verdict.Malicious(container, InspectedImages.MatchOf(container, null, result)!))];
        if (miners.Count == 0) return;

        var until = await deployments.ReplacedAtAsync(kept.Deployment.Resource, kept.Deployment.At, kept.Images, cancel);
        await keep(await examiner.FoundInsideAsync(examination, miners, result, new(kept.Deployment.At, until), cancel));
        await deployments.CondemnAsync(entry, cancel);
    }

    /// <summary>Findings show what is in their image; where a list has it as possible only, proof by the digest that ran makes it certain.</summary>
    Task<int> TellAsync(List<FindingName> names, string image, InspectedImage result, CancellationToken cancel) => findings.WriteAsync(async (transaction, batch) =>
    {
        var kept = (await FindingWriter.FindAsync(transaction, names, cancel)).OfType<KeptFinding>().ToList();
        return await batch.EditAsync(kept, (_, finding) => Tell(finding, image, result), cancel);
    }, cancel);

    static void Tell(JsonObject finding, string image, InspectedImage result)
    {
        if (finding.At("sourceProperties", "properties") is not JsonObject properties) return;

        var match = properties["match"] as JsonObject;
        var remark = InspectionText.Remark(match.Text("kind") != "", result);
        JsonObject told = new() { ["inspection"] = new JsonArray(JsonNode.Parse(InspectedImageJson.Write(result, remark))) };
        FindingMerge.JoinInspections(properties, told);
        properties["inspection"] = told["inspection"]!.DeepClone();
        if (match is null || result is not { Verdict: ImageVerdict.Miner, IsByDigest: true } || match.Text("certainty") != "possible" || match.Text("repository") == "") return;

        // Anyone who deploys can write an annotation: it proves nothing, whatever is in the image that it names.
        if (match.Text("place").Contains("annotations", StringComparison.Ordinal) || ImageKey.Read(match.Text("repository")) is null) return;

        var why = $"The match is possible: {TextSanitizer.Clean(match.Text("whyPossible")).TrimEnd('.')}.";
        finding["description"] = finding.Text("description").Replace(why, "The match is certain.", StringComparison.Ordinal);
        (match["certainty"], finding["severity"]) = ("certain", Severity.High.Word);
        match.Remove("whyPossible");
        if (finding["sourceProperties"] is JsonObject source && source["detectionPriority"] is not null) source["detectionPriority"] = Severity.High.Word;
    }

    static bool Uses(KeptDeployment deployment, string image) => deployment.Containers.Any(container => ImageKey.Of(container.Image, container.Ran)?.Key == image);

    static ImageKey ImageOf(KeptDeployment deployment, string image) =>
        deployment.Containers.Select(container => ImageKey.Of(container.Image, container.Ran)).OfType<ImageKey>().First(key => key.Key == image);

    static bool Is(Container container, string image) => ImageKey.Of(container.Image?.Text ?? "", container.Ran?.Text ?? "")?.Key == image;
}
