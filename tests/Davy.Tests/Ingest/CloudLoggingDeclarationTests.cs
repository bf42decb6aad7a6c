using System.Text;
using Davy.Images;
using Davy.Server.Ingest.Logging;

namespace Davy.Tests.Ingest;

/// <summary>Where a configuration may say that Cloud Logging is: tokens go there.</summary>
public sealed class CloudLoggingDeclarationTests
{
    static CloudLoggingDeclaration Read(string members) => Assert.IsType<CloudLoggingDeclaration>(
        CloudLoggingDeclaration.Read("logs", LocatedJson.Parse("/etc/davy/davyd.json", Encoding.UTF8.GetBytes($$"""{"name": "logs", "kind": "cloud-logging", "project": "acme-prod"{{members}}}"""))));

    [Theory]
    [InlineData("https://logging-davy.p.googleapis.com", "https://logging-davy.p.googleapis.com/")]
    [InlineData("https://10.1.2.3:8443/", "https://10.1.2.3:8443/")]
    [InlineData("http://127.0.0.1:8085", "http://127.0.0.1:8085/")]
    [InlineData("http://[::1]:8085", "http://[::1]:8085/")]
    public void AnEndpointIsAHost(string text, string endpoint) => Assert.Equal(endpoint, Read($", \"endpoint\": \"{text}\"").Endpoint!.AbsoluteUri);

    [Fact]
    public void WithoutOneItIsGoogles() => Assert.Null(Read("").Endpoint);

    [Theory]
    [InlineData("http://logging.example.com")]
    [InlineData("http://192.0.2.1")]
    [InlineData("http://localhost:8085")]
    [InlineData("http://127.0.0.1.example.com")]
    [InlineData("ftp://127.0.0.1")]
    [InlineData("logging.example.com")]
    [InlineData("https://logging.example.com/v2")]
    [InlineData("https://logging.example.com/?key=value")]
    [InlineData("https://name@logging.example.com")]
    public void OthersAreRefused(string text)
    {
        var fault = Assert.Throws<UnreadableFileException>(() => Read($", \"endpoint\": \"{text}\""));
        Assert.Contains("\"endpoint\" must be https://", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("name@", fault.Message, StringComparison.Ordinal);
    }
}
