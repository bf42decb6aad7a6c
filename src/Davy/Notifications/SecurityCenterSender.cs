using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Davy.Findings;
using Davy.Google;

namespace Davy.Notifications;

/// <summary>
/// Keeps findings in a real Security Command Center, below a source of one's own: UpdateFinding, which creates what is not there, and SetFindingState where the states differ
/// (https://cloud.google.com/security-command-center/docs/reference/rest/v2/organizations.sources.locations.findings). Mutes and marks stay what people there made them.
/// </summary>
/// <param name="source">The source: <c>organizations/1/sources/2</c>.</param>
/// <param name="api">Who calls.</param>
/// <param name="service">Where Security Command Center is, with a slash at the end.</param>
public sealed class SecurityCenterSender(string source, GoogleApi api, Uri service) : TargetSender
{
    /// <summary>The fields that a source gives. All others are Security Command Center's own, or people's.</summary>
    static readonly string[] Given =
    [
        "resourceName", "category", "externalUri", "sourceProperties", "eventTime", "severity", "findingClass", "indicator", "vulnerability", "mitreAttack", "access", "connections",
        "processes", "compliances", "description", "exfiltration", "iamBindings", "nextSteps", "containers", "kubernetes", "database", "files", "kernelRootkit", "application", "logEntries",
    ];

    /// <inheritdoc/>
    public override async Task SendAsync(Notification notification, CancellationToken cancel)
    {
        var name = $"{source}/locations/global/findings/{notification.FindingId}";
        JsonObject finding = new() { ["name"] = name };
        foreach (var field in Given)
        {
            if (notification.Finding[field] is { } value) finding[field] = value.DeepClone();
        }

        try
        {
            var kept = await api.SendAsync(HttpMethod.Patch, new(service, $"v2/{name}"), Encoding.UTF8.GetBytes(FindingJsonText.Write(finding)), cancel);
            var state = notification.Finding.Text("state") is "INACTIVE" ? "INACTIVE" : "ACTIVE";
            var stateThere = kept.TryGetProperty("state", out var given) && given.ValueKind is JsonValueKind.String ? given.GetString() : "";
            if (stateThere != state) await api.SendAsync(HttpMethod.Post, new(service, $"v2/{name}:setState"), Encoding.UTF8.GetBytes($$"""{"state":"{{state}}"}"""), cancel);
        }
        catch (GoogleApiException fault)
        {
            throw new SendException(fault.Message, fault) { RetryAfter = fault.RetryAfter };
        }
        catch (CredentialException fault)
        {
            throw new SendException(fault.Message, fault);
        }
    }
}
