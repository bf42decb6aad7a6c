using Davy.Findings;

namespace Davy.Server.Hosting;

/// <summary>How images are looked into in the background.</summary>
sealed record InspectionOptions
{
    /// <summary>Which images.</summary>
    public InspectionScope Scope { get; init; }

    /// <summary>The program <c>davy</c>; null where none was found.</summary>
    public string? Program { get; init; }

    /// <summary>Whether images that are on a list are asked for.</summary>
    public bool AsksForListed { get; init; }

    /// <summary>How many at once.</summary>
    public int AtOnce { get; init; } = 1;

    /// <summary>How long the program may take for an image; it is ended a little later.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>How much memory the program may take, in mebibytes.</summary>
    public int MemoryMebibytes { get; init; } = 512;

    /// <summary>How often a registry that does not answer is asked.</summary>
    public int Tries { get; init; } = 6;

    /// <summary>The folder of Docker's <c>config.json</c> with logins; null for none.</summary>
    public string? DockerConfig { get; init; }

    /// <summary>A file with credentials of Google, for Google's registries alone; null for none.</summary>
    public string? GoogleCredentials { get; init; }

    /// <summary>Hosts that may be asked although their address is private.</summary>
    public IReadOnlyList<string> AllowedHosts { get; init; } = [];

    /// <summary>The registry that stands in for Docker Hub; null for none.</summary>
    public string? Mirror { get; init; }

    /// <summary>The proxy for all requests of the program; null for none.</summary>
    public string? Proxy { get; init; }

    /// <summary>Whether registries of this machine are asked without TLS.</summary>
    public bool PlainHttp { get; init; }

    /// <summary>What the process for an image gets of davyd's environment: where certificates are, and where Docker's helpers are looked for.</summary>
    public IReadOnlyDictionary<string, string> Inherited { get; init; } = new Dictionary<string, string>();

    /// <summary>The clock's limit: what is still running then is ended.</summary>
    public TimeSpan Deadline => Timeout + TimeSpan.FromSeconds(15);
}
