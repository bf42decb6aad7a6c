using System.Text.RegularExpressions;
using Davy.Images;

namespace Davy.Server.Ingest.Nats;

/// <summary>
/// A stream of NATS JetStream, taken through a durable pull consumer: <c>{"name": …, "kind": "nats", "url": …, "stream": …, "consumer": …}</c>. Described in docs/sources.md.
/// </summary>
/// <param name="Name">The source's name.</param>
sealed partial record NatsDeclaration(string Name) : SourceDeclaration(Name, "nats")
{
    const int MostServers = 16;

    /// <summary>The servers, of which one at a time is used: <c>nats://HOST:PORT</c>, or <c>tls://</c> where nothing else than TLS will do; none holds a user or password.</summary>
    public required IReadOnlyList<Uri> Servers { get; init; }

    /// <summary>The stream.</summary>
    public required string Stream { get; init; }

    /// <summary>The durable consumer; all that share it share its messages.</summary>
    public required string Consumer { get; init; }

    /// <summary>A file of <c>nsc</c> with a user's JWT and the seed of its key; null for none.</summary>
    public string? CredentialsFile { get; init; }

    /// <summary>A file whose only line is a token; null for none.</summary>
    public string? TokenFile { get; init; }

    /// <summary>A file whose only line is a user's name; null for none.</summary>
    public string? UserFile { get; init; }

    /// <summary>A file whose only line is the user's password; null for none.</summary>
    public string? PasswordFile { get; init; }

    /// <summary>The certificates (PEM) of which one must have signed the server's; null: those of the system.</summary>
    public string? CaFile { get; init; }

    /// <summary>The certificate (PEM) by which this program is known to the server; null for none.</summary>
    public string? CertFile { get; init; }

    /// <summary>The private key (PEM) of <see cref="CertFile"/>.</summary>
    public string? KeyFile { get; init; }

    /// <summary>What its entries are counted for, and where their places begin.</summary>
    public string Source => $"nats/{Name}";

    /// <summary>Whether only TLS will do.</summary>
    public bool IsTlsRequired => CaFile is not null || CertFile is not null || Servers.Any(server => server.Scheme == "tls");

    /// <summary>Reads one.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="json">What the configuration says.</param>
    /// <exception cref="UnreadableFileException">Something is wrong.</exception>
    public static SourceDeclaration Read(string name, LocatedJson json)
    {
        json.Expect("name", "kind", "url", "stream", "consumer", "credentialsFile", "tokenFile", "userFile", "passwordFile", "caFile", "certFile", "keyFile");
        NatsDeclaration read = new(name)
        {
            Servers = ServersOf(json.Member("url") ?? throw json.Fault("\"url\" is missing")),
            Stream = NameOf(json, "stream"),
            Consumer = NameOf(json, "consumer"),
            CredentialsFile = PathOf(json, "credentialsFile"),
            TokenFile = PathOf(json, "tokenFile"),
            UserFile = PathOf(json, "userFile"),
            PasswordFile = PathOf(json, "passwordFile"),
            CaFile = PathOf(json, "caFile"),
            CertFile = PathOf(json, "certFile"),
            KeyFile = PathOf(json, "keyFile"),
        };
        if (read.Fault() is { } fault) throw json.Fault(fault);
        return read;
    }

    /// <inheritdoc/>
    public override ILogSource? Open(IServiceProvider services)
    {
        var watch = services.GetRequiredService<Watch>();
        return new NatsSource(this, (records, cancel) => watch.ObserveAsync(records, Source, null, cancel), services.GetRequiredService<SourceFaults>(), services.GetRequiredService<TimeProvider>());
    }

    string? Fault()
    {
        if (UserFile is null != PasswordFile is null) return "\"userFile\" and \"passwordFile\" go together";
        if (CertFile is null != KeyFile is null) return "\"certFile\" and \"keyFile\" go together";
        if (new[] { CredentialsFile, TokenFile, UserFile }.Count(file => file is not null) > 1) return "there may be only one of \"credentialsFile\", \"tokenFile\" and \"userFile\"";

        // Of credentialsFile nothing secret is sent: it signs what the server asks.
        if ((TokenFile ?? PasswordFile) is not null && !IsTlsRequired && Servers.Any(server => !server.IsLoopback)) return "the token or password would cross the network in clear text; write tls:// in \"url\"";
        return null;
    }

    static IReadOnlyList<Uri> ServersOf(LocatedJson json)
    {
        var words = json.Words();
        if (words.Count is 0 or > MostServers) throw json.Fault($"\"url\" must be a URL, or a list of up to {MostServers}");
        return [.. words.Select(word => ServerOf(json, word))];
    }

    static Uri ServerOf(LocatedJson json, string text)
    {
        // Not shown where it may hold a password.
        if (text.Contains('@', StringComparison.Ordinal)) throw json.Fault("\"url\" must not hold a user, password or token; name a file that does, with \"tokenFile\", or \"userFile\" and \"passwordFile\"");
        if (text.Contains(',', StringComparison.Ordinal) || !Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("nats" or "tls") || url.Host == "" || url.PathAndQuery is not ("" or "/") || url.Fragment != "")
        {
            throw json.Fault("\"url\" must be nats://HOST:PORT or tls://HOST:PORT, or a list of them");
        }

        return url;
    }

    static string NameOf(LocatedJson json, string member)
    {
        var name = json.Text(member);
        return JetStreamName().IsMatch(name) ? name : throw json.Fault($"\"{member}\" must be of letters, digits, _ and -, and have 128 characters at most");
    }

    static string? PathOf(LocatedJson json, string member) => json.Member(member) is { } given ? Path.Combine(Path.GetDirectoryName(Path.GetFullPath(json.File)) ?? "", given.Text()) : null;

    // https://github.com/nats-io/nats-architecture-and-design/blob/main/adr/ADR-6.md, restricted-term
    [GeneratedRegex(@"\A[A-Za-z0-9_-]{1,128}\z")]
    private static partial Regex JetStreamName();
}
