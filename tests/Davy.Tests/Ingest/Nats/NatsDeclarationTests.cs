using System.Text;
using Davy.Images;
using Davy.Server.Ingest.Nats;

namespace Davy.Tests.Ingest.Nats;

/// <summary>What a configuration may say of a stream.</summary>
public sealed class NatsDeclarationTests
{
    static NatsDeclaration Read(string members) =>
        Assert.IsType<NatsDeclaration>(NatsDeclaration.Read("logs", LocatedJson.Parse("/etc/davy/davyd.json", Encoding.UTF8.GetBytes($$"""{"name": "logs", "kind": "nats", {{members}}}"""))));

    [Fact]
    public void ItNamesServersStreamConsumerAndFilesBesideItself()
    {
        var read = Read("""
            "url": ["tls://a.example.com:4222", "tls://b.example.com"], "stream": "LOGS", "consumer": "davy-1", "credentialsFile": "davy.creds", "caFile": "/etc/ssl/ca.pem"
            """);

        Assert.Equal(["a.example.com:4222", "b.example.com"], read.Servers.Select(server => server.Authority));
        Assert.Equal(("LOGS", "davy-1", "/etc/davy/davy.creds", "/etc/ssl/ca.pem", true), (read.Stream, read.Consumer, read.CredentialsFile, read.CaFile, read.IsTlsRequired));
    }

    [Theory]
    [InlineData("""
        "stream": "LOGS", "consumer": "davy"
        """, "\"url\" is missing")]
    [InlineData("""
        "url": "nats://n.example.com", "consumer": "davy"
        """, "\"stream\" is missing")]
    [InlineData("""
        "url": "nats://n.example.com", "stream": "LOGS.>", "consumer": "davy"
        """, "\"stream\" must be")]
    [InlineData("""
        "url": "nats://n.example.com", "stream": "LOGS", "consumer": "davy\r\nPUB x 0"
        """, "\"consumer\" must be")]
    [InlineData("""
        "url": "nats://n.example.com", "stream": "LOGS", "consumer": "a.b"
        """, "\"consumer\" must be")]
    [InlineData("""
        "url": "http://n.example.com", "stream": "LOGS", "consumer": "davy"
        """, "nats://HOST:PORT")]
    [InlineData("""
        "url": "n.example.com:4222", "stream": "LOGS", "consumer": "davy"
        """, "nats://HOST:PORT")]
    [InlineData("""
        "url": "nats://n.example.com/?token=hunter2", "stream": "LOGS", "consumer": "davy"
        """, "nats://HOST:PORT")]
    [InlineData("""
        "url": "nats://a.example.com,nats://b.example.com", "stream": "LOGS", "consumer": "davy"
        """, "nats://HOST:PORT")]
    [InlineData("""
        "url": "nats://davy:hunter2@n.example.com", "stream": "LOGS", "consumer": "davy"
        """, "must not hold a user")]
    [InlineData("""
        "url": ["nats://n.example.com", "tls://hunter2@n.example.com"], "stream": "LOGS", "consumer": "davy"
        """, "must not hold a user")]
    [InlineData("""
        "url": [], "stream": "LOGS", "consumer": "davy"
        """, "must be a URL")]
    [InlineData("""
        "url": "tls://n.example.com", "stream": "LOGS", "consumer": "davy", "userFile": "user"
        """, "go together")]
    [InlineData("""
        "url": "tls://n.example.com", "stream": "LOGS", "consumer": "davy", "certFile": "cert.pem"
        """, "go together")]
    [InlineData("""
        "url": "tls://n.example.com", "stream": "LOGS", "consumer": "davy", "tokenFile": "t", "credentialsFile": "c"
        """, "only one of")]
    [InlineData("""
        "url": "nats://n.example.com", "stream": "LOGS", "consumer": "davy", "tokenFile": "t"
        """, "in clear text")]
    [InlineData("""
        "url": "nats://n.example.com", "stream": "LOGS", "consumer": "davy", "token": "hunter2"
        """, "\"token\" is not known")]
    public void AFaultIsToldAndNoSecret(string members, string said)
    {
        var fault = Assert.Throws<UnreadableFileException>(() => Read(members));
        Assert.Contains(said, fault.Message, StringComparison.Ordinal);
        Assert.StartsWith("/etc/davy/davyd.json:1", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nats://127.0.0.1:4222", "\"tokenFile\": \"t\"")]
    [InlineData("nats://localhost", "\"userFile\": \"u\", \"passwordFile\": \"p\"")]
    [InlineData("nats://n.example.com", "\"credentialsFile\": \"c\"")]
    [InlineData("nats://n.example.com", "\"tokenFile\": \"t\", \"caFile\": \"ca.pem\"")]
    public void NothingSecretIsInClearTextHere(string url, string files) => Assert.NotNull(Read($"\"url\": \"{url}\", \"stream\": \"LOGS\", \"consumer\": \"davy\", {files}"));
}
