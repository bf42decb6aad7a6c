using System.Collections;
using System.CommandLine;
using System.Net;

namespace Davy.Server.Hosting;

/// <summary>The command line of <c>davyd</c>.</summary>
static class ServerArguments
{
    static readonly Option<string?> Data = new("--data")
    {
        Description = "The folder for what is kept. Without it: $STATE_DIRECTORY, else $XDG_STATE_HOME/davy, else ~/.local/state/davy.",
        Recursive = true,
        HelpName = "FOLDER",
    };

    static readonly Option<string?> Database = new("--database")
    {
        Description = "Where findings are kept: 'Host=…;Database=…' for PostgreSQL 15 or later, 'Data Source=…' for SQLite. Without it: SQLite in the data folder.",
        Recursive = true,
        HelpName = "CONNECTION",
    };

    static readonly Option<IPAddress> Address = new("--address")
    {
        Description = "The address to listen on.",
        HelpName = "IP",
        CustomParser = result =>
        {
            if (IPAddress.TryParse(result.Tokens.Single().Value, out var address)) return address;
            result.AddError($"--address: '{result.Tokens.Single().Value}' is no IP address.");
            return IPAddress.Loopback;
        },
        DefaultValueFactory = _ => IPAddress.Loopback,
    };

    static readonly Option<int> HttpPort = new("--http-port") { Description = "The port for HTTP/1.1: REST and health.", DefaultValueFactory = _ => 8080, HelpName = "PORT" };

    static readonly Option<int> GrpcPort = new("--grpc-port") { Description = "The port for HTTP/2 without TLS: gRPC.", DefaultValueFactory = _ => 8081, HelpName = "PORT" };

    static readonly Option<string?> TlsCertificate = new("--tls-certificate")
    {
        Description = "A PEM file with the certificate and its chain: davyd then speaks TLS, on one port for HTTP/1.1 and HTTP/2. Read again when it changes.",
        HelpName = "FILE",
    };

    static readonly Option<string?> TlsKey = new("--tls-key") { Description = "A PEM file with the certificate's private key, without a passphrase.", HelpName = "FILE" };

    static readonly Option<int> TlsPort = new("--tls-port") { Description = "The port for TLS; the two for clear text are then not opened.", DefaultValueFactory = _ => 8443, HelpName = "PORT" };

    static readonly Option<bool> BehindTlsProxy = new("--behind-tls-proxy")
    {
        Description = "Speak clear text on an address that is not loopback: a proxy in front does TLS, and nobody else reaches this port.",
    };

    static readonly Option<string?> Oidc = new("--oidc")
    {
        Description = "A JSON file with OpenID Connect issuers whose tokens are taken, and who has which role: see docs/api.md.",
        HelpName = "FILE",
    };

    static readonly Option<bool> Insecure = new("--insecure") { Description = "Ask nobody who they are. Only on a loopback address." };

    static readonly Option<int> MaxConnections = new("--max-connections") { Description = "How many connections each port holds at most.", DefaultValueFactory = _ => new ServerLimits().Connections, HelpName = "NUMBER" };

    static readonly Option<int> RateLimit = new("--rate-limit") { Description = "How many requests a second a caller may make; 0: any number.", DefaultValueFactory = _ => new ServerLimits().Requests, HelpName = "NUMBER" };

    static readonly Option<int> IngestRateLimit = new("--ingest-rate-limit")
    {
        Description = "The same for requests that bring findings in, which are counted apart.",
        DefaultValueFactory = _ => new ServerLimits().IngestRequests,
        HelpName = "NUMBER",
    };

    static readonly Option<int> StrangerRateLimit = new("--stranger-rate-limit")
    {
        Description = "The same for requests without a good token, counted by address.",
        DefaultValueFactory = _ => new ServerLimits().StrangerRequests,
        HelpName = "NUMBER",
    };

    static readonly Option<string?> Organization = new("--organization")
    {
        Description = "The number of your organisation, for names that need one where a request gives none.",
        HelpName = "NUMBER",
    };

    static readonly Option<int> RetentionDays = new("--retention-days") { Description = "For how many days findings are kept.", DefaultValueFactory = _ => 400, HelpName = "DAYS" };

    static readonly Option<string[]> Indicators = new("--indicators")
    {
        Description = "A list of indicators beside the built-in one, as for 'davy scan'. May be repeated. Read again when it changes.",
        DefaultValueFactory = _ => [],
        HelpName = "FILE",
    };

    static readonly Option<string?> UpstreamsFile = new("--upstreams") { Description = "What stands behind remote repositories, mirrors and proxies, as for 'davy scan'. Read again when it changes.", HelpName = "FILE" };

    static readonly Option<LogLevel> Level = new("--log-level") { Description = "What the log tells, on standard error.", HelpName = "LEVEL", DefaultValueFactory = _ => LogLevel.Information };

