using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using Davy.Server.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Net.Http.Headers;

namespace Davy.Server.Callers;

/// <summary>
/// How often a caller may ask. Bringing findings in is counted apart from all else, so that neither starves the other. Who has no good token is counted by address; a good
/// token is never refused because somebody at the same address (a proxy's, say) tries bad ones.
/// </summary>
static class RequestRates
{
    // A page of a console makes some requests at once; for so many seconds they may be saved up.
    const int Burst = 5;

    // An address of IPv6 is anybody's to change below its network.
    const int NetworkBytes = 8;

    /// <summary>Sets the rates.</summary>
    /// <param name="rates">The web server's limits.</param>
    /// <param name="options">What the program was told.</param>
    public static void Set(RateLimiterOptions rates, ServerOptions options)
    {
        rates.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
        rates.OnRejected = Rejected;
        rates.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(context => Partition(context, options));
    }

    static RateLimitPartition<string> Partition(HttpContext context, ServerOptions options)
    {
        if (context.User.Identity is not { IsAuthenticated: true, Name: { } name }) return Of($"stranger {Network(context.Connection.RemoteIpAddress)}", options.Limits.StrangerRequests);

        // With --insecure everybody is one and the same.
        if (options.Insecure) return RateLimitPartition.GetNoLimiter("insecure");
        return context.GetEndpoint()?.Metadata.GetMetadata<IAuthorizeData>()?.Policy == MethodPolicies.Ingest
            ? Of($"ingest {name}", options.Limits.IngestRequests)
            : Of($"ask {name}", options.Limits.Requests);
    }

    static RateLimitPartition<string> Of(string key, int aSecond) => aSecond == 0
        ? RateLimitPartition.GetNoLimiter("unlimited")
        : RateLimitPartition.GetTokenBucketLimiter(key, _ => new()
        {
            TokenLimit = aSecond * Burst,
            TokensPerPeriod = aSecond,
            ReplenishmentPeriod = TimeSpan.FromSeconds(1),
            AutoReplenishment = true,
        });

    static string Network(IPAddress? address) =>
        address is { AddressFamily: AddressFamily.InterNetworkV6, IsIPv4MappedToIPv6: false } ? Convert.ToHexStringLower(address.GetAddressBytes().AsSpan(0, NetworkBytes)) : $"{address?.MapToIPv4()}";

    static ValueTask Rejected(OnRejectedContext context, CancellationToken cancel)
    {
        var wait = context.Lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? Math.Max(1, (int)Math.Ceiling(after.TotalSeconds)) : 1;
        context.HttpContext.Response.Headers[HeaderNames.RetryAfter] = wait.ToString(CultureInfo.InvariantCulture);
        RequestRefusal.Set(context.HttpContext, StatusCodes.Status429TooManyRequests, $"Too many requests of this caller; try again in {wait} s.");
        return ValueTask.CompletedTask;
    }
}
