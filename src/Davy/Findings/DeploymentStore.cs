using System.Data.Common;
using System.Globalization;
using Davy.CloudRun;
using Davy.Logs;
using Davy.Storage;

namespace Davy.Findings;

/// <summary>The deployments and calls that are remembered.</summary>
/// <param name="database">The database, migrated.</param>
/// <param name="time">The clock.</param>
public sealed class DeploymentStore(Database database, TimeProvider time)
{
    /// <summary>A page of deployments, newest kept first: those that name images.</summary>
    /// <param name="query">Which.</param>
    /// <param name="before">The key below which the page begins; null for the first.</param>
    /// <param name="size">The most to answer.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>The deployments.</returns>
    public Task<List<ListedDeployment>> ListAsync(DeploymentQuery query, long? before, int size, CancellationToken cancel) => database.ReadAsync(async connection =>
    {
        await using var command = connection.Command($"""
            SELECT d.key, d.verdict, d.document, {WhoCalled} FROM deployments d
            WHERE d.key < @before AND d.images <> '' AND (@project = '' OR d.project = @project) AND (@resource = '' OR d.resource_key = @resource)
              AND (@principal = '' OR d.principal = @principal OR EXISTS (SELECT 1 FROM deployments c WHERE d.operation <> '' AND c.operation = d.operation AND c.principal = @principal))
            ORDER BY d.key DESC LIMIT @most
            """, ("@before", before ?? long.MaxValue), ("@project", IndexedText.Cut(KeptText.Of(query.Project))), ("@resource", query.Resource == "" ? "" : KeyOf(query.Resource)), ("@principal", KeptText.Of(query.Principal)), ("@most", (long)size));
        return await command.ToListAsync(Read, cancel);
    }, cancel);

    /// <summary>A deployment.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>Null where there is none.</returns>
    public Task<ListedDeployment?> FindAsync(long key, CancellationToken cancel) => database.ReadAsync(async connection =>
    {
        await using var command = connection.Command($"SELECT d.key, d.verdict, d.document, {WhoCalled} FROM deployments d WHERE d.key = @key", ("@key", key));
        return (await command.ToListAsync(Read, cancel)).FirstOrDefault();
    }, cancel);

    /// <summary>Until when a resource ran what it was given: the time of its next deployment or deletion; null where none is remembered.</summary>
    internal Task<Timestamp?> ReplacedAtAsync(CloudRunResource resource, Timestamp after, string images, CancellationToken cancel) => database.ReadAsync(async connection =>
    {
        await using var command = connection.Command("SELECT document FROM deployments WHERE resource_key = @resource AND at > @after AND images <> @images AND images <> '' ORDER BY at LIMIT 1",
            ("@resource", KeyOf(resource)), ("@after", Moments.ToNanos(after)), ("@images", images));
        return await command.ExecuteScalarAsync(cancel) is string document ? KeptDeployment.Read(document).At : (Timestamp?)null;
    }, cancel);

    /// <summary>One deployment of each set of images that is remembered, in pages, so that the past can be judged by new lists.</summary>
    internal Task<List<(string Images, KeptDeployment Deployment)>> DistinctAsync(string after, int size, CancellationToken cancel) => database.ReadAsync(async connection =>
    {
        await using var command = connection.Command("""
            SELECT d.images, d.document FROM deployments d
            WHERE d.key IN (SELECT min(key) FROM deployments WHERE images > @after GROUP BY images ORDER BY images LIMIT @most) ORDER BY d.images
            """, ("@after", after), ("@most", (long)size));
        return await command.ToListAsync(row => (row.Text(0), KeptDeployment.Read(row.Text(1))), cancel);
    }, cancel);

    /// <summary>The deployments of a set of images, in pages.</summary>
    internal Task<List<ListedDeployment>> OfImagesAsync(string images, long after, int size, CancellationToken cancel) => database.ReadAsync(async connection =>
    {
        await using var command = connection.Command($"SELECT d.key, d.verdict, d.document, {WhoCalled} FROM deployments d WHERE d.images = @images AND d.key > @after ORDER BY d.key LIMIT @most",
            ("@images", images), ("@after", after), ("@most", (long)size));
        return await command.ToListAsync(Read, cancel);
    }, cancel);

    /// <summary>The entries of the deployments of a set of images, in pages.</summary>
    internal Task<List<(long Key, string Entry)>> EntriesOfAsync(string images, long after, int size, CancellationToken cancel) => database.ReadAsync(async connection =>
    {
        await using var command = connection.Command("SELECT key, entry FROM deployments WHERE images = @images AND key > @after ORDER BY key LIMIT @most", ("@images", images), ("@after", after), ("@most", (long)size));
        return await command.ToListAsync(row => (row.Number(0), row.Text(1)), cancel);
    }, cancel);

    /// <summary>The deployment that an entry told of, with the key of its images.</summary>
    internal Task<(KeptDeployment Deployment, string Images)?> OfEntryAsync(string entry, CancellationToken cancel) => database.ReadAsync(async connection =>
    {
        await using var command = connection.Command("SELECT document, images FROM deployments WHERE entry = @entry", ("@entry", entry));
        return (await command.ToListAsync(row => ((KeptDeployment, string)?)(KeptDeployment.Read(row.Text(0)), row.Text(1)), cancel)).FirstOrDefault();
    }, cancel);

