using System.Text.Json;
using System.Text.Json.Serialization;
using Davy.CloudRun;
using Davy.Logs;

namespace Davy.Findings;

/// <summary>
/// What is remembered of an entry that tells of a deployment or call: enough to judge its images again, and nothing that may be a secret. Commands, arguments and environment are not
/// kept.
/// </summary>
public sealed record KeptDeployment
{
    const int MostContainers = 64;
    const int LongestImage = 1_024;
    const int LongestText = 1_000;

    /// <summary>The resource.</summary>
    public required CloudRunResource Resource { get; init; }

    /// <summary>The entry's time, RFC 3339 with nanoseconds.</summary>
    public required string Time { get; init; }

    /// <summary>Where the entry stood: <c>input:line:byte</c>.</summary>
    public required string Place { get; init; }

    /// <summary>The log's full name; empty where it is not told.</summary>
    public string LogName { get; init; } = "";

    /// <summary>The insert id; empty where it is not told.</summary>
    public string InsertId { get; init; } = "";

    /// <summary>The method; empty where it is not told.</summary>
    public string Method { get; init; } = "";

    /// <summary>Which of the audit logs it stands in.</summary>
    public AuditLogKind Log { get; init; }

    /// <summary>The project's number; empty where it is not told.</summary>
    public string ProjectNumber { get; init; } = "";

    /// <summary>The operation; empty where it is not told.</summary>
    public string Operation { get; init; } = "";

    /// <summary>The revision or execution; empty where it is not told.</summary>
    public string Revision { get; init; } = "";

    /// <summary>When the revision or execution was created, RFC 3339; empty where it is not told.</summary>
    public string Created { get; init; } = "";

    /// <summary>The client that deployed; empty where it is not told.</summary>
    public string Client { get; init; } = "";

    /// <summary>The service account that the containers run as; empty where it is not told.</summary>
    public string ServiceAccount { get; init; } = "";

    /// <summary>Whether it tells of the resource's deletion.</summary>
    public bool IsDeletion { get; init; }

    /// <summary>When the deletion began, RFC 3339; empty where it is not told.</summary>
    public string Deleted { get; init; } = "";

    /// <summary>Whether the containers did not start.</summary>
    public bool FailedToStart { get; init; }

    /// <summary>Who called, as far as this entry tells; null where it does not.</summary>
    public Actor? Actor { get; init; }

    /// <summary>The containers that name an image.</summary>
    public IReadOnlyList<KeptContainer> Containers { get; init; } = [];

    /// <summary>What is remembered of a deployment or call.</summary>
    /// <param name="deployment">The deployment; its entry must have a time.</param>
    /// <param name="location">Where its entry stood.</param>
    /// <returns>Null for what has no time, and for a list of what runs now.</returns>
    internal static KeptDeployment? Of(Deployment deployment, EntryLocation location)
    {
        if (deployment.Entry is not { Timestamp: { } time, Log: not AuditLogKind.Inventory } entry) return null;
        return new()
        {
            Resource = new(deployment.Resource.Kind, Cut(deployment.Resource.Project), Cut(deployment.Resource.Location), Cut(deployment.Resource.Name)),
            Time = time.ToString(),
            Place = Cut(location.ToString()),
            LogName = Cut(entry.LogName),
            InsertId = Cut(entry.InsertId),
            Method = Cut(entry.Method),
            Log = entry.Log,
            ProjectNumber = Cut(deployment.ProjectNumber),
            Operation = Cut(deployment.OperationId),
            Revision = Cut(deployment.Revision),
            Created = deployment.CreatedAt?.ToString() ?? "",
            Client = Cut(deployment.Client),
            ServiceAccount = Cut(deployment.ServiceAccount),
            IsDeletion = deployment.IsDeletion,
            Deleted = deployment.DeletedAt?.ToString() ?? "",
            FailedToStart = deployment.FailedToStart,
            Actor = deployment.Actor is not { } actor ? null : actor with
            {
                Principal = Cut(actor.Principal),
                Subject = Cut(actor.Subject),
                CallerIp = Cut(actor.CallerIp),
                UserAgent = Cut(actor.UserAgent),
                ServiceAccountKey = Cut(actor.ServiceAccountKey),
            },

            // A longer text is no image reference, and was told as a doubt when it came.
            Containers = [.. deployment.Containers.Where(container => container.Image is { Text.Length: <= LongestImage } && container.Ran is not { Text.Length: > LongestImage })
                .Take(MostContainers)
                .Select(container => new KeptContainer(Cut(container.Name), container.Origin, container.Image!.Text, Cut(container.Image.Place), container.Ran?.Text ?? "", Cut(container.Ran?.Place ?? "")))],
        };
    }

    /// <summary>The deployment, as far as it is remembered.</summary>
    internal Deployment ToDeployment() => new()
    {
        Resource = Resource,
        Entry = new(LogName, InsertId, At, Method, Log),
        Containers = [.. Containers.Select(container => new Container
        {
            Name = container.Name,
            Origin = container.Origin,
            Image = new(container.Image, container.Place),
            Ran = container.Ran == "" ? null : new(container.Ran, container.RanPlace),
        })],
        ProjectNumber = ProjectNumber,
        OperationId = Operation,
        Revision = Revision,
        CreatedAt = Moment(Created),
        Client = Client,
        ServiceAccount = ServiceAccount,
        IsDeletion = IsDeletion,
        DeletedAt = Moment(Deleted),
        FailedToStart = FailedToStart,
        Actor = Actor,
    };

    /// <summary>The entry's time.</summary>
    [JsonIgnore]
    internal Timestamp At => Timestamp.TryParse(Time, out var at) ? at : Timestamp.Epoch;

    static Timestamp? Moment(string text) => text != "" && Timestamp.TryParse(text, out var moment) ? moment : null;

    internal static KeptDeployment Read(string document) => JsonSerializer.Deserialize(document, KeptDeploymentJson.Default.KeptDeployment)!;

    internal string Write() => JsonSerializer.Serialize(this, KeptDeploymentJson.Default.KeptDeployment);

    static string Cut(string text) => KeptText.Of(text.Length > LongestText ? text[..LongestText] : text);
}

/// <summary>A container of a remembered deployment.</summary>
/// <param name="Name">Its name; empty where it has none.</param>
/// <param name="Origin">What says that the resource runs it.</param>
/// <param name="Image">The image as it was written: hostile.</param>
/// <param name="Place">Its path in the entry.</param>
/// <param name="Ran">The image as it ran, with its digest; empty where the log does not say.</param>
/// <param name="RanPlace">The path of that.</param>
public sealed record KeptContainer(string Name, ContainerOrigin Origin, string Image, string Place, string Ran, string RanPlace);

/// <summary>How it is kept.</summary>
[JsonSerializable(typeof(KeptDeployment))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault, UseStringEnumConverter = true)]
sealed partial class KeptDeploymentJson : JsonSerializerContext;
