using Davy.CloudRun;
using Davy.Images;
using Davy.Indicators;

namespace Davy.Detection;

/// <summary>
/// <em>Execution: Cryptomining Docker Image</em>: a container was given an image that is known to be bad and able to mine. Mirrors the detector of Event Threat Detection
/// (https://cloud.google.com/security-command-center/docs/findings/threats/cloud-run-cryptomining-docker-images).
/// </summary>
/// <param name="upstreams">What stands behind remote repositories and mirrors.</param>
public sealed class CryptominingDockerImage(Upstreams upstreams) : IDetector
{
    /// <inheritdoc/>
    public string Category => "Execution: Cryptomining Docker Image";

    /// <inheritdoc/>
    public string Rule => "cloud_run_cryptomining_docker_images";

    /// <inheritdoc/>
    public string Tactic => "EXECUTION";

    /// <inheritdoc/>
    public string Technique => "DEPLOY_CONTAINER";

    /// <inheritdoc/>
    public string TechniquePage => "https://attack.mitre.org/techniques/T1610/";

    /// <inheritdoc/>
    public IEnumerable<Verdict> Judge(Deployment deployment, IndicatorSet indicators)
    {
        foreach (var container in deployment.Containers)
        {
            if (container.Image is not null) yield return Judge(container, indicators);
        }
    }

    Verdict Judge(Container container, IndicatorSet indicators)
    {
        var deployed = ImageSpelling.Read(container.Image!.Text, upstreams);
        var ran = container.Ran is null ? null : ImageSpelling.Read(container.Ran.Text, upstreams);

        var byName = indicators.Match(deployed);
        var byRan = ran is null ? null : indicators.Match(ran);

        // What ran may add guilt to an innocent name; it never clears a listed one.
        var (match, place) = byName is not null && (byRan is null || byName.Certainty >= byRan.Certainty) ? (byName, container.Image.Place) : (byRan, container.Ran?.Place ?? "");
        if (match is not null) return new Verdict.Malicious(container, ToMatch(container, match, place, deployed.Reference ?? ran?.Reference));

        if (!deployed.IsValid) return new Verdict.Undecided(container, $"The image reference '{container.Image.Text}' is not valid: {deployed.Fault}", container.Image.Place);
        if (ran is { IsValid: false }) return new Verdict.Undecided(container, $"The image reference '{container.Ran!.Text}' is not valid: {ran.Fault}", container.Ran.Place);
        return new Verdict.Clean(container);
    }

    static Match ToMatch(Container container, IndicatorMatch match, string place, ImageReference? deployed)
    {
        var isClaim = container.Origin is ContainerOrigin.Annotation;
        var whyPossible = isClaim ? "only the annotation client.knative.dev/user-image names the image, and anyone who deploys can write that" : "";
        if (match.WhyPossible != "") whyPossible = whyPossible == "" ? match.WhyPossible : $"{whyPossible}; {match.WhyPossible}";

        return new()
        {
            Certainty = isClaim ? Certainty.Possible : match.Certainty,
            Indicator = match.Indicator.Reference,
            Kind = match.Indicator.Kind,
            List = match.Indicator.List,
            Family = match.Indicator.Family,
            FirstReported = match.Indicator.FirstReported,
            Sources = match.Indicator.Sources,
            Transformation = match.Transformation,
            WhyPossible = whyPossible,
            Place = place,
            Repository = deployed?.Repository ?? "",
        };
    }
}
