using System.Text;
using System.Text.RegularExpressions;
using Davy.Findings;
using Davy.Images;

namespace Davy.Tests.Findings;

public sealed class AncestryFileTests
{
    static Ancestry Parse(string json) => AncestryFile.Parse("a.json", Encoding.UTF8.GetBytes(json));

    [Fact]
    public void TheDocumentedExampleIsRead()
    {
        var documents = Directory.EnumerateFiles(RepositoryRoot.File("docs"), "formats*.md").Select(File.ReadAllText);
        var example = documents.SelectMany(text => Regex.Matches(text, "```json\n(.*?)```", RegexOptions.Singleline).Select(match => match.Groups[1].Value))
            .Single(block => block.Contains("\"securityContacts\"", StringComparison.Ordinal));

        var project = Parse(example).Of("acme-prod");

        Assert.NotNull(project);
        Assert.Same(project, Parse(example) is var again ? project : again.Of("444444444444"));
        Assert.Equal("444444444444", project.Number);
        Assert.Equal("Acme production", project.DisplayName);
        Assert.Equal([new("333333333333", "Europe"), new FolderAncestry("222222222222", "Shops")], project.Folders);
        Assert.Equal("111111111111", project.Organization);
        Assert.Equal("example.com", project.OrganizationDisplayName);
        Assert.Equal(["oncall@example.com", "europe@example.com", "security@example.com"], project.SecurityContacts);
    }

    [Fact]
    public void AProjectMayStandAlone()
    {
        var project = Parse("""{"version":1,"projects":[{"number":"4"}]}""").Of("4");
        Assert.NotNull(project);
        Assert.Equal("", project.Id);
        Assert.Equal("", project.Organization);
        Assert.Empty(project.Folders);
        Assert.Empty(project.SecurityContacts);
    }

    [Fact]
    public void AContactThatIsInheritedTwiceStandsOnce() => Assert.Equal(["a@x.org"], Parse("""
        {"version":1,
         "organizations":[{"number":"1","securityContacts":["A@x.org"]}],
         "projects":[{"number":"4","parent":"organizations/1","securityContacts":["a@x.org"]}]}
        """).Of("4")!.SecurityContacts);

    [Theory]
    [InlineData("", 1, "no JSON")]
    [InlineData("{\n\"version\":1,\n\"projects\":[}", 3, "no JSON")]
    [InlineData("{\"version\":1}{}", 1, "no JSON")]
    [InlineData("[]", 1, "an object, {…}, is expected")]
    [InlineData("{}", 1, "\"version\" is missing")]
    [InlineData("{\n\"version\":2}", 2, "\"version\" is not 1")]
    [InlineData("{\"version\":\"1\"}", 1, "\"version\" is not 1")]
    [InlineData("{\"version\":1,\n\"version\":1}", 2, "\"version\" is given twice")]
    [InlineData("{\"version\":1,\n\"project\":[]}", 2, "\"project\" is not known")]
    [InlineData("{\"version\":1,\"projects\":[\n4]}", 2, "an object, {…}, is expected")]
    [InlineData("{\"version\":1,\"projects\":[\n{\"id\":\"p\"}]}", 2, "its number is missing")]
    [InlineData("{\"version\":1,\"projects\":[\n{\"number\":\"p4\"}]}", 2, "not in digits")]
    [InlineData("{\"version\":1,\"projects\":[{\"number\":\n4}]}", 2, "a text, \"…\", is expected")]
    [InlineData("{\"version\":1,\"projects\":[{\"number\":\"4\"},\n{\"number\":\"4\"}]}", 2, "stands twice")]
    [InlineData("{\"version\":1,\"projects\":[{\"number\":\"4\",\"id\":\"p\"},\n{\"number\":\"5\",\"id\":\"p\"}]}", 2, "the id 'p' too")]
    [InlineData("{\"version\":1,\"folders\":[{\"number\":\"4\",\n\"id\":\"p\"}]}", 2, "\"id\" is not known")]
    [InlineData("{\"version\":1,\"projects\":[\n{\"number\":\"4\",\"parent\":\"folders/9\"}]}", 2, "'folders/9' is no folder")]
    [InlineData("{\"version\":1,\"projects\":[{\"number\":\"4\"},\n{\"number\":\"5\",\"parent\":\"projects/4\"}]}", 2, "'projects/4' is no folder")]
    [InlineData("{\"version\":1,\"folders\":[\n{\"number\":\"4\",\"parent\":\"folders/4\"}]}", 2, "round in a circle")]
    [InlineData("{\"version\":1,\"projects\":[\n{\"number\":\"4\",\"securityContacts\":[\"me\"]}]}", 2, "'me' is no e-mail address")]
    [InlineData("{\"version\":1,\"projects\":[{\"number\":\"4\",\"displayName\":\n\"\\uD800\"}]}", 2, "no Unicode")]
    public void AFaultIsToldWithFileAndLine(string json, long line, string what)
    {
        var fault = Assert.Throws<UnreadableFileException>(() => Parse(json));
        Assert.Equal(line, fault.Line);
        Assert.StartsWith($"a.json:{line}: ", fault.Message, StringComparison.Ordinal);
        Assert.Contains(what, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TenFoldersMayStandAboveOneAnother()
    {
        Assert.Equal(10, Parse(Chain(10)).Of("99")!.Folders.Count);
        Assert.Throws<UnreadableFileException>(() => Parse(Chain(11)));

        static string Chain(int folders) => $$"""
            {"version":1,"organizations":[{"number":"1"}],
             "folders":[{{string.Join(',', Enumerable.Range(0, folders).Select(at => $$"""{"number":"{{10 + at}}","parent":"{{(at == 0 ? "organizations/1" : $"folders/{9 + at}")}}"}"""))}}],
             "projects":[{"number":"99","parent":"folders/{{9 + folders}}"}]}
            """;
    }

    [Fact]
    public void ALargeFileIsReadInOneGo()
    {
        var json = $$"""{"version":1,"projects":[{{string.Join(",\n", Enumerable.Range(0, 50_000).Select(at => $$"""{"number":"{{at}}","displayName":"{{new string('x', 100)}}"}"""))}}]}""";

        // Were each line counted from the beginning, it would take minutes.
        ProcessorTime.IsAtMost(seconds: 20, () => Assert.NotNull(Parse(json).Of("49999")));
    }

    [Fact]
    public void AFileIsReadWithItsName()
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, "\uFEFF{\"version\":1, /* none yet */ \"projects\":[],}");
            Assert.Null(AncestryFile.Read(path).Of("4"));
            File.WriteAllText(path, "{");
            Assert.StartsWith($"{path}:1: ", Assert.Throws<UnreadableFileException>(() => AncestryFile.Read(path)).Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
