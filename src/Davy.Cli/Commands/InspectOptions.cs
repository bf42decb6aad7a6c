using System.CommandLine;
using System.Globalization;
using Davy.Google;
using Davy.Images.Content;
using Davy.Indicators;

namespace Davy.Cli.Commands;

/// <summary>The options of <c>davy scan --inspect</c>, most of them those of <c>davy image inspect</c>.</summary>
static class InspectOptions
{
    const int MostImages = 10_000;
    const int MostSeconds = 86_400;

    public static readonly Option<bool> Inspect = new("--inspect")
    {
        Description = "Look into the images of the deployments, on a list or not, as 'davy image inspect' does. Their registries are asked; without it nobody is.",
    };

    public static readonly Option<int?> Limit = Number("--inspect-limit", "N", MostImages,
        string.Create(CultureInfo.InvariantCulture, $"How many images are looked into: those of findings first, then those deployed last; {ScanInspection.UsualLimit} where nothing is said. The others are told."));

    public static readonly Option<int?> Timeout = Number("--inspect-timeout", "SECONDS", MostSeconds, "How long one image may take, in seconds; 120 where nothing is said.");

    /// <summary>Those that mean nothing without <c>--inspect</c>.</summary>
    static IEnumerable<Option> Others => [Limit, Timeout, ImageOptions.Yes, ImageOptions.Anonymous, ImageOptions.Mirror, ImageOptions.Proxy, ImageOptions.PlainHttp, ImageOptions.Allow];

    /// <summary>All of them, in the order of the help.</summary>
    public static IEnumerable<Option> All => [Inspect, .. Others];

    /// <summary>What was asked for; nothing is read from a registry yet.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="indicators">The lists.</param>
    /// <param name="credentials">Where Google's credentials are looked for.</param>
    /// <param name="clock">The clock.</param>
    /// <returns>Null where no inspection was asked for.</returns>
    /// <exception cref="UsageException">Something that was said cannot be used.</exception>
    public static ScanInspection? Of(ParseResult parsed, IndicatorSet indicators, CredentialOptions credentials, TimeProvider clock)
    {
        if (!parsed.GetValue(Inspect))
        {
            var lonely = Others.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false });
            return lonely is null ? null : throw new UsageException($"{lonely.Name} goes with --inspect.");
        }

        var limits = ImageLimits.Default;
        if (parsed.GetValue(Timeout) is { } seconds) limits = limits with { Time = TimeSpan.FromSeconds(seconds) };
        ScanInspection inspection = new()
        {
            Open = ImageSources.Registries(parsed, limits, credentials, clock),
            Limit = parsed.GetValue(Limit) ?? ScanInspection.UsualLimit,
            AsksForListed = parsed.GetValue(ImageOptions.Yes),
        };
        return inspection with
        {
            Settings = new()
            {
                Indicators = indicators,
                Limits = limits,
                Parallel = Math.Max(1, Environment.ProcessorCount / inspection.AtOnce),
                Clock = clock,
            },
        };
    }

    static Option<int?> Number(string name, string helpName, int most, string description) => new(name)
    {
        Description = description,
        HelpName = helpName,
        Validators =
        {
            result =>
            {
                if (result.Tokens.Count == 1 && (!int.TryParse(result.Tokens[0].Value, CultureInfo.InvariantCulture, out var number) || number < 1 || number > most)) result.AddError($"{name}: not a number from 1 to {most}.");
            },
        },
    };
}
