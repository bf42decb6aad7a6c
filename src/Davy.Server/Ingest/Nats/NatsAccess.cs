using System.Text;
using NATS.Client.Core;

namespace Davy.Server.Ingest.Nats;

/// <summary>How the server is reached, and who we are to it. The files are read each time that a connection is made, so that they may be exchanged.</summary>
static class NatsAccess
{
    const int MostBytes = 64 * 1024;

    /// <summary>What the client library is told.</summary>
    /// <param name="declared">The source.</param>
    /// <exception cref="NatsFault">A file cannot be read.</exception>
    public static NatsOpts Options(NatsDeclaration declared) => NatsOpts.Default with
    {
        Url = string.Join(',', declared.Servers.Select(server => server.AbsoluteUri.TrimEnd('/'))),
        Name = $"davyd {declared.Name}",
        AuthOpts = new()
        {
            Creds = declared.CredentialsFile is { } credentials ? Read(credentials) : null,
            Token = declared.TokenFile is { } token ? Line(token) : null,
            Username = declared.UserFile is { } user ? Line(user) : null,
            Password = declared.PasswordFile is { } password ? Line(password) : null,
        },
        TlsOpts = new()
        {
            Mode = declared.IsTlsRequired ? TlsMode.Require : TlsMode.Prefer,
            CaFile = Existing(declared.CaFile),
            CertFile = Existing(declared.CertFile),
            KeyFile = Existing(declared.KeyFile),
        },
        ConnectTimeout = TimeSpan.FromSeconds(5),

        // A connection that is dead without having been closed is found out in half a minute; then it is tried again, sooner at first than later on.
        PingInterval = TimeSpan.FromSeconds(10),
        MaxPingOut = 2,
        ReconnectWaitMin = TimeSpan.FromSeconds(1),
        ReconnectWaitMax = TimeSpan.FromSeconds(15),
        ReconnectJitter = TimeSpan.FromSeconds(1),
    };

    static string Line(string path) => Read(path).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) is [var line] ? line : throw new NatsFault($"{path} must have one line.");

    static string? Existing(string? path) => path is null || File.Exists(path) ? path : throw new NatsFault($"{path}: there is no such file.");

    static string Read(string path)
    {
        try
        {
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var buffer = new byte[MostBytes + 1];
            var length = file.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            return length <= MostBytes ? Encoding.UTF8.GetString(buffer, 0, length).TrimStart('\uFEFF') : throw new NatsFault($"{path} has more than {MostBytes} bytes.");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new NatsFault($"{path} cannot be read: {fault.Message}");
        }
    }
}
