using System.Text.Json.Nodes;

namespace Davy.Tests.Watching;

/// <summary>The log of a few services over some time: deployments of good and bad images by different people, with and without operations, and deletions.</summary>
static class SomePast
{
    static readonly string[] Images = [SomeEntries.Miner, SomeEntries.Miner, "nginx", "registry.example.com/team/app", "registry.example.com/team/other"];

    /// <summary>The entries.</summary>
    public static List<JsonObject> Entries(int seed)
    {
        Random random = new(seed);
        List<JsonObject> entries = [];
        foreach (var service in (string[])["web", "api", "jobs"])
        {
            var second = random.Next(100);
            var deployments = random.Next(2, 7);
            for (var number = 0; number < deployments; number++)
            {
                second += random.Next(10, random.Next(2) == 0 ? 60 : 400);
                entries.AddRange(Deployment(random, service, number, second));
                if (random.Next(4) == 0) entries.AddRange(Deletion(random, service, number, second += 8));
            }
        }

        return entries;
    }

    static IEnumerable<JsonObject> Deployment(Random random, string service, int number, int second)
    {
        var (image, caller, revision) = (Images[random.Next(Images.Length)], $"caller{random.Next(3)}@example.com", $"{service}-{number:D5}-abc");
        var operation = random.Next(3) == 0 ? "" : $"op-{service}-{number}";
        if (random.Next(4) > 0) yield return Of(SomeEntries.Activity("acme-prod", service, operation, second + random.Next(-4, 4), caller), operation, "");

        var by = random.Next(2) == 0 ? $"annotated{random.Next(2)}@example.com" : "";
        var deployed = Of(SomeEntries.SystemEvent("acme-prod", service, image, operation, second), operation, by);
        deployed["protoPayload"]!["response"]!["spec"]!["template"]!["metadata"] = new JsonObject { ["name"] = revision };
        yield return deployed;

        if (random.Next(2) == 0) yield break;
        var ran = Of(SomeEntries.Revision("acme-prod", service, image, $"{image}@sha256:{new string((char)('a' + random.Next(6)), 64)}", operation, second + 1), operation, by);
        ran["protoPayload"]!["response"]!["metadata"]!["name"] = revision;
        yield return ran;
    }

    static IEnumerable<JsonObject> Deletion(Random random, string service, int number, int second)
    {
        var call = SomeEntries.Activity("acme-prod", service, "", second, "remover@example.com");
        call["protoPayload"]!["methodName"] = "google.cloud.run.v1.Services.DeleteService";
        yield return Of(call, "", "");
        if (random.Next(2) == 0) yield break;

        var gone = Of(SomeEntries.SystemEvent("acme-prod", service, Images[random.Next(Images.Length)], "", second + 1), $"op-{service}-{number}", "");
        gone["protoPayload"]!["methodName"] = "/Services.DeleteService";
        gone["protoPayload"]!["response"]!["metadata"]!["deletionTimestamp"] = SomeEntries.At(second);
        yield return gone;
    }

    static JsonObject Of(JsonObject entry, string operation, string by)
    {
        var annotations = entry["protoPayload"]!["response"]!["metadata"]!["annotations"]!.AsObject();
        if (operation == "") annotations.Remove("run.googleapis.com/operation-id");
        else annotations["run.googleapis.com/operation-id"] = operation;
        if (by != "") annotations["serving.knative.dev/lastModifier"] = by;
        return entry;
    }
}
