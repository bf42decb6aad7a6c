using System.Collections;
using System.CommandLine;
using Davy.Findings;
using Davy.Google;
using Davy.Images;
using Davy.Notifications;
using Davy.Outbound;

namespace Davy.Server.Hosting;

/// <summary>The part of the command line that says whom <c>davyd</c> asks and tells.</summary>
static class OutgoingArguments
{
    const string FromGoogle = "google";

    static readonly Option<string?> Targets = new("--targets")
    {
        Description = "A file that declares whom to tell of findings: webhooks, and Security Command Center. Pub/Sub topics are set over the API.",
        HelpName = "FILE",
    };

    static readonly Option<int> NotificationDays = new("--notification-days")
    {
        Description = "For how many days it is tried to send a notification.",
        DefaultValueFactory = _ => 7,
        HelpName = "DAYS",
    };

    static readonly Option<string[]> AllowOutbound = new("--allow-outbound")
    {
        Description = "A host that requests may go to although its address is not public: a name, '*.' and a name, an address, or a range. May be repeated.",
        DefaultValueFactory = _ => [],
        HelpName = "HOST",
    };

    static readonly Option<bool> AllowPlainHttp = new("--allow-plain-http") { Description = "Let webhooks be reached by http:, too." };

    static readonly Option<string?> Proxy = new("--proxy") { Description = "The proxy for all requests of davyd's own: http://HOST:PORT.", HelpName = "URL" };

    static readonly Option<string?> AncestrySource = new("--ancestry")
    {
        Description = "Where projects stand and whom to call: an ancestry file, or 'google' to ask Google's APIs. Fills what a finding does not say itself.",
        HelpName = "FILE",
    };

    static readonly Option<string?> GoogleCredentials = new("--google-credentials")
    {
        Description = "Credentials for Google's APIs: a file, or 'metadata' for the account that this machine runs as. Without it: $GOOGLE_APPLICATION_CREDENTIALS, else gcloud's own.",
        HelpName = "FILE",
    };

    /// <summary>All of them, in the order of the help.</summary>
    public static IEnumerable<Option> All => [Targets, NotificationDays, AncestrySource, GoogleCredentials, AllowOutbound, AllowPlainHttp, Proxy];

    /// <summary>Reads them.</summary>
    /// <param name="options">The options so far.</param>
    /// <param name="parsed">The command line.</param>
    /// <param name="environment">The process's environment.</param>
    /// <returns>The options with these.</returns>
    /// <exception cref="OptionException">One is wrong.</exception>
    public static ServerOptions Read(ServerOptions options, ParseResult parsed, IDictionary environment) => options with
    {
        Targets = TargetsOf(parsed.GetValue(Targets)),
        NotificationDays = parsed.GetValue(NotificationDays),
        Ancestry = AncestryOf(parsed.GetValue(AncestrySource)),
        AncestryFromGoogle = parsed.GetValue(AncestrySource) == FromGoogle,
        Outbound = OutboundOf(parsed),
        Credentials = CredentialOptions.FromEnvironment(environment).Named(parsed.GetValue(GoogleCredentials)),
        PubsubEmulator = EmulatorOf(environment["PUBSUB_EMULATOR_HOST"] as string),
    };

    static IReadOnlyList<Target>? TargetsOf(string? file)
    {
        if (file is null) return null;
        try
        {
            return TargetFile.Read(file);
        }
        catch (Exception fault) when (fault is UnreadableFileException or IOException or UnauthorizedAccessException)
        {
            throw new OptionException($"--targets: {fault.Message}");
        }
    }

    static Ancestry AncestryOf(string? file)
    {
        if (file is null or FromGoogle) return Ancestry.Unknown;
        try
        {
            return AncestryFile.Read(file);
        }
        catch (Exception fault) when (fault is UnreadableFileException or IOException or UnauthorizedAccessException)
        {
            throw new OptionException($"--ancestry: {fault.Message}");
        }
    }

    static OutboundRules OutboundOf(ParseResult parsed)
    {
        try
        {
            return new()
            {
                Allowed = AllowedHosts.Parse(parsed.GetValue(AllowOutbound)!),
                PlainHttp = parsed.GetValue(AllowPlainHttp),
                Proxy = parsed.GetValue(Proxy) is not { } proxy ? null
                    : Uri.TryCreate(proxy, UriKind.Absolute, out var url) && url is { Scheme: "http", UserInfo: "" } ? url
                    : throw new OptionException("--proxy must be http://HOST:PORT, without a password."),
            };
        }
        catch (FormatException fault)
        {
            throw new OptionException($"--allow-outbound: {fault.Message}");
        }
    }

    static Uri? EmulatorOf(string? host) =>
        string.IsNullOrEmpty(host) ? null
        : Uri.TryCreate(host.Contains("://", StringComparison.Ordinal) ? host : $"http://{host}", UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.AbsolutePath == "/" ? url
        : throw new OptionException("PUBSUB_EMULATOR_HOST must be HOST:PORT.");
}
