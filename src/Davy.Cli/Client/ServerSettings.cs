using Davy.Reports;

namespace Davy.Cli.Client;

/// <summary>What is said of the server that keeps findings beside the command line, which comes first: the environment, then <c>davy.json</c> of the working folder, then the person's own (docs/configuration.md).</summary>
sealed record ServerSettings
{
    /// <summary>Nothing is said.</summary>
    public static ServerSettings None { get; } = new();

    /// <summary>The server's address; empty where none is said. <c>DAVY_SERVER</c>.</summary>
    public string Address { get; init; } = "";

    /// <summary>Whether a token may go to the address: not where only the file of the working folder names it, which may have come with what somebody else wrote.</summary>
    public bool IsAddressTrusted { get; init; } = true;

    /// <summary>The bearer token; empty where there is none. <c>DAVY_TOKEN</c>.</summary>
    public string Token { get; init; } = "";

    /// <summary>The file that holds the token; empty where none is said.</summary>
    public string TokenFile { get; init; } = "";

    /// <summary>The file of the authorities that may have signed the server's certificate; empty where none is said.</summary>
    public string AuthorityFile { get; init; } = "";

    /// <summary>The token may go over the network in clear.</summary>
    public bool AllowClearText { get; init; }

    /// <summary>The organisation, folder or project that is meant where none is named; empty where none is said. <c>DAVY_PARENT</c>.</summary>
    public string Parent { get; init; } = "";

    /// <summary>How answers are written; empty where nothing is said.</summary>
    public string Format { get; init; } = "";

    /// <summary>How many the server is to send at a time; null where nothing is said.</summary>
    public int? PageSize { get; init; }

    /// <summary>The <c>davy.json</c> of the working folder; empty for none. It need not be there.</summary>
    public string FolderFile { get; init; } = "";

    /// <summary>The <c>davy.json</c> of the person; empty for none. It need not be there.</summary>
    public string OwnFile { get; init; } = "";

    /// <summary>Where each setting was said that was; by its name in the file.</summary>
    IReadOnlyDictionary<string, string> Origins { get; init; } = new Dictionary<string, string>();

    /// <summary>The environment of this process, and where its files are.</summary>
    public static ServerSettings OfProcess()
    {
        var environment = Environment.GetEnvironmentVariables();
        return new()
        {
            Address = environment["DAVY_SERVER"] as string ?? "",
            Token = environment["DAVY_TOKEN"] as string ?? "",
            Parent = environment["DAVY_PARENT"] as string ?? "",
            FolderFile = SettingsFile.Name,
            OwnFile = new PersonFolders(environment).Configuration is { } folder ? Path.Combine(folder, "davy", SettingsFile.Name) : "",
        };
    }

    /// <summary>The same, with what the files say where the environment says nothing. Nothing of them is read before, so that a fault in one disturbs only who needs it.</summary>
    /// <exception cref="Images.UnreadableFileException">A file says what it must not, or cannot be read; the message has file and line.</exception>
    public ServerSettings WithFiles()
    {
        var own = SettingsFile.Read(OwnFile, isOwn: true);
        var folder = FolderFile != "" && OwnFile != "" && Path.GetFullPath(FolderFile) == Path.GetFullPath(OwnFile) ? new() : SettingsFile.Read(FolderFile, isOwn: false);
        Dictionary<string, string> origins = [];
        return this with
        {
            Address = First("server", Address, "DAVY_SERVER", folder.Server, own.Server),
            IsAddressTrusted = Address != "" || folder.Server == "" || folder.Server == own.Server,
            Token = First("token", Token, "DAVY_TOKEN", "", ""),
            TokenFile = First("tokenFile", TokenFile, "", "", own.TokenFile),
            AuthorityFile = First("caFile", AuthorityFile, "", "", own.AuthorityFile),
            AllowClearText = First("allowClearText", AllowClearText ? "true" : "", "", "", own.AllowClearText ? "true" : "") != "",
            Parent = First("parent", Parent, "DAVY_PARENT", folder.Parent, own.Parent),
            Format = First("format", Format, "", folder.Format, own.Format),
            PageSize = First("pageSize", "", "", folder.PageSize, own.PageSize) is { Length: > 0 } size ? int.Parse(size, System.Globalization.CultureInfo.InvariantCulture) : PageSize,
            Origins = origins,
        };

        string First(string name, string given, string variable, string ofFolder, string ofOwn)
        {
            var (value, origin) = given != "" ? (given, variable) : ofFolder != "" ? (ofFolder, FolderFile) : (ofOwn, OwnFile);
            if (value != "") origins[name] = origin;
            return value;
        }
    }

    /// <summary>Where a setting was said, safe to show; empty where it was not.</summary>
    /// <param name="name">Its name in the file.</param>
    public string OriginOf(string name) => TextSanitizer.Clean(Origins.GetValueOrDefault(name, ""), 1_000);

    // A record prints its members, and one of them is a secret.
    /// <inheritdoc/>
    public override string ToString() => $"{nameof(ServerSettings)} {{ {Address} }}";
}
