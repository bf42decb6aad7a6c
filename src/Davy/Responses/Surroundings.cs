using System.Text.Json;
using Davy.CloudRun;

namespace Davy.Responses;

/// <summary>What else there is to look at, and how to cut off the actor: stopping a workload does not stop a stolen key. All commands are to copy; none is run.</summary>
public sealed record Surroundings
{
    /// <summary>The service accounts that something listed ran as.</summary>
    public required IReadOnlyList<string> ServiceAccounts { get; init; }

    /// <summary>The secrets that something listed could read.</summary>
    public required IReadOnlyList<string> Secrets { get; init; }

    /// <summary>Who deployed what is listed.</summary>
    public required IReadOnlyList<string> Actors { get; init; }

    /// <summary>What to run by hand: what it is for, and the command.</summary>
    public required IReadOnlyList<(string What, string Command)> Commands { get; init; }

    /// <summary>Looks around several workloads; each thing is told once.</summary>
    /// <param name="workloads">The workloads.</param>
    public static Surroundings Of(IEnumerable<Workload> workloads)
    {
        var all = workloads.Select(Of).ToList();
        return new()
        {
            ServiceAccounts = Sorted(all.SelectMany(each => each.ServiceAccounts)),
            Secrets = Sorted(all.SelectMany(each => each.Secrets)),
            Actors = Sorted(all.SelectMany(each => each.Actors)),
            Commands = [.. all.SelectMany(each => each.Commands).Distinct()],
        };
    }

    /// <summary>Looks around a workload.</summary>
    /// <param name="workload">The workload.</param>
    public static Surroundings Of(Workload workload)
    {
        var listed = workload.Parts.Where(part => part.IsListed).ToList();
        var accounts = Sorted(listed.Select(Account));
        var secrets = Sorted(listed.SelectMany(part => SecretsOf(Holder(part))));
        var actors = Sorted(listed.Select(part => part.Creator));
        var project = workload.Resource.Project;
        List<(string, string)> commands = [];
        foreach (var actor in actors.Where(IsPlain)) commands.AddRange(actor.EndsWith(".gserviceaccount.com", StringComparison.Ordinal) ? OfServiceAccount(actor, project) : OfPerson(actor, project));

        foreach (var account in accounts.Where(IsPlain).Except(actors))
        {
            commands.Add(($"See what {account} may do: the container could do the same.", GcloudCommand.Line("gcloud", "projects", "get-iam-policy", project, "--flatten=bindings[].members", $"--filter=bindings.members:serviceAccount:{account}", "--format=value(bindings.role)")));
        }

        foreach (var secret in secrets.Select(AdminJson.LastPart).Where(IsPlain).Distinct())
        {
            commands.Add(($"Give the secret {secret} a new value, and take the old ones out of use.", GcloudCommand.Line("gcloud", "secrets", "versions", "list", secret, $"--project={project}")));
        }

        if (workload.Resource.Kind is ResourceKind.Job) commands.Add(("See which schedules start the job.", GcloudCommand.Line("gcloud", "scheduler", "jobs", "list", $"--location={workload.Resource.Location}", $"--project={project}")));
        commands.Add(("See what else the project runs.", GcloudCommand.Line("gcloud", "run", "services", "list", $"--project={project}", "--format=json")));
        return new() { ServiceAccounts = accounts, Secrets = secrets, Actors = actors, Commands = [.. commands.Where(command => command.Item2 != "")] };
    }

    static IEnumerable<(string, string)> OfServiceAccount(string actor, string project) =>
    [
        ($"See the keys of {actor}; one of them may be stolen.", GcloudCommand.Line("gcloud", "iam", "service-accounts", "keys", "list", $"--iam-account={actor}")),
        ("Disable such a key (put its id in the place of KEY_ID).", GcloudCommand.Line("gcloud", "iam", "service-accounts", "keys", "disable", "KEY_ID", $"--iam-account={actor}")),
        ($"Disable {actor} altogether; all that runs as it fails then.", GcloudCommand.Line("gcloud", "iam", "service-accounts", "disable", actor)),
        ($"See what it may do in {project}.", GcloudCommand.Line("gcloud", "projects", "get-iam-policy", project, "--flatten=bindings[].members", $"--filter=bindings.members:serviceAccount:{actor}", "--format=value(bindings.role)")),
        ("Take a role from it (put the role in the place of ROLE).", GcloudCommand.Line("gcloud", "projects", "remove-iam-policy-binding", project, $"--member=serviceAccount:{actor}", "--role=ROLE")),
    ];

    static IEnumerable<(string, string)> OfPerson(string actor, string project) =>
    [
        ($"See what {actor} may do in {project}.", GcloudCommand.Line("gcloud", "projects", "get-iam-policy", project, "--flatten=bindings[].members", $"--filter=bindings.members:user:{actor}", "--format=value(bindings.role)")),
        ("Take a role from them (put the role in the place of ROLE), and have their sessions ended by whoever administers the directory.", GcloudCommand.Line("gcloud", "projects", "remove-iam-policy-binding", project, $"--member=user:{actor}", "--role=ROLE")),
    ];

    static JsonElement Holder(WorkloadPart part) => part.Kind is PartKind.Execution && part.Json.Member("template").ValueKind is JsonValueKind.Object ? part.Json.Member("template") : part.Json;

    static string Account(WorkloadPart part) => Holder(part).Text("serviceAccount");

    static IEnumerable<string> SecretsOf(JsonElement holder) => holder.Items("containers").SelectMany(container => container.Items("env")).Select(each => each.Member("valueSource").Member("secretKeyRef").Text("secret"))
        .Concat(holder.Items("volumes").Select(volume => volume.Member("secret").Text("secret")));

    static List<string> Sorted(IEnumerable<string> all) => [.. all.Where(each => each != "").Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    static bool IsPlain(string name) => name.Length <= 256 && name[0] is not '-' && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '.' or '_' or '@' or '+');
}
