using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Davy.Cli.Output;
using Davy.Images;
using Davy.Images.Content;
using Davy.Inspection;
using Davy.Reports;
using Davy.Responses;

namespace Davy.Cli.Commands;

/// <summary>Looks into the images of a workload for a plan, keeps what was found beside the records, and saves images as evidence.</summary>
static class RespondInspection
{
    const int MostImages = 10;

    /// <summary>What is said of a workload's images: looked into now where that was asked for, else as it was kept.</summary>
    /// <param name="call">The run of the command.</param>
    /// <param name="workload">The workload.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="UsageException">Something that was said cannot be used.</exception>
    public static async Task<IReadOnlyList<KeptInspection>> OfAsync(RespondCall call, Workload workload, CancellationToken cancel)
    {
        var images = Images(call, workload);
        if (call.Inspection is not { } how) return [.. images.Select(image => Kept(call, image)).OfType<KeptInspection>()];

        List<KeptInspection> all = [];
        foreach (var image in images)
        {
            if (!how.AsksForListed && IsListed(call, image))
            {
                call.Terminal.Error.WriteLine($"davy: {TextSanitizer.Clean(image)} is on a list, and was not looked into: asking its registry may tell its owner. Add --yes to ask all the same.");
                if (Kept(call, image) is { } before) all.Add(before);
                continue;
            }

            var inspection = KeptInspection.Of(image, await ReportAsync(how, image, cancel), call.Clock.GetUtcNow());
            all.Add(inspection);
            Keep(call, inspection);
        }

        return all;
    }

    /// <summary>Saves the images of what is listed as evidence, as <c>davy image inspect --save</c> does.</summary>
    /// <param name="call">The run of the command.</param>
    /// <param name="plan">The plan.</param>
    /// <returns>One an image; none where it was not asked for.</returns>
    public static IEnumerable<ResponseEvidence> Saving(RespondCall call, ResponsePlan plan)
    {
        if (!call.Parsed.GetValue(RespondOptions.SaveImage)) yield break;
        yield return new("images.json", "the image", async (folder, cancel) =>
        {
            if (await call.Reader.ReadAsync(plan.Resource, cancel) is not { } workload) throw new IOException("the workload is not there any more.");
            JsonArray saved = [];
            foreach (var image in workload.Parts.Where(part => part.IsListed).SelectMany(part => part.Containers).Select(Named).Distinct(StringComparer.Ordinal).Take(MostImages))
            {
                if (!call.Parsed.GetValue(ImageOptions.Yes) && IsListed(call, image)) throw new IOException($"{image} is on a list, and asking its registry may tell its owner: add --yes, or leave --save-image out.");
                var place = Path.Combine(folder, $"image-{saved.Count + 1}");
                try
                {
                    using var source = Registries(call)(Parsed(image));
                    var report = await new ImageInspector(Settings(call)).InspectAsync(image, source, cancel);
                    if (report.Images.Count == 0) throw new IOException($"{image}: {report.Failure?.Text ?? "there is nothing to save."}");
                    await new ImageSaving(place, ImageLimits.Default).SaveAsync(report, source, cancel);
                    var json = KeptInspection.Of(image, report, call.Clock.GetUtcNow()).ToJson();
                    json["folder"] = Path.GetFileName(place);
                    saved.Add((JsonNode)json);
                }
                catch (UnreadableImageException fault)
                {
                    throw new IOException($"{image}: {fault.Message}", fault);
                }
            }

            return new() { ["images"] = saved };
        });
    }

    /// <summary>The images of a workload, and one that was named: by their digests where these are known.</summary>
    static List<string> Images(RespondCall call, Workload workload) =>
        [.. workload.Parts.SelectMany(part => part.Containers).Select(Named).Append(call.Parsed.GetValue(RespondOptions.Image) ?? "").Where(image => image != "" && ImageReference.TryParse(image, out _, out _)).Distinct(StringComparer.Ordinal).Take(MostImages)];

    static string Named(CloudRun.Container container) => RevisionChoice.Pinned(container) ?? container.Image?.Text ?? "";

    static bool IsListed(RespondCall call, string image) => ImageSpelling.Read(image) is { IsReadable: true } read && call.Indicators.Match(read) is not null;

    static async Task<ImageReport> ReportAsync(ScanInspection how, string image, CancellationToken cancel)
    {
        try
        {
            using var source = how.Open(Parsed(image));
            return await new ImageInspector(how.Settings).InspectAsync(image, source, cancel);
        }
        catch (UnreadableImageException fault)
        {
            return new() { Name = image, Lists = [], Failure = new(fault.Reason, fault.Message) };
        }
    }

    static ImageReference Parsed(string image) =>
        ImageSpelling.Read(image) is { IsReadable: true } read ? read.Reference : throw new UnreadableImageException(UnreadableReason.Missing, "It is no image that a registry could have.");

    static Func<ImageReference, IImageSource> Registries(RespondCall call) => ImageSources.Registries(call.Parsed, ImageLimits.Default, call.Google.Credentials, call.Clock);

    static InspectionSettings Settings(RespondCall call) => new() { Indicators = call.Indicators, AllLayers = true, Clock = call.Clock };

    static string? FileOf(RespondCall call, KeptInspection? inspection, string image) =>
        (call.Parsed.GetValue(RespondOptions.Records) ?? call.Settings.Records) is { Length: > 0 } folder && (inspection?.Digest ?? (ImageReference.TryParse(image, out var reference, out _) ? reference.Digest : null)) is { } digest
            ? Path.Combine(folder, "inspections", $"{digest.Hex}.json") : null;

    /// <summary>Only what was named by its digest is kept: a tag may lead elsewhere tomorrow.</summary>
    static void Keep(RespondCall call, KeptInspection inspection)
    {
        if (inspection.Verdict is ImageVerdict.NotVerified || FileOf(call, inspection, inspection.Image) is not { } file) return;
        var folder = Path.GetDirectoryName(file)!;
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
        else Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        AtomicFile.Write(file, stream => stream.Write(Encoding.UTF8.GetBytes(inspection.ToJson().ToJsonString())));
    }

    static KeptInspection? Kept(RespondCall call, string image)
    {
        try
        {
            return FileOf(call, null, image) is { } file && File.Exists(file) ? KeptInspection.Of(JsonElement.Parse(UserFile.Read(file))) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
