using System.Text;
using System.Text.Json;
using Davy.Images.Content;

namespace Davy.Images.Registries;

/// <summary>
/// The logins of <c>docker login</c>: <c>~/.docker/config.json</c> and the credential helpers that it names (https://docs.docker.com/reference/cli/docker/login/#credential-stores).
/// A registry gets its own login and no other.
/// </summary>
/// <param name="file">The file, for messages.</param>
/// <param name="json">Its content.</param>
/// <param name="run">Runs a credential helper: its name, and the server that it is asked for; the answer is its standard output, null for none.</param>
public sealed class DockerConfig(string file, JsonElement json, Func<string, string, CancellationToken, Task<string?>> run)
{
    const string HubServer = "https://index.docker.io/v1/";

    /// <summary>No logins.</summary>
    public static DockerConfig None { get; } = new("", default, (_, _, _) => Task.FromResult<string?>(null));

    /// <summary>Reads a file.</summary>
    /// <param name="file">The file; where there is none, there are no logins.</param>
    /// <param name="run">Runs a credential helper.</param>
    /// <exception cref="UnreadableFileException">It is no such file.</exception>
    public static DockerConfig Read(string file, Func<string, string, CancellationToken, Task<string?>> run)
    {
        if (!File.Exists(file)) return None;
        try
        {
            using var document = JsonDocument.Parse(UserFile.Read(file, 4 << 20));
            return document.RootElement.ValueKind is JsonValueKind.Object ? new(file, document.RootElement.Clone(), run) : throw new UnreadableFileException(file, 0, "it is no JSON object.");
        }
        catch (JsonException)
        {
            throw new UnreadableFileException(file, 0, "it is no JSON.");
        }
    }

    /// <summary>The login for a registry.</summary>
    /// <param name="host">The host and port, as in a reference.</param>
    /// <param name="cancel">Stops a helper.</param>
    /// <returns>Null for none.</returns>
    /// <exception cref="UnreadableImageException">A helper's answer, or an entry of the file, is none.</exception>
    public async Task<RegistryLogin?> LoginAsync(string host, CancellationToken cancel)
    {
        var servers = host == ImageReference.DockerHub ? [HubServer, "docker.io", "index.docker.io", "registry-1.docker.io"] : (string[])[host, $"https://{host}"];
        foreach (var server in servers)
        {
            if (Text(Member("credHelpers"), server) is { Length: > 0 } helper) return await AskAsync(helper, server, cancel);
        }

        foreach (var server in servers)
        {
            if (Entry(server) is { ValueKind: JsonValueKind.Object } entry && Text(entry, "auth") is { Length: > 0 } auth) return LoginOf(auth, server);
        }

        return Text(json, "credsStore") is { Length: > 0 } store ? await AskAsync(store, servers[0], cancel) : null;
    }

    async Task<RegistryLogin?> AskAsync(string helper, string server, CancellationToken cancel)
    {
        // The name becomes part of a program's name.
        if (!helper.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.')) throw Fault("the name of a credential helper is none");
        if (await run(helper, server, cancel) is not { } answer) return null;

        try
        {
            using var login = JsonDocument.Parse(answer);
            var user = Text(login.RootElement, "Username");
            return user == "<token>" ? throw Fault("the login is an identity token, which Davy does not use; log in with a password or access token") : new(user, Text(login.RootElement, "Secret"));
        }
        catch (JsonException)
        {
            throw Fault($"docker-credential-{helper} answers with no JSON");
        }
    }

    RegistryLogin LoginOf(string auth, string server)
    {
        var bytes = new byte[auth.Length];
        if (!Convert.TryFromBase64String(auth, bytes, out var count)) throw Fault($"the entry of {server} is no base64");

        var text = Encoding.UTF8.GetString(bytes, 0, count);
        return text.IndexOf(':') is > 0 and var colon ? new(text[..colon], text[(colon + 1)..].TrimEnd('\0')) : throw Fault($"the entry of {server} is no user and password");
    }

    UnreadableImageException Fault(string fault) => new(UnreadableReason.Login, $"{file}: {fault}.");

    JsonElement Member(string name) => json.ValueKind is JsonValueKind.Object && json.TryGetProperty(name, out var member) ? member : default;

    JsonElement Entry(string server) => Member("auths") is { ValueKind: JsonValueKind.Object } auths && auths.TryGetProperty(server, out var entry) ? entry : default;

    static string Text(JsonElement json, string name) =>
        json.ValueKind is JsonValueKind.Object && json.TryGetProperty(name, out var text) && text.ValueKind is JsonValueKind.String ? text.GetString()! : "";
}
