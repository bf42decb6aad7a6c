using System.CommandLine;
using Davy.Google;
using Davy.Images;
using Davy.Images.Content;
using Davy.Images.Registries;
using Davy.Images.Sources;
using Davy.Indicators;
using Davy.Outbound;
using Davy.Reports;

namespace Davy.Cli.Commands;

/// <summary>Where an image is had, by how it is named.</summary>
static class ImageSources
{
    const string Layout = "oci:";
    const string Archive = "docker-archive:";

    /// <summary>Opens a source; nothing is read or asked yet.</summary>
    /// <param name="name">The image as the user named it.</param>
    /// <param name="parsed">The command line.</param>
    /// <param name="indicators">The lists: who is on one is asked only at the user's word.</param>
    /// <param name="limits">How much is read.</param>
    /// <param name="clock">The clock.</param>
    /// <exception cref="UsageException">It is named in no way that is known, or must not be asked.</exception>
    public static IImageSource Open(string name, ParseResult parsed, IndicatorSet indicators, ImageLimits limits, TimeProvider clock)
    {
        if (name.StartsWith(Layout, StringComparison.Ordinal)) return new OciLayout(PathIn(name, Layout), limits);
        if (name.StartsWith(Archive, StringComparison.Ordinal)) return new DockerArchive(PathIn(name, Archive), limits);

        var image = ImageSpelling.Read(name);
        if (!image.IsReadable) throw new UsageException($"{TextSanitizer.Clean(name)} is no image: {TextSanitizer.Clean(image.Fault)}. Name one as in a registry, or as oci:DIR or docker-archive:FILE.");
        if (!parsed.GetValue(ImageOptions.Yes) && indicators.Match(image) is { } match)
        {
            throw new UsageException($"{TextSanitizer.Clean(image.Reference.Repository)} is on the list {TextSanitizer.Clean(match.Indicator.List)}: asking its registry may tell its owner. Add --yes to ask all the same.");
        }

        try
        {
            return new RegistrySource(image.Reference, Options(parsed, CredentialOptions.FromEnvironment(Environment.GetEnvironmentVariables()), clock), limits);
        }
        catch (UnreadableImageException fault)
        {
            throw new UsageException(TextSanitizer.Clean(fault.Message, 1_000));
        }
    }

    /// <summary>
    /// Opens images in registries, whoever lists them; the command line is read once, and told to be wrong before anything is asked. Connections and tokens are shared for as long as the program runs.
    /// </summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="limits">How much is read.</param>
    /// <param name="credentials">Where Google's credentials are looked for.</param>
    /// <param name="clock">The clock.</param>
    /// <exception cref="UsageException">Something that was said cannot be used.</exception>
    public static Func<ImageReference, IImageSource> Registries(ParseResult parsed, ImageLimits limits, CredentialOptions credentials, TimeProvider clock)
    {
        RegistrySession session = new(Options(parsed, credentials, clock));
        return image => new RegistrySource(image, session, limits);
    }

    static RegistryOptions Options(ParseResult parsed, CredentialOptions credentials, TimeProvider clock)
    {
        var environment = Environment.GetEnvironmentVariables();
        var folder = environment["DOCKER_CONFIG"] as string is { Length: > 0 } given ? given : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".docker");
        var isPlain = parsed.GetValue(ImageOptions.PlainHttp);
        AllowedHosts allowed;
        try
        {
            // What the user asks for without TLS is on this machine.
            allowed = AllowedHosts.Parse([.. parsed.GetValue(ImageOptions.Allow)!, .. isPlain ? ["127.0.0.0/8", "::1"] : Array.Empty<string>()]);
        }
        catch (FormatException fault)
        {
            throw new UsageException($"--allow-host: {TextSanitizer.Clean(fault.Message)}");
        }

        OutboundRules rules = new() { Allowed = allowed, Proxy = Address(parsed, ImageOptions.Proxy) };
        return new()
        {
            Rules = rules,
            Mirror = Address(parsed, ImageOptions.Mirror),
            PlainHttp = isPlain,
            Logins = parsed.GetValue(ImageOptions.Anonymous) ? DockerConfig.None : DockerConfig.Read(Path.Combine(folder, "config.json"), LoginProgram.AskAsync),
            Google = () => parsed.GetValue(ImageOptions.Anonymous) ? null : Google(credentials with { TokenExchange = true }, rules, clock),
            Clock = clock,
        };
    }

    /// <summary>Without credentials Google's registries are asked as others are.</summary>
    static GoogleCredentials? Google(CredentialOptions options, OutboundRules rules, TimeProvider clock)
    {
        if (options.File is null && !options.MetadataServer && (options.WellKnownFile is null || !File.Exists(options.WellKnownFile))) return null;
        try
        {
            return GoogleCredentials.Find(options, rules, clock);
        }
        catch (CredentialException fault)
        {
            throw new UnreadableImageException(UnreadableReason.Login, fault.Message, fault);
        }
    }

    static Uri? Address(ParseResult parsed, Option<string?> option) => parsed.GetValue(option) is not { } text ? null
        : Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.UserInfo.Length == 0 ? uri
        : throw new UsageException($"{option.Name}: {TextSanitizer.Clean(text)} is no address such as https://registry.example.com.");

    static string PathIn(string name, string scheme) =>
        name[scheme.Length..] is { Length: > 0 } path ? path : throw new UsageException($"{scheme} names nothing; write {(scheme == Layout ? "oci:DIR" : "docker-archive:FILE")}.");
}
