using System.Data.Common;
using Davy.Storage;

namespace Davy.Server.Hosting;

/// <summary>
/// Health: <c>/livez</c> says that the process answers, <c>/readyz</c> that it can serve, with reasons.
/// Both have a second name, for some front ends keep paths that end in <c>z</c> to themselves.
/// </summary>
static class Health
{
    /// <summary>Adds the four paths, open to everybody.</summary>
    /// <param name="app">The program.</param>
    public static void MapHealth(this WebApplication app)
    {
        foreach (var path in new[] { "/livez", "/health/live" })
        {
            app.MapGet(path, () => Results.Json(new HealthAnswer("ok", []), HealthJson.Default.HealthAnswer)).AllowAnonymous().DisableRateLimiting().WithMetadata(OpenToAll.Mark);
        }

        foreach (var path in new[] { "/readyz", "/health/ready" })
        {
            app.MapGet(path, ReadyAsync).AllowAnonymous().DisableRateLimiting().WithMetadata(OpenToAll.Mark, OwnErrors.Mark);
        }
    }

    /// <summary>Adds the same over gRPC, open to everybody; after the services, for the first one that is mapped answers for all that are not there.</summary>
    /// <param name="app">The program.</param>
    public static void MapGrpcHealth(this WebApplication app) => app.MapGrpcService<GrpcHealth>().AllowAnonymous().DisableRateLimiting().WithMetadata(OpenToAll.Mark);

    /// <summary>Whether the program can serve: whether its database answers.</summary>
    /// <param name="database">The database.</param>
    /// <param name="cancel">Stops it.</param>
    public static async Task<bool> IsServingAsync(Database database, CancellationToken cancel)
    {
        try
        {
            await database.ReadAsync(async connection =>
            {
                await using var command = connection.Command("SELECT count(*) FROM migrations");
                return await command.ExecuteScalarAsync(cancel);
            }, cancel);
            return true;
        }
        catch (DbException)
        {
            return false;
        }
    }

    static async Task<IResult> ReadyAsync(Database database, HealthNotes notes, CancellationToken cancel)
    {
        if (await IsServingAsync(database, cancel))
        {
            var reasons = notes.All;
            return Results.Json(new HealthAnswer(reasons.Count == 0 ? "ok" : "degraded", reasons), HealthJson.Default.HealthAnswer);
        }

        // What the database says may name hosts and users; it is in the log, not here.
        return Results.Json(new HealthAnswer("failed", ["The database does not answer."]), HealthJson.Default.HealthAnswer, statusCode: StatusCodes.Status503ServiceUnavailable);
    }
}
