using System.Collections;
using System.CommandLine;
using System.Globalization;
using Davy.Findings;
using Davy.Outbound;

namespace Davy.Server.Hosting;

/// <summary>The part of the command line that says which images are looked into in the background, and how.</summary>
static class InspectionArguments
{
    const string ProgramName = "davy";

    static readonly string[] Certificates = ["SSL_CERT_FILE", "SSL_CERT_DIR"];

    static readonly Option<string> Inspect = new("--inspect")
    {
        Description = "Look into images in the background: 'off', those of 'findings', or of all 'deployments'. It asks the images' registries, whose owners may see that.",
        HelpName = "WHAT",
        DefaultValueFactory = _ => "off",
    };

    static readonly Option<string?> ProgramFile = new("--inspect-program") { Description = "The program davy, which does it in a process of its own. Without it: davy beside davyd, else on the PATH.", HelpName = "FILE" };

    static readonly Option<bool> Listed = new("--inspect-listed") { Description = "Ask a registry also for an image that is on a list, which may tell its owner." };

    static readonly Option<int> AtOnce = new("--inspect-at-once") { Description = "How many images at once.", HelpName = "NUMBER", DefaultValueFactory = _ => new InspectionOptions().AtOnce };

    static readonly Option<int> Timeout = new("--inspect-timeout") { Description = "How long one image may take.", HelpName = "SECONDS", DefaultValueFactory = _ => (int)new InspectionOptions().Timeout.TotalSeconds };

    static readonly Option<int> Memory = new("--inspect-mebibytes") { Description = "How much memory the process for one image may take.", HelpName = "NUMBER", DefaultValueFactory = _ => new InspectionOptions().MemoryMebibytes };

    static readonly Option<int> Tries = new("--inspect-tries") { Description = "How often a registry that does not answer is asked, with longer and longer pauses.", HelpName = "NUMBER", DefaultValueFactory = _ => new InspectionOptions().Tries };

    static readonly Option<string?> DockerConfig = new("--inspect-docker-config") { Description = "A folder with Docker's config.json: its logins are used. Without it: none.", HelpName = "FOLDER" };

    static readonly Option<string?> GoogleCredentials = new("--inspect-google-credentials") { Description = "A file with credentials of Google, used for gcr.io and *-docker.pkg.dev alone. Without it: none.", HelpName = "FILE" };

    static readonly Option<string[]> Allow = new("--inspect-allow-host")
    {
        Description = "A registry that may be asked although its address is private, as --allow-host of 'davy image inspect'. May be repeated.",
        HelpName = "HOST",
        DefaultValueFactory = _ => [],
    };

    static readonly Option<string?> Mirror = new("--inspect-registry-mirror") { Description = "A registry to be asked for the images of Docker Hub.", HelpName = "URL" };

    static readonly Option<string?> Proxy = new("--inspect-proxy") { Description = "A proxy for all requests; it must refuse private addresses itself.", HelpName = "URL" };

    static readonly Option<bool> PlainHttp = new("--inspect-plain-http") { Description = "Ask without TLS; only a registry of this machine." };

    static InspectionArguments() => Inspect.AcceptOnlyFromAmong("off", "findings", "deployments");

    /// <summary>All of them, in the order of the help.</summary>
    public static IEnumerable<Option> All => [Inspect, ProgramFile, Listed, AtOnce, Timeout, Memory, Tries, DockerConfig, GoogleCredentials, Allow, Mirror, Proxy, PlainHttp];