    static readonly Option<string> Format = new("--log-format")
    {
        Description = "How the log is written: text, or gcp, a JSON object a line with Cloud Logging's severity.",
        HelpName = "FORMAT",
        DefaultValueFactory = _ => "text",
    };

    static readonly Option<bool> Ephemeral = new("--ephemeral") { Description = "Keep findings also where the disk does not last, as in a container of Cloud Run." };

    static ServerArguments() => Format.AcceptOnlyFromAmong("text", CloudLoggingFormatter.FormatName);

    /// <summary>All options that say how the server works, in the order of the help.</summary>
    public static IReadOnlyList<Option> All { get; } =
    [
        Data, Database, Address, HttpPort, GrpcPort, TlsCertificate, TlsKey, TlsPort, BehindTlsProxy, Oidc, Insecure, MaxConnections, RateLimit, IngestRateLimit, StrangerRateLimit, Organization, RetentionDays, Indicators, UpstreamsFile,
        Level, Format, Ephemeral,
        .. OutgoingArguments.All,
        .. WatchArguments.All,
        .. InspectionArguments.All,
    ];

    /// <summary>The root command; its action serves.</summary>
    /// <param name="serve">What is done with the command line.</param>
    public static RootCommand Command(Func<ParseResult, CancellationToken, Task<int>> serve)
    {
        RootCommand root = new("davyd keeps the findings of Davy and serves them over the API of Security Command Center v2, by gRPC and REST.")
        {
            Settings.Config,
        };
        foreach (var option in All) root.Options.Add(option);
        HelpExamples.AddTo(root, "davyd", "davyd --address 0.0.0.0 --tls-certificate /etc/davy/tls.crt --tls-key /etc/davy/tls.key", "davyd --database 'Host=db.example.com;Database=davy;Username=davy'", "davyd --config /etc/davy/davyd.json", "davyd --targets /etc/davy/targets.json", "davyd tokens create --role administrator");
        root.SetAction(serve);
        return root;
    }

    /// <summary>Where things are kept, for commands that need no more.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="environment">The process's environment.</param>
    /// <exception cref="OptionException">No folder is known.</exception>
    public static ServerOptions Place(ParseResult parsed, IDictionary environment) =>
        new() { StateDirectory = parsed.GetValue(Data) ?? StateDirectory.Of(environment), Database = parsed.GetValue(Database) };

    /// <summary>What the command line says, checked whole.</summary>
    /// <param name="parsed">The command line, with all that file and environment say.</param>
    /// <param name="environment">The process's environment.</param>
    /// <exception cref="OptionException">An option is wrong.</exception>
    public static ServerOptions Options(ParseResult parsed, IDictionary environment)
    {
        var options = Place(parsed, environment) with
        {
            Address = parsed.GetValue(Address)!,
            HttpPort = parsed.GetValue(HttpPort),
            GrpcPort = parsed.GetValue(GrpcPort),
            TlsCertificate = parsed.GetValue(TlsCertificate),
            TlsKey = parsed.GetValue(TlsKey),
            TlsPort = parsed.GetValue(TlsPort),
            BehindTlsProxy = parsed.GetValue(BehindTlsProxy),
            Oidc = parsed.GetValue(Oidc),
            Insecure = parsed.GetValue(Insecure),
            Limits = new()
            {
                Connections = parsed.GetValue(MaxConnections),
                Requests = parsed.GetValue(RateLimit),
                IngestRequests = parsed.GetValue(IngestRateLimit),
                StrangerRequests = parsed.GetValue(StrangerRateLimit),
            },
            Organization = parsed.GetValue(Organization),
            Retention = new() { FindingDays = parsed.GetValue(RetentionDays) },
            LogLevel = parsed.GetValue(Level),
            LogFormat = parsed.GetValue(Format)!,
            Ephemeral = parsed.GetValue(Ephemeral),
            Otlp = OtlpOptions.Read(environment),
        };
        options = WithKnownBad(InspectionArguments.Read(WatchArguments.Read(OutgoingArguments.Read(options, parsed, environment), parsed), parsed, environment), parsed.GetValue(Indicators)!, parsed.GetValue(UpstreamsFile));
        return options.Faults().ToList() is { Count: > 0 } faults ? throw new OptionException(string.Join(Environment.NewLine, faults)) : options;
    }

    /// <exception cref="OptionException">A file cannot be read.</exception>
    static ServerOptions WithKnownBad(ServerOptions options, string[] indicators, string? upstreams)
    {
        options = options with { IndicatorFiles = indicators, UpstreamsFile = upstreams };
        return options with { KnownFrom = FileState.Of(options.KnownFiles), KnownBad = KnownBad.Read(indicators, upstreams) };
    }
}
