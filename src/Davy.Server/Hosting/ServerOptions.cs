using System.Net;
using Davy.Findings;
using Davy.Google;
using Davy.Notifications;
using Davy.Outbound;

namespace Davy.Server.Hosting;

/// <summary>What <c>davyd</c> was told at its start; checked whole before anything is opened.</summary>
sealed record ServerOptions
{
    /// <summary>The folder for what the program keeps: the SQLite file and what lies beside it.</summary>
    public required string StateDirectory { get; init; }

    /// <summary>The connection string of PostgreSQL (<c>Host=…</c>) or SQLite (<c>Data Source=…</c>); null: <c>davy.db</c> in the state directory.</summary>
    public string? Database { get; init; }

    /// <summary>The address that is listened on.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>The port of the HTTP/1.1 listener (REST, health); 0: any free one.</summary>
    public int HttpPort { get; init; } = 8080;

    /// <summary>The port of the HTTP/2 listener (gRPC without TLS needs one of its own); 0: any free one.</summary>
    public int GrpcPort { get; init; } = 8081;

    /// <summary>The PEM file of the certificate and its chain; null: no TLS.</summary>
    public string? TlsCertificate { get; init; }

    /// <summary>The PEM file of the certificate's private key.</summary>
    public string? TlsKey { get; init; }

    /// <summary>The port of the TLS listener (HTTP/1.1 and HTTP/2), which takes the place of the two others; 0: any free one.</summary>
    public int TlsPort { get; init; } = 8443;

    /// <summary>A proxy in front does TLS: clear text is meant, on an address that is not loopback.</summary>
    public bool BehindTlsProxy { get; init; }

    /// <summary>The file that names OpenID Connect issuers and who has which role; null for none.</summary>
    public string? Oidc { get; init; }

    /// <summary>Nobody has to say who they are; only on a loopback address.</summary>
    public bool Insecure { get; init; }

    /// <summary>How much is taken, and how fast.</summary>
    public ServerLimits Limits { get; init; } = new();

    /// <summary>How long things are kept.</summary>
    public RetentionOptions Retention { get; init; } = new();

    /// <summary>What the log tells: this, and all that is worse.</summary>
    public LogLevel LogLevel { get; init; } = LogLevel.Information;

    /// <summary>How the log is written: <c>text</c> or <c>gcp</c>.</summary>
    public string LogFormat { get; init; } = "text";

    /// <summary>Where metrics, traces and logs are sent; null for nowhere.</summary>
    public OtlpOptions? Otlp { get; init; }

    /// <summary>Whether findings may be kept where they do not last.</summary>
    public bool Ephemeral { get; init; }

    /// <summary>The number of the organisation under which operations are named that began at a folder or project; null where it is not known.</summary>
    public string? Organization { get; init; }

    /// <summary>The targets that a file declares; null where no file was given.</summary>
    public IReadOnlyList<Target>? Targets { get; init; }

    /// <summary>For how many days it is tried to send a notification.</summary>
    public int NotificationDays { get; init; } = 7;

    /// <summary>Lists of indicators beside the built-in one.</summary>
    public IReadOnlyList<string> IndicatorFiles { get; init; } = [];

    /// <summary>The file that says what stands behind remote repositories; null for none.</summary>
    public string? UpstreamsFile { get; init; }

    /// <summary>What these files said at the start.</summary>
    public KnownBad KnownBad { get; init; } = KnownBad.BuiltIn;

    /// <summary>The state of these files before they were read.</summary>
    public FileState KnownFrom { get; init; }

    /// <summary>All of these files.</summary>
    public IEnumerable<string> KnownFiles => UpstreamsFile is null ? IndicatorFiles : [.. IndicatorFiles, UpstreamsFile];

    /// <summary>Where projects stand, as a file tells it; nothing where none was given.</summary>
    public Ancestry Ancestry { get; init; } = Ancestry.Unknown;

    /// <summary>Whether Google is asked where projects stand.</summary>
    public bool AncestryFromGoogle { get; init; }

    /// <summary>Where the program's own requests may go.</summary>
    public OutboundRules Outbound { get; init; } = new();

    /// <summary>Where credentials for Google are looked for.</summary>
    public CredentialOptions Credentials { get; init; } = new();

    /// <summary>Google's services.</summary>
    public GoogleEndpoints Endpoints { get; init; } = new();

    /// <summary>An emulator of Pub/Sub, which is asked without credentials; null for the real one.</summary>
    public Uri? PubsubEmulator { get; init; }

    /// <summary>From when on something about the sources is an alarm.</summary>
    public WatchLimits Alarms { get; init; } = new();

    /// <summary>How many dead letters are kept.</summary>
    public DeadLetterLimits DeadLetters { get; init; } = new();

    /// <summary>How images are looked into in the background.</summary>
    public InspectionOptions Inspection { get; init; } = new();

    /// <summary>What is wrong with the options: a sentence each, with what to do; empty if nothing is.</summary>
    public IEnumerable<string> Faults()
    {
        if (Insecure && !IPAddress.IsLoopback(Address)) yield return $"--insecure is for loopback addresses, not {Address}: whoever reaches the port could do anything.";
        if (Retention.FindingDays is < 1 or > 36_500) yield return $"--retention-days is {Retention.FindingDays}; it must be 1 to 36,500.";
        if (NotificationDays is < 1 or > 365) yield return $"--notification-days is {NotificationDays}; it must be 1 to 365.";
        if (HttpPort is < 0 or > 65535) yield return $"--http-port is {HttpPort}; it must be 0 to 65535.";
        if (GrpcPort is < 0 or > 65535) yield return $"--grpc-port is {GrpcPort}; it must be 0 to 65535.";
        if (TlsPort is < 0 or > 65535) yield return $"--tls-port is {TlsPort}; it must be 0 to 65535.";
        if (TlsCertificate is null != TlsKey is null) yield return "--tls-certificate and --tls-key go together: a certificate and its private key.";
        if (TlsCertificate is not null && BehindTlsProxy) yield return "--behind-tls-proxy says that davyd itself speaks clear text; leave out --tls-certificate and --tls-key, or it.";
        if (TlsCertificate is null && TlsKey is null && !Insecure && !BehindTlsProxy && !IPAddress.IsLoopback(Address))
        {
            yield return $"On {Address} tokens would cross the network in clear text. Give --tls-certificate and --tls-key, or --behind-tls-proxy where a proxy in front of davyd does TLS.";
        }

        if (HttpPort == GrpcPort && HttpPort != 0) yield return $"--http-port and --grpc-port are both {HttpPort}; without TLS each protocol needs its own.";
        foreach (var fault in Limits.Faults().Concat(WatchArguments.Faults(this)).Concat(InspectionArguments.Faults(Inspection))) yield return fault;
        if (Organization is { } id && (id.Length is 0 or > 30 || id.Any(digit => !char.IsAsciiDigit(digit)))) yield return "--organization must be the organisation's number.";
    }
}
