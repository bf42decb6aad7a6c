using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Davy.Tests.Ingest;

/// <summary>A message of Pub/Sub.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Service">The service that its entry is about; empty where it carries none.</param>
/// <param name="IsDeployment">Whether it brings a finding.</param>
/// <param name="Message">The message itself.</param>
sealed record PushedMessage(int Number, string Service, bool IsDeployment, string Message)
{
    /// <summary>How its place is written where it is rejected.</summary>
    public string Place => $"pubsub/logs/{Number}:1:0";

    /// <summary>What is pushed.</summary>
    public string Body => $$"""{"message":{{Message}},"subscription":"projects/acme-prod/subscriptions/davy"}""";

    public static PushedMessage Of(int number, string service, bool isDeployment, string data) => new(number, service, isDeployment, new JsonObject
    {
        ["data"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(data)),
        ["messageId"] = number.ToString(CultureInfo.InvariantCulture),
        ["publishTime"] = "2026-01-10T01:00:10Z",
    }.ToJsonString());
}
