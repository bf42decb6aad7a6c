using Davy.Google;
using Davy.Outbound;

namespace Davy.Images.Registries;

/// <summary>How registries are asked.</summary>
public sealed record RegistryOptions
{
    /// <summary>Where requests may go.</summary>
    public OutboundRules Rules { get; init; } = new();

    /// <summary>A registry that is asked for the images of Docker Hub; null for Docker Hub itself.</summary>
    public Uri? Mirror { get; init; }

    /// <summary>Whether a registry of this machine (loopback) is asked by <c>http:</c>.</summary>
    public bool PlainHttp { get; init; }

    /// <summary>The logins of <c>docker login</c>, used only where a registry does not answer without.</summary>
    public DockerConfig Logins { get; init; } = DockerConfig.None;

    /// <summary>Google's credentials, for Artifact Registry and <c>gcr.io</c> alone; null for none. Looked for only where they are needed.</summary>
    public Func<GoogleCredentials?> Google { get; init; } = () => null;

    /// <summary>The clock.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
