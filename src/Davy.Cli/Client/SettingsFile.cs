using System.Globalization;
using Davy.Cli.Output;
using Davy.Findings;
using Davy.Images;

namespace Davy.Cli.Client;

/// <summary><c>davy.json</c>: a JSON object, with comments and trailing commas, of what holds unless the environment or the command line says otherwise (docs/configuration.md). Empty for what it does not say.</summary>
sealed record SettingsFile
{
    /// <summary>What it is called.</summary>
    public const string Name = "davy.json";

    const int MostBytes = 1 << 20;

    /// <summary>What may stand in the file of any folder.</summary>
    static readonly string[] Anywhere = ["server", "parent", "format", "pageSize"];

    /// <summary>What decides over secrets: who wrote the file that lies in a folder is not known.</summary>
    static readonly string[] OwnAlone = ["tokenFile", "caFile", "allowClearText"];

    /// <summary>The server's address.</summary>
    public string Server { get; init; } = "";

    /// <summary>The organisation, folder or project that is meant.</summary>
    public string Parent { get; init; } = "";

    /// <summary>How answers are written.</summary>
    public string Format { get; init; } = "";

    /// <summary>How many the server is to send at a time, 1 to 1,000.</summary>
    public string PageSize { get; init; } = "";

    /// <summary>The file that holds the token.</summary>
    public string TokenFile { get; init; } = "";

    /// <summary>The file of the authorities that may have signed the server's certificate.</summary>
    public string AuthorityFile { get; init; } = "";

    /// <summary>The token may go over the network in clear.</summary>
    public bool AllowClearText { get; init; }

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file; empty for none.</param>
    /// <param name="isOwn">Whether it is the person's own, which may say where secrets are and go.</param>
    /// <returns>What it says; nothing where there is no such file.</returns>
    /// <exception cref="UnreadableFileException">It cannot be read, or says what it must not.</exception>
    public static SettingsFile Read(string path, bool isOwn)
    {
        if (path == "" || !File.Exists(path)) return new();
        var bytes = Bytes(path);
        if (bytes.Length > MostBytes) throw new UnreadableFileException(path, 0, "it is larger than 1 MiB; it is no configuration of davy.");

        var root = LocatedJson.Parse(path, bytes);
        foreach (var (name, value) in root.Members())
        {
            if (!isOwn && OwnAlone.Contains(name)) throw value.Fault($"\"{name}\" may stand only in the file of your own, in davy/{Name} of the folder for configurations, for this one may have come with somebody else's work; take it out here");
        }

        root.Expect(isOwn ? [.. Anywhere, .. OwnAlone] : Anywhere);
        return new()
        {
            Server = Checked("server", IsAddress, "must be a URL without name, password, query or fragment, as in https://davy.example.com"),
            Parent = Checked("parent", IsNode, "must be organizations/NUMBER, folders/NUMBER or projects/PROJECT"),
            Format = Checked("format", text => ResultFormat.Parse(text, null) is not null, $"must be one of {string.Join(", ", ResultFormat.Names)}, the first and the last two with fields as in value(name,severity)"),
            PageSize = root.Member("pageSize") is null ? "" : root.OptionalNumber("pageSize", 0, 1, 1_000).ToString(CultureInfo.InvariantCulture),
            TokenFile = Beside("tokenFile"),
            AuthorityFile = Beside("caFile"),
            AllowClearText = root.OptionalSwitch("allowClearText"),
        };

        string Checked(string name, Predicate<string> isGood, string rule) => root.Member(name) is not { } value ? "" : isGood(value.Text()) ? value.Text() : throw value.Fault($"\"{name}\" {rule}");

        // A relative path is meant from where it is written.
        string Beside(string name) => root.Member(name) is { } value ? Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, value.Text()) : "";
    }

    static byte[] Bytes(string path)
    {
        try
        {
            return UserFile.Read(path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new UnreadableFileException(path, 0, $"it cannot be read: {fault.Message}");
        }
    }

    static bool IsAddress(string text)
    {
        try
        {
            _ = ServerAddress.Parse(text);
            return true;
        }
        catch (ServerException)
        {
            return false;
        }
    }

    static bool IsNode(string text) => SourceName.TryParse($"{text}/sources/{SourceName.All}", out var name) && name.Node == text;
}