    /// <summary>Whether another entry of the same deployment tells the digest that the image's tag stood for.</summary>
    internal Task<bool> IsToldByDigestAsync(KeptDeployment deployment, string image, CancellationToken cancel) => database.ReadAsync(async connection =>
    {
        var (at, hour) = (Moments.ToNanos(deployment.At), 3_600_000_000_000L);
        await using var command = connection.Command("SELECT document FROM deployments WHERE resource_key = @resource AND at >= @from AND at <= @to AND images <> '' ORDER BY at LIMIT 500",
            ("@resource", KeyOf(deployment.Resource)), ("@from", at - hour), ("@to", at + hour));
        return (await command.ToListAsync(row => KeptDeployment.Read(row.Text(0)), cancel)).Any(other =>
            ((other.Operation != "" && other.Operation == deployment.Operation) || (other.Revision != "" && other.Revision == deployment.Revision))
            && other.Containers.Any(container => ImageKey.Read(container.Image)?.Key == image && ImageKey.Read(container.Ran) is { IsDigest: true }));
    }, cancel);

    /// <summary>Says that the deployment that an entry told of is judged malicious.</summary>
    internal Task<int> CondemnAsync(string entry, CancellationToken cancel) => database.WriteAsync(transaction =>
        transaction.ExecuteAsync("UPDATE deployments SET verdict = 'malicious' WHERE entry = @entry AND verdict <> 'malicious'", cancel, ("@entry", entry)), cancel);

    /// <summary>Remembers entries that are new.</summary>
    internal async Task AddAsync(DbTransaction transaction, IReadOnlyList<RememberedEntry> entries, CancellationToken cancel)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        await RepeatedStatement.RunAsync(transaction, """
            INSERT INTO deployments (entry, resource, resource_key, operation, project, at, principal, images, verdict, document, deletes, seen_at)
            VALUES (@entry, @resource, @resource_key, @operation, @project, @at, @principal, @images, @verdict, @document, @deletes, @now)
            ON CONFLICT (entry) DO NOTHING
            """, [.. entries.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => (SqlValue[])
            [
                new("@entry", entry.Key), new("@resource", KeptText.Of(entry.Deployment.Resource.AdminName)), new("@resource_key", KeyOf(entry.Deployment.Resource)), new("@operation", entry.Operation),
                new("@project", IndexedText.Cut(entry.Deployment.Resource.Project)), new("@at", Moments.ToNanos(entry.Deployment.At)), new("@principal", entry.Deployment.Actor?.Principal ?? ""),
                new("@images", entry.Images), new("@verdict", entry.Verdict), new("@document", entry.Deployment.Write()), new("@deletes", entry.Deployment.IsDeletion ? 1L : 0L), new("@now", now),
            ])], _ => true, cancel);
    }

    /// <summary>Says that the deployments of these images are judged malicious.</summary>
    internal static Task<int> CondemnAsync(DbTransaction transaction, string images, CancellationToken cancel) =>
        transaction.ExecuteAsync("UPDATE deployments SET verdict = 'malicious' WHERE images = @images AND verdict <> 'malicious'", cancel, ("@images", images));

    internal static string KeyOf(CloudRunResource resource) => KeyOf(resource.AdminName);

    /// <summary>The key of an operation: operations of two projects may have the same id.</summary>
    internal static string KeyOf(string project, string operation) => EvidenceKey.Of(project, operation).ToString("x32", CultureInfo.InvariantCulture);

    static string KeyOf(string resource) => EvidenceKey.Of(resource).ToString("x32", CultureInfo.InvariantCulture);

    const string WhoCalled = "CASE WHEN d.principal <> '' OR d.operation = '' THEN d.principal ELSE coalesce((SELECT max(c.principal) FROM deployments c WHERE c.operation = d.operation), '') END";

    static ListedDeployment Read(DbDataReader row) => new(row.Number(0), row.Text(1), row.Text(3), KeptDeployment.Read(row.Text(2)));
}

/// <summary>Which deployments are listed.</summary>
public sealed record DeploymentQuery
{
    /// <summary>Those of a project, by its id; empty for all.</summary>
    public string Project { get; init; } = "";

    /// <summary>Those of a resource, by its name in the Admin API v2: <c>projects/P/locations/L/services/S</c>; empty for all.</summary>
    public string Resource { get; init; } = "";

    /// <summary>Those of whom; empty for all.</summary>
    public string Principal { get; init; } = "";
}

/// <summary>A deployment as it is listed.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Verdict"><c>malicious</c>, <c>undecided</c> or <c>clean</c>, when it was judged last.</param>
/// <param name="Principal">Who deployed, by this entry or by the call of the same operation; empty where neither tells it.</param>
/// <param name="Deployment">What is remembered.</param>
public sealed record ListedDeployment(long Key, string Verdict, string Principal, KeptDeployment Deployment);

/// <summary>An entry to be remembered.</summary>
/// <param name="Key">The entry's key.</param>
/// <param name="Operation">The operation's key; empty for none.</param>
/// <param name="Images">The key of its images; empty for none.</param>
/// <param name="Verdict">How it was judged; empty where it names no image.</param>
/// <param name="Deployment">What is remembered of it.</param>
sealed record RememberedEntry(string Key, string Operation, string Images, string Verdict, KeptDeployment Deployment);