    /// <summary>Reads them.</summary>
    /// <param name="options">The options so far.</param>
    /// <param name="parsed">The command line.</param>
    /// <param name="environment">The process's environment.</param>
    /// <returns>The options with these.</returns>
    public static ServerOptions Read(ServerOptions options, ParseResult parsed, IDictionary environment) => options with
    {
        Inspection = new()
        {
            Scope = Enum.Parse<InspectionScope>(parsed.GetValue(Inspect)!, ignoreCase: true),
            Program = Path(parsed.GetValue(ProgramFile)) ?? Candidates(environment).FirstOrDefault(File.Exists),
            AsksForListed = parsed.GetValue(Listed),
            AtOnce = parsed.GetValue(AtOnce),
            Timeout = TimeSpan.FromSeconds(parsed.GetValue(Timeout)),
            MemoryMebibytes = parsed.GetValue(Memory),
            Tries = parsed.GetValue(Tries),
            DockerConfig = Path(parsed.GetValue(DockerConfig)),
            GoogleCredentials = Path(parsed.GetValue(GoogleCredentials)),
            AllowedHosts = parsed.GetValue(Allow)!,
            Mirror = parsed.GetValue(Mirror),
            Proxy = parsed.GetValue(Proxy),
            PlainHttp = parsed.GetValue(PlainHttp),
            Inherited = (parsed.GetValue(DockerConfig) is null ? Certificates : [.. Certificates, "PATH"]).Where(name => environment[name] is string { Length: > 0 }).ToDictionary(name => name, name => (string)environment[name]!),
        },
    };

    /// <summary>What is wrong with them: a sentence each; nothing where no image is looked into.</summary>
    /// <param name="options">The options.</param>
    public static IEnumerable<string> Faults(InspectionOptions options)
    {
        if (options.Scope is InspectionScope.Off) yield break;
        if (options.Program is not { } program) yield return "--inspect needs the program davy, and it is neither beside davyd nor on the PATH: put it there, or name it with --inspect-program.";
        else if (!File.Exists(program)) yield return $"--inspect-program: there is no file {program}.";
        else if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(program) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) == 0) yield return $"--inspect-program: {program} may not be executed; chmod +x makes it a program.";
        if (!OperatingSystem.IsLinux()) yield return "--inspect works on Linux only: elsewhere the process for an image cannot be confined.";

        foreach (var (name, value, least, most) in new[]
        {
            ("--inspect-at-once", options.AtOnce, 1, 64), ("--inspect-timeout", (int)options.Timeout.TotalSeconds, 1, 3_600), ("--inspect-mebibytes", options.MemoryMebibytes, 128, 65_536), ("--inspect-tries", options.Tries, 1, 100),
        })
        {
            if (value < least || value > most) yield return string.Create(CultureInfo.InvariantCulture, $"{name} is {value}; it must be {least} to {most}.");
        }

        if (options.DockerConfig is { } folder && !File.Exists(System.IO.Path.Combine(folder, "config.json"))) yield return $"--inspect-docker-config: there is no config.json in {folder}.";
        if (options.GoogleCredentials is { } file && !File.Exists(file)) yield return $"--inspect-google-credentials: there is no file {file}.";
        foreach (var (name, url) in new[] { ("--inspect-registry-mirror", options.Mirror), ("--inspect-proxy", options.Proxy) })
        {
            if (url is not null && (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https") || address.UserInfo != "")) yield return $"{name} must be an address such as https://registry.example.com, without a password.";
        }

        if (HostFault(options.AllowedHosts) is { } fault) yield return $"--inspect-allow-host: {fault}";
    }

    static string? HostFault(IReadOnlyList<string> hosts)
    {
        try
        {
            AllowedHosts.Parse([.. hosts]);
            return null;
        }
        catch (FormatException fault)
        {
            return fault.Message;
        }
    }

    /// <summary>The process for an image works in another folder.</summary>
    static string? Path(string? given) => given is null ? null : System.IO.Path.GetFullPath(given);

    static IEnumerable<string> Candidates(IDictionary environment) =>
        [System.IO.Path.Combine(AppContext.BaseDirectory, ProgramName), .. (environment["PATH"] as string ?? "").Split(':').Where(System.IO.Path.IsPathRooted).Select(folder => System.IO.Path.Combine(folder, ProgramName))];
}
