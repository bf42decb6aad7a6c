namespace Davy.Cli.Client;

/// <summary>What the environment says of the server that keeps findings; what the command line says comes first.</summary>
sealed record ServerSettings
{
    /// <summary>Nothing is said.</summary>
    public static ServerSettings None { get; } = new();

    /// <summary>The server's address; empty where none is said. <c>DAVY_SERVER</c>.</summary>
    public string Address { get; init; } = "";

    /// <summary>The bearer token; empty where there is none. <c>DAVY_TOKEN</c>.</summary>
    public string Token { get; init; } = "";

    /// <summary>The organisation, folder or project that is meant where none is named; empty where none is said. <c>DAVY_PARENT</c>.</summary>
    public string Parent { get; init; } = "";

    /// <summary>The environment of this process.</summary>
    public static ServerSettings OfProcess()
    {
        var environment = Environment.GetEnvironmentVariables();
        return new()
        {
            Address = environment["DAVY_SERVER"] as string ?? "",
            Token = environment["DAVY_TOKEN"] as string ?? "",
            Parent = environment["DAVY_PARENT"] as string ?? "",
        };
    }

    // A record prints its members, and one of them is a secret.
    /// <inheritdoc/>
    public override string ToString() => $"{nameof(ServerSettings)} {{ {Address} }}";
}
