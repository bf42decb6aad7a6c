using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Davy.Google;
using Davy.Images;

namespace Davy.Notifications;

/// <summary>The targets that a file declares: JSON with comments, described in <c>docs/notifications.md</c>.</summary>
public static partial class TargetFile
{
    /// <summary>The version of the format that is read.</summary>
    public const int Version = 1;

    const int MostTemplateBytes = 256 * 1024;
    static readonly string[] OwnHeaders = ["Host", "Content-Length", "Content-Type", "Transfer-Encoding", "Connection", WebhookSignature.IdHeader, WebhookSignature.SignatureHeader, WebhookSignature.TimestampHeader];

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file. Files that it names by a relative path are looked for beside it.</param>
    /// <returns>The targets.</returns>
    /// <exception cref="UnreadableFileException">It is not in the format; the message begins with <c>file:line</c>.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static IReadOnlyList<Target> Read(string path) => Parse(path, UserFile.Read(path));

    /// <summary>Reads the content of a file.</summary>
    /// <param name="file">The file, for errors and for the folder that relative paths begin at.</param>
    /// <param name="utf8">The content.</param>
    /// <returns>The targets.</returns>
    /// <exception cref="UnreadableFileException">It is not in the format; the message begins with <c>file:line</c>.</exception>
    public static IReadOnlyList<Target> Parse(string file, ReadOnlySpan<byte> utf8)
    {
        var root = LocatedJson.Parse(file, utf8);
        root.ExpectVersion(Version, "targets");
        List<Target> targets = [];
        foreach (var json in root.List("targets"))
        {
            var target = Read(json, Path.GetDirectoryName(Path.GetFullPath(file)) ?? "");
            if (targets.Any(other => other.ConfigName == target.ConfigName)) throw json.Fault($"{target.Below} has another target '{target.Name}'");
            targets.Add(target);
        }

        return targets;
    }

    static Target Read(LocatedJson json, string folder)
    {
        json.Expect("name", "below", "filter", "description", "webhook", "securityCenter");
        var name = json.Text("name");
        if (!NameForm().IsMatch(name)) throw json.Fault($"the name '{name}' has other characters than letters, digits, _ and -, or more than 128");
        var below = json.Text("below");
        if (!NodeForm().IsMatch(below)) throw json.Fault($"\"below\" is '{below}'; it must be organizations/NUMBER, folders/NUMBER or projects/PROJECT");
        var (filter, description) = (json.OptionalText("filter"), json.OptionalText("description"));

        return (json.Member("webhook"), json.Member("securityCenter")) switch
        {
            ({ } webhook, null) => Webhook(webhook, folder, name, below) with { Filter = filter, Description = description },
            (null, { } center) => new Target.SecurityCenter { Name = name, Below = below, Filter = filter, Description = description, Source = Source(center) },
            _ => throw json.Fault($"the target '{name}' must have one of \"webhook\" and \"securityCenter\""),
        };
    }

    static string Source(LocatedJson json)
    {
        json.Expect("source");
        var source = json.Text("source");
        return SourceForm().IsMatch(source) ? source : throw json.Fault($"the source '{source}' is none; it must be organizations/NUMBER/sources/NUMBER");
    }

    static Target.Webhook Webhook(LocatedJson json, string folder, string name, string below)
    {
        json.Expect("url", "urlFile", "template", "templateFile", "contentType", "secretFile", "headers", "headerFiles", "secretFiles");
        Uri? url = null;
        if (json.Member("url") is { } given)
        {
            // Not shown: a webhook's URL is often its password.
            if (!Uri.TryCreate(given.Text(), UriKind.Absolute, out url) || url.Scheme is not ("https" or "http")) throw given.Fault("this is no URL");
        }

        var urlFile = PathOf(json, "urlFile", folder);
        if (url is null == urlFile is null) throw json.Fault("there must be one of \"url\" and \"urlFile\"");

        var template = TemplateOf(json, folder);
        var secretFiles = ByName(json, "secretFiles").ToDictionary(pair => pair.Key, pair => Path.Combine(folder, pair.Value));
        if (template.Secrets.FirstOrDefault(secret => !secretFiles.ContainsKey(secret)) is { } missing) throw json.Fault($"the template uses secret.{missing}; name its file in \"secretFiles\"");

        var (headers, headerFiles) = (ByName(json, "headers"), ByName(json, "headerFiles"));
        if (headers.Keys.Concat(headerFiles.Keys).FirstOrDefault(header => !HeaderForm().IsMatch(header) || OwnHeaders.Contains(header, StringComparer.OrdinalIgnoreCase)) is { } wrong)
        {
            throw json.Fault($"the header '{wrong}' cannot be given");
        }

        var type = json.OptionalText("contentType") is { Length: > 0 } asked ? asked : json.OptionalText("template") == "cloudevents" ? "application/cloudevents+json" : "application/json";
        if (!MediaTypeHeaderValue.TryParse(type, out _)) throw json.Fault("\"contentType\" is no media type");

        return new()
        {
            Name = name,
            Below = below,
            Url = url,
            UrlFile = urlFile,
            Template = template,
            ContentType = type,
            SecretFile = PathOf(json, "secretFile", folder),
            SecretFiles = secretFiles,
            Headers = headers,
            HeaderFiles = headerFiles.ToDictionary(pair => pair.Key, pair => Path.Combine(folder, pair.Value)),
        };
    }

    static BodyTemplate TemplateOf(LocatedJson json, string folder)
    {
        if (PathOf(json, "templateFile", folder) is not { } file)
        {
            var name = json.OptionalText("template") is { Length: > 0 } given ? given : "json";
            return BodyTemplate.Ready.Contains(name) ? BodyTemplate.OfName(name) : throw json.Fault($"there is no template '{name}'; those known are {string.Join(", ", BodyTemplate.Ready)}");
        }

        if (json.Member("template") is not null) throw json.Fault("there may be only one of \"template\" and \"templateFile\"");
        try
        {
            return BodyTemplate.Parse(BoundedFile.Read(file, MostTemplateBytes));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or FormatException)
        {
            throw json.Fault($"{file}: {fault.Message.TrimEnd('.')}");
        }
    }

    static string? PathOf(LocatedJson json, string name, string folder) => json.Member(name) is { } given ? Path.Combine(folder, given.Text()) : null;

    static Dictionary<string, string> ByName(LocatedJson json, string name) =>
        json.Member(name) is { } map ? map.Members().ToDictionary(member => member.Key, member => member.Value.Text(), StringComparer.Ordinal) : [];

    [GeneratedRegex(@"\A[A-Za-z0-9_-]{1,128}\z")]
    private static partial Regex NameForm();

    [GeneratedRegex(@"\A(?:(?:organizations|folders)/[0-9]{1,30}|projects/[a-z0-9.:-]{1,100})\z")]
    private static partial Regex NodeForm();

    [GeneratedRegex(@"\A(?:organizations|folders|projects)/[a-z0-9.:-]{1,100}/sources/[0-9]{1,30}\z")]
    private static partial Regex SourceForm();

    [GeneratedRegex(@"\A[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}\z")]
    private static partial Regex HeaderForm();
}
