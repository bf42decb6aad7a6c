using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Davy.Tests.EndToEnd;

/// <summary>What <c>src/Davy.Cli/NativeSubstitutions.xml</c> leaves out of the native program is code that nothing in it calls.</summary>
public sealed class NativeSubstitutionsTests
{
    static IEnumerable<string> Sources => new[] { "Davy", "Davy.Cli" }.SelectMany(project => Directory.EnumerateFiles(RepositoryRoot.File("src", project), "*.cs", SearchOption.AllDirectories));

    [Theory]
    [InlineData("ZstdSharp", @"\bCompressor\b|\bCompressionStream\b")]
    [InlineData("DecompressionHandler", @"AutomaticDecompression\s*=(?!\s*DecompressionMethods\.None\b)")]
    [InlineData("HttpConnectionPool", @"\bRequestVersion(?:Exact|OrHigher)\b")]
    public void NothingUsesIt(string what, string use)
    {
        Assert.Contains(what, File.ReadAllText(RepositoryRoot.File("src", "Davy.Cli", "NativeSubstitutions.xml")), StringComparison.Ordinal);
        Assert.Empty(Sources.Where(file => Regex.IsMatch(File.ReadAllText(file), use)));
    }

    [Fact]
    public void TheHandlersThatAreMadeSayThatTheyWantNothingCompressed()
    {
        var handlers = Sources.Select(File.ReadAllText).Where(text => text.Contains("new SocketsHttpHandler", StringComparison.Ordinal)).ToList();

        Assert.NotEmpty(handlers);
        Assert.All(handlers, text => Assert.Contains("AutomaticDecompression = DecompressionMethods.None", text, StringComparison.Ordinal));
        Assert.DoesNotContain(Sources, file => File.ReadAllText(file).Contains("new HttpClientHandler", StringComparison.Ordinal));
    }

    [Fact]
    public void WithHttp2SwitchedOffNobodyGetsToWhatIsLeftOutOfIt()
    {
        var project = XDocument.Load(RepositoryRoot.File("src", "Davy.Cli", "Davy.Cli.csproj"));

        Assert.Contains(project.Descendants("RuntimeHostConfigurationOption"),
            option => (string?)option.Attribute("Include") == "System.Net.Http.SocketsHttpHandler.Http2Support" && (string?)option.Attribute("Value") == "false");
    }
}
