using System.CommandLine;

namespace Davy.Cli.Commands;

/// <summary>The options of <c>davy image</c>.</summary>
static class ImageOptions
{
    public static readonly Argument<string> Reference = new("REF")
    {
        Description = "An image as in a registry, oci:DIR for an OCI layout, or docker-archive:FILE for what 'docker save' wrote, also compressed.",
    };

    public static readonly Option<string> Format = OneOf("--format", "How the report is written.", "table", "json", "sarif");

    public static readonly Option<string?> Output = new("--output", "-o") { Description = "Write the report to a file, which is replaced only once it is whole.", HelpName = "FILE" };

    public static readonly Option<string> Platform = new("--platform")
    {
        Description = "The platform, as in linux/arm64, or 'all'. Cloud Run runs linux/amd64.",
        HelpName = "OS/ARCH",
        DefaultValueFactory = _ => "linux/amd64",
    };

    public static readonly Option<bool> AllLayers = new("--all-layers") { Description = "Read every layer, also where the verdict is known before." };

    public static readonly Option<string> FailOn = OneOf("--fail-on", "What counts as found for exit code 1: a miner in the image, or suspicion too.", "miner", "suspicious");

    public static readonly Option<int?> Timeout = new("--timeout")
    {
        Description = "How long the inspection may take, in seconds; 120 where nothing is said.",
        HelpName = "SECONDS",
        Validators = { result => { if (result.Tokens.Count == 1 && (!int.TryParse(result.Tokens[0].Value, out var seconds) || seconds is < 1 or > 86_400)) result.AddError("--timeout: name 1 to 86400 seconds."); } },
    };

    public static readonly Option<string?> Save = new("--save")
    {
        Description = "Keep manifest, configuration and the layers with evidence in a folder, as an OCI layout, for the incident's file.",
        HelpName = "DIR",
    };

    public static readonly Option<bool> Yes = new("--yes") { Description = "Ask a registry also for an image that is on a list, which may tell its owner." };

    public static readonly Option<bool> Anonymous = new("--anonymous") { Description = "Use no login: neither Docker's nor Google's." };

    public static readonly Option<string?> Mirror = new("--registry-mirror") { Description = "A registry to be asked for the images of Docker Hub.", HelpName = "URL" };

    public static readonly Option<string?> Proxy = new("--proxy") { Description = "A proxy for all requests; it must refuse private addresses itself.", HelpName = "URL" };

    public static readonly Option<bool> PlainHttp = new("--plain-http") { Description = "Ask without TLS; only a registry of this machine (127.0.0.1, ::1, localhost)." };

    public static readonly Option<string[]> Allow = new("--allow-host")
    {
        Description = "A host that may be asked although its address is private: a name, '*.' and a name, an address or a range. May be repeated.",
        HelpName = "HOST",
        DefaultValueFactory = _ => [],
    };

    public static readonly Option<bool> Debug = new("--debug") { Description = "Show where in the program a failure happened." };

    /// <summary>All of them, in the order of the help.</summary>
    public static IEnumerable<Option> All => [Format, Output, Platform, AllLayers, ScanOptions.Indicators, FailOn, Timeout, Save, Yes, Anonymous, Mirror, Proxy, PlainHttp, Allow, ScanOptions.Colour, Debug];

    static Option<string> OneOf(string name, string description, params string[] values)
    {
        Option<string> option = new(name) { Description = description, DefaultValueFactory = _ => values[0] };
        option.AcceptOnlyFromAmong(values);
        return option;
    }
}
