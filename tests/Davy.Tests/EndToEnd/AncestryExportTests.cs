using System.Globalization;
using System.Text;
using Davy.Cli;
using Davy.Findings;
using Davy.Tests.Fakes;
using Davy.Tests.Google;

namespace Davy.Tests.EndToEnd;

/// <summary><c>davy ancestry export</c>, against Google's APIs as a fake speaks them.</summary>
public sealed class AncestryExportTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    (int Code, string Out, string Error) Run(FakeHierarchy fake, params string[] arguments)
    {
        var key = _folder.File("key.json");
        File.WriteAllText(key, SomeCredentials.ServiceAccount("http://127.0.0.1:1/never-asked").ToJsonString());
        using MemoryStream output = new();
        using StringWriter words = new(CultureInfo.InvariantCulture) { NewLine = "\n" };
        using StringWriter error = new(CultureInfo.InvariantCulture) { NewLine = "\n" };
        var code = Program.Run(["ancestry", "export", .. arguments], new() { Out = words, OpenOut = () => output, Error = error, OpenIn = () => Stream.Null }, TimeProvider.System,
            google: new() { Credentials = new() { File = key }, Outbound = SomeCredentials.Loopback, Endpoints = fake.Endpoints });
        return (code, Encoding.UTF8.GetString(output.ToArray()), error.ToString());
    }

    static Ancestry Read(string text) => AncestryFile.Parse("exported", Encoding.UTF8.GetBytes(text));

    [Fact]
    public async Task AnOrganisationIsWrittenAsScanReadsIt()
    {
        await using var fake = await FakeHierarchy.StartAsync();
        var file = _folder.File("ancestry.json");

        var (code, _, error) = Run(fake, "--organization", "1", "--output", file);

        Assert.Equal((0, "davy: 1 organisations, 2 folders, 3 projects, 3 security contacts.\n"), (code, error));
        var found = AncestryFile.Read(file).Of("acme-prod")!;
        Assert.Equal(("30", "Acme production", "1", "example.com"), (found.Number, found.DisplayName, found.Organization, found.OrganizationDisplayName));
        Assert.Equal(["3", "2"], found.Folders.Select(folder => folder.Number));
        Assert.Equal(["oncall@example.com", "europe@example.com", "security@example.com"], found.SecurityContacts);
        Assert.DoesNotContain('\u001b', await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
        Assert.Equal("10", AncestryFile.Read(file).Of("root-project")!.Number);
    }

    [Fact]
    public async Task TheSameOrganisationIsWrittenInTheSameBytesWhateverThePages()
    {
        await using var fake = await FakeHierarchy.StartAsync();
        fake.AddProjects("folders/3", 40);

        var first = Run(fake, "--organization", "1", "--quiet");
        fake.PageSize = 300;
        var second = Run(fake, "--organization", "1", "--quiet");

        Assert.Equal((0, ""), (first.Code, first.Error));
        Assert.Equal(first.Out, second.Out);
        Assert.Equal("1040", Read(first.Out).Of("many-40")!.Number);
    }

    [Theory]
    [InlineData("--folder", "3", "30", "20")]
    [InlineData("--project", "acme-prod", "30", "10")]
    public async Task APartIsWrittenWithWhatStandsAboveIt(string option, string value, string within, string without)
    {
        await using var fake = await FakeHierarchy.StartAsync();

        var (code, text, _) = Run(fake, option, value, "--contacts", "folders");

        Assert.Equal(0, code);
        var found = Read(text).Of(within)!;
        Assert.Equal(("1", "example.com"), (found.Organization, found.OrganizationDisplayName));
        Assert.Equal(["3", "2"], found.Folders.Select(folder => folder.Number));
        Assert.Equal(["europe@example.com", "security@example.com"], found.SecurityContacts);
        Assert.Null(Read(text).Of(without));
    }

    [Fact]
    public async Task WhatMayNotBeReadIsToldAndTheRestWritten()
    {
        await using var fake = await FakeHierarchy.StartAsync();
        foreach (var forbidden in (string[])["/v3/organizations/1", "/v3/projects?parent=folders%2F3", "/v1/"]) fake.Forbidden.Add(forbidden);

        var (code, text, error) = Run(fake, "--organization", "1");

        Assert.Equal(3, code);
        Assert.Equal("1", Read(text).Of("shop-project")!.Organization);
        Assert.Null(Read(text).Of("acme-prod"));
        Assert.Contains("davy: organizations/1 may not be read: ", error, StringComparison.Ordinal);
        Assert.Contains("davy: projects of folders/3 may not be read: ", error, StringComparison.Ordinal);
        Assert.Contains("403 PERMISSION_DENIED", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/v3/", null, "403 PERMISSION_DENIED")]
    [InlineData(null, "/v3/folders", "503")]
    public async Task WhereNothingCanBeReadNothingIsWritten(string? forbidden, string? busy, string said)
    {
        await using var fake = await FakeHierarchy.StartAsync();
        if (forbidden is not null) fake.Forbidden.Add(forbidden);
        if (busy is not null) fake.Busy.Add(busy);
        var file = _folder.File("ancestry.json");

        var (code, text, error) = Run(fake, "--organization", "1", "--output", file);

        Assert.Equal((2, ""), (code, text));
        Assert.Contains(said, error, StringComparison.Ordinal);
        Assert.False(File.Exists(file));
    }

    [Theory]
    [InlineData("name one of")]
    [InlineData("name one of", "--organization", "1", "--folder", "2")]
    [InlineData("--organization must be", "--organization", "acme")]
    [InlineData("--project must be", "--project", "a/b")]
    [InlineData("cannot be read", "--organization", "1", "--google-credentials", "/nonexistent/key.json")]
    public async Task WhatIsCalledWronglyIsTold(string said, params string[] arguments)
    {
        await using var fake = await FakeHierarchy.StartAsync();

        var (code, _, error) = Run(fake, arguments);

        Assert.Equal(2, code);
        Assert.Contains(said, error, StringComparison.Ordinal);
        Assert.Empty(fake.Http.Requests);
    }
}
