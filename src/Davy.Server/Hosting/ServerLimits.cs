namespace Davy.Server.Hosting;

/// <summary>How much the server takes, and how long it waits for it.</summary>
sealed record ServerLimits
{
    /// <summary>The largest body of a request, in bytes, over REST and over gRPC.</summary>
    public const int BodyBytes = 16 * 1024 * 1024;

    /// <summary>The longest first line of a request, in bytes. The longest filter has 4,096 characters, of which each may be nine bytes in an address; beside it stand order, mask and page token.</summary>
    public const int RequestLineBytes = 64 * 1024;

    /// <summary>The slowest that a body may come, in bytes a second, after <see cref="Patience"/>.</summary>
    public const int BytesASecond = 240;

    /// <summary>How many connections a listener holds at most; more are closed at once.</summary>
    public int Connections { get; init; } = 10_000;

    /// <summary>How long a connection may take for its first byte, its TLS handshake, its headers.</summary>
    public TimeSpan Headers { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a body may come, or an answer be taken, slower than it must.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long the database may take for a list or a group of findings.</summary>
    public TimeSpan Ask { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// How long sources, workers and requests may take to finish what they have begun once the program is told to stop; then it ends without them. Below the ten seconds
    /// that Cloud Run and Docker give: https://docs.cloud.google.com/run/docs/container-contract
    /// </summary>
    public TimeSpan Stop { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>How many requests a second a caller may make that bring nothing in; 0: any number.</summary>
    public int Requests { get; init; } = 100;

    /// <summary>How many requests a second a caller may make that bring findings in; 0: any number. Counted apart, so that neither starves the other.</summary>
    public int IngestRequests { get; init; } = 1_000;

    /// <summary>How many requests a second an address may make without a good token; 0: any number.</summary>
    public int StrangerRequests { get; init; } = 10;

    /// <summary>What is wrong with them: a sentence each.</summary>
    public IEnumerable<string> Faults()
    {
        const int Most = 1_000_000;
        if (Connections is < 1 or > Most) yield return $"--max-connections is {Connections}; it must be 1 to 1,000,000.";
        foreach (var (option, value) in new[] { ("--rate-limit", Requests), ("--ingest-rate-limit", IngestRequests), ("--stranger-rate-limit", StrangerRequests) })
        {
            if (value is < 0 or > Most) yield return $"{option} is {value}; it must be 0 (none) to 1,000,000.";
        }
    }
}
