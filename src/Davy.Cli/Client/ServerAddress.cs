using System.Net;
using Davy.Reports;

namespace Davy.Cli.Client;

/// <summary>Where a <c>davyd</c> is: scheme, host, port, and the path that a proxy may have put before it.</summary>
readonly record struct ServerAddress
{
    readonly string _path;

    ServerAddress(Uri origin, string path) => (Origin, _path) = (origin, path);

    /// <summary>Scheme, host and port.</summary>
    public Uri Origin { get; }

    /// <summary>What is sent there can be read on the way.</summary>
    public bool IsClearText => Origin.Scheme == Uri.UriSchemeHttp;

    /// <summary>It is this machine.</summary>
    public bool IsLoopback => Origin.Host == "localhost" || (IPAddress.TryParse(Origin.Host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    /// <summary>Reads an address.</summary>
    /// <param name="text">As a user writes it: <c>https://davy.example.com</c>.</param>
    /// <exception cref="ServerException">It is none.</exception>
    public static ServerAddress Parse(string text)
    {
        // Never the text itself in a message: somebody may have put a password into it.
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.Host == "")
        {
            throw new ServerException("the server's address must be a URL, as in https://davy.example.com or http://127.0.0.1:8080.");
        }

        if (uri.UserInfo != "" || uri.Query != "" || uri.Fragment != "")
        {
            throw new ServerException("the server's address must have no name, password, query or fragment; a token goes into DAVY_TOKEN or a file (--token-file).");
        }

        return new(new(uri.GetLeftPart(UriPartial.Authority)), uri.AbsolutePath.TrimEnd('/'));
    }

    /// <summary>The address of a path there.</summary>
    /// <param name="path">Path and query, from the first slash.</param>
    public Uri At(string path) => new(Origin, $"{_path}{path}");

    /// <inheritdoc/>
    public override string ToString() => TextSanitizer.Clean($"{Origin.GetLeftPart(UriPartial.Authority)}{_path}");
}
