using System.CommandLine;

namespace Davy.Cli.Commands;

/// <summary>The options of <c>davy respond</c>.</summary>
static class RespondOptions
{
    public static readonly Argument<string?> Finding = new("FINDING")
    {
        Description = "The finding that davyd keeps: its whole name, or its id beside --organization, --folder, --project or DAVY_PARENT. Without it: --resource. A - reads findings from standard input and plans for all workloads that they name.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    public static readonly Option<string?> Resource = new("--resource") { Description = "The service, job or worker pool, where there is no finding of it: projects/P/locations/L/services/S.", HelpName = "NAME" };

    public static readonly Option<string?> Action = new("--action") { Description = "Plan this, and show the exact difference." };

    public static readonly Option<string?> Image = new("--image") { Description = "For replace: the good image, by its digest.", HelpName = "REF@sha256:…" };

    public static readonly Option<string?> Revision = new("--revision") { Description = "For replace: the good revision to go back to, instead of the latest good one.", HelpName = "NAME" };

    public static readonly Option<string> Ingress = new("--ingress") { Description = "For close: who can still reach it.", DefaultValueFactory = _ => "internal" };

    public static readonly Option<string?> Output = new("--output", "-o") { Description = "Write the plan to a file, which 'davy respond apply' takes.", HelpName = "FILE" };

    public static readonly Option<string> Format = new("--format") { Description = "How it is written.", DefaultValueFactory = _ => "table" };

    public static readonly Argument<string> Plan = new("PLAN") { Description = "The file that 'davy respond plan --output' wrote." };

    public static readonly Argument<string> Record = new("RECORD") { Description = "The id that 'davy respond apply' said, and 'davy respond history' lists." };

    public static readonly Argument<string?> Which = new("RECORD") { Description = "Only this record, or those of this finding or resource.", Arity = ArgumentArity.ZeroOrOne };

    public static readonly Option<string?> Confirm = new("--confirm") { Description = "Typed to confirm: the short name of the service, job or worker pool, or PROJECT:COUNT for a set of plans. Without it a terminal is asked.", HelpName = "NAME" };

    public static readonly Option<string?> Reason = new("--reason") { Description = "Why; it is kept in the record.", HelpName = "WHY" };

    public static readonly Option<string?> Policy = new("--policy") { Description = "Where responses are allowed. Without it: davy/respond.json in the folder of configurations ($XDG_CONFIG_HOME).", HelpName = "FILE" };

    public static readonly Option<string?> Records = new("--records") { Description = "The folder of records. Without it: davy/responses in the folder of states ($XDG_STATE_HOME).", HelpName = "FOLDER" };

    public static readonly Option<bool> SaveImage = new("--save-image")
    {
        Description = "Keep the listed image with the record before anything is changed: manifest, configuration and the layers with evidence, as 'davy image inspect --save' does. If that fails, nothing is changed.",
    };

    static RespondOptions()
    {
        Action.AcceptOnlyFromAmong("stop", "replace", "delete", "close");
        Ingress.AcceptOnlyFromAmong("internal", "none");
        Format.AcceptOnlyFromAmong("table", "json");
    }

    /// <summary>What judges and reads, for all commands that speak to Cloud Run.</summary>
    public static IEnumerable<Option> Reading => [ScanOptions.Indicators, ScanOptions.Upstreams, NodeOptions.Credentials];

    /// <summary>What finds the davyd that keeps a finding.</summary>
    public static IEnumerable<Option> Keeping => [ConnectionOptions.Server, .. ConnectionOptions.Secrets];

    /// <summary>What commands that change something need.</summary>
    public static IEnumerable<Option> Changing => [Confirm, Reason, Policy, Records];

    /// <summary>What asks registries.</summary>
    public static IEnumerable<Option> Registries => [ImageOptions.Yes, ImageOptions.Anonymous, ImageOptions.Mirror, ImageOptions.Proxy, ImageOptions.PlainHttp, ImageOptions.Allow];
}
