using System.Text.Json.Serialization;
using Davy.Findings;

namespace Davy.Server.Hosting;

/// <summary>A deployment, as the API and the command line give it. All texts are the log's.</summary>
/// <param name="Id">How it is called.</param>
/// <param name="Resource">The resource, by its name in the Admin API v2.</param>
/// <param name="Time">The log's time.</param>
/// <param name="Verdict"><c>malicious</c>, <c>undecided</c> or <c>clean</c>, when it was judged last.</param>
/// <param name="Principal">Who deployed; left out where no entry tells it.</param>
/// <param name="Client">The client that deployed; left out where it is not told.</param>
/// <param name="ServiceAccount">The account that the containers run as; left out where it is not told.</param>
/// <param name="Revision">The revision or execution; left out where it is not told.</param>
/// <param name="Containers">The containers that name an image.</param>
/// <param name="Place">Where the entry stood.</param>
/// <param name="InsertId">The entry's insert id; left out where it has none.</param>
sealed record DeploymentAnswer(
    long Id, string Resource, string Time, string Verdict, string? Principal, string? Client, string? ServiceAccount, string? Revision, IReadOnlyList<DeployedImage> Containers, string Place, string? InsertId)
{
    /// <summary>The answer for a deployment.</summary>
    /// <param name="listed">The deployment.</param>
    public static DeploymentAnswer Of(ListedDeployment listed)
    {
        var kept = listed.Deployment;
        return new(listed.Key, kept.Resource.AdminName, kept.Time, listed.Verdict, Known(listed.Principal), Known(kept.Client), Known(kept.ServiceAccount), Known(kept.Revision),
            [.. kept.Containers.Select(container => new DeployedImage(Known(container.Name), container.Image, Known(container.Ran)))], kept.Place, Known(kept.InsertId));
    }

    static string? Known(string text) => text == "" ? null : text;
}

/// <summary>The image of a container.</summary>
/// <param name="Name">The container's name; left out where it has none.</param>
/// <param name="Image">The image as it was written.</param>
/// <param name="Ran">The image as it ran, with its digest; left out where the log does not say.</param>
sealed record DeployedImage(string? Name, string Image, string? Ran);

/// <summary>How the command line writes it.</summary>
[JsonSerializable(typeof(DeploymentAnswer[]))]
[JsonSerializable(typeof(DeploymentAnswer))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
sealed partial class DeploymentJson : JsonSerializerContext;
