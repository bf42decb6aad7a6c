using System.Text.Json.Nodes;
using Davy.Findings;
using Davy.Findings.Live;
using Davy.Google;
using Davy.Outbound;
using Davy.Tests.Api;
using Davy.Tests.Fakes;
using Davy.Tests.Google;
using Microsoft.Extensions.Time.Testing;

namespace Davy.Tests.Findings;

public sealed class LiveAncestryTests : IAsyncLifetime
{
    readonly TemporaryFolder _folder = new();
    readonly FakeTimeProvider _clock = new(new(2026, 1, 10, 10, 0, 0, TimeSpan.Zero));
    readonly List<string> _told = [];
    readonly HttpClient _http = OutboundGuard.Client(SomeCredentials.Loopback);
    FakeHierarchy _fake = null!;
    GoogleCredentials _credentials = null!;
    GoogleHierarchy _google = null!;
    LiveAncestry _live = null!;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _fake = await FakeHierarchy.StartAsync();
        _credentials = SomeCredentials.Find(_folder, SomeCredentials.ServiceAccount("http://127.0.0.1:1/never-asked"));
        GoogleApi api = new(_http, _credentials, TimeProvider.System);
        _google = new(() => api, _fake.Endpoints);
        _live = new(_google, _clock, _told.Add);
    }

    public async ValueTask DisposeAsync()
    {
        _google.Dispose();
        _credentials.Dispose();
        _http.Dispose();
        _folder.Dispose();
        await _fake.DisposeAsync();
    }

    [Theory]
    [InlineData("acme-prod")]
    [InlineData("30")]
    public async Task AProjectIsKnownByIdAndNumber(string project)
    {
        var found = (await _live.OfAsync(project, Cancel))!;

        Assert.Equal(("30", "acme-prod", "Acme production", "1", "example.com"), (found.Number, found.Id, found.DisplayName, found.Organization, found.OrganizationDisplayName));
        Assert.Equal([("3", "Europe \u001b[31m\u202e"), ("2", "Shops")], found.Folders.Select(folder => (folder.Number, folder.DisplayName)));
        Assert.Equal(["europe@example.com", "oncall@example.com", "security@example.com"], found.SecurityContacts);
        Assert.Empty(_told);
    }

    [Fact]
    public async Task WhatIsKnownIsAskedForOnceAnHour()
    {
        await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => _live.OfAsync("acme-prod", Cancel)));
        await _live.OfAsync("shop-project", Cancel);
        Assert.Equal(7, _fake.Http.Requests.Count);
        Assert.Single(_fake.Http.Requests, request => request.Target == "/v3/folders/2");

        _clock.Advance(TimeSpan.FromMinutes(61));
        await _live.OfAsync("acme-prod", Cancel);
        Assert.Equal(12, _fake.Http.Requests.Count);
    }

    [Fact]
    public async Task WhatMayNotBeReadIsToldOnceAndNotAskedForAgainAtOnce()
    {
        foreach (var forbidden in (string[])["/v3/", "/v1/"]) _fake.Forbidden.Add(forbidden);

        Assert.Null(await _live.OfAsync("acme-prod", Cancel));
        var asked = _fake.Http.Requests.Count;
        Assert.Null(await _live.OfAsync("acme-prod", Cancel));
        Assert.Equal(asked, _fake.Http.Requests.Count);
        Assert.Null(await _live.OfAsync("shop-project", Cancel));

        Assert.Equal(2, _told.Count);
        Assert.Contains(_told, told => told.StartsWith("projects in Resource Manager: ", StringComparison.Ordinal) && told.Contains("403 PERMISSION_DENIED", StringComparison.Ordinal));

        _fake.Forbidden.Clear();
        _clock.Advance(TimeSpan.FromMinutes(11));
        Assert.Equal("30", (await _live.OfAsync("acme-prod", Cancel))!.Number);
    }

    [Theory]
    [InlineData("/v3/folders/", "Acme production", "", "")]
    [InlineData("/v3/projects/", "", "Europe \u001b[31m\u202e", "Shops")]
    public async Task CloudAssetInventoryKnowsThePlaceWhereResourceManagerMayNotTell(string forbidden, string name, string nearest, string farthest)
    {
        _fake.Forbidden.Add(forbidden);

        var found = (await _live.OfAsync("acme-prod", Cancel))!;

        Assert.Equal(("30", "acme-prod", name, "1", "example.com"), (found.Number, found.Id, found.DisplayName, found.Organization, found.OrganizationDisplayName));
        Assert.Equal([("3", nearest), ("2", farthest)], found.Folders.Select(folder => (folder.Number, folder.DisplayName)));
        Assert.Single(_told);
    }

    [Fact]
    public async Task WithoutContactsTheRestIsKnown()
    {
        _fake.Forbidden.Add("/v1/projects/30/contacts");

        Assert.Empty((await _live.OfAsync("acme-prod", Cancel))!.SecurityContacts);
        Assert.StartsWith("Essential Contacts: ", Assert.Single(_told), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatWasKnownHoldsOnWhileGoogleIsAway()
    {
        await _live.OfAsync("acme-prod", Cancel);
        _clock.Advance(TimeSpan.FromHours(2));
        _fake.Busy.Add("/v3/");

        Assert.Equal("Shops", (await _live.OfAsync("acme-prod", Cancel))!.Folders[1].DisplayName);
        Assert.Null(await _live.OfAsync("shop-project", Cancel));

        _fake.Busy.Clear();
        _clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal("20", (await _live.OfAsync("shop-project", Cancel))!.Number);
    }

    [Theory]
    [InlineData("../folders/2")]
    [InlineData("a/b")]
    [InlineData("")]
    [InlineData("a?x=1")]
    [InlineData("Ünicode")]
    public async Task WhatIsNoProjectIsNotAskedFor(string project)
    {
        Assert.Null(await _live.OfAsync(project, Cancel));
        Assert.Empty(_fake.Http.Requests);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task DavydFillsWhatAFindingDoesNotSay(bool live)
    {
        var key = _folder.File("credentials.json");
        var file = AncestryFile.Parse("a.json", """
            {"version": 1, "organizations": [{"number": "1", "displayName": "example.com", "securityContacts": ["security@example.com"]}], "folders": [
              {"number": "2", "displayName": "Shops", "parent": "organizations/1"}], "projects": [{"number": "20", "id": "shop-project", "displayName": "Shop", "parent": "folders/2"}]}
            """u8);
        await using var server = await RunningServer.StartAsync(with: options => live
            ? options with { AncestryFromGoogle = true, Endpoints = _fake.Endpoints, Credentials = new() { File = key }, Outbound = SomeCredentials.Loopback }
            : options with { Ancestry = file });
        var source = await server.SourceAsync("organizations/1");

        await server.DoAsync("POST", $"/v2/{source}/findings?findingId=f1",
            """{"category":"C","resourceName":"//run.googleapis.com/projects/shop-project/locations/l/services/s","eventTime":"2026-01-10T10:00:00Z"}""");
        await server.DoAsync("PATCH", $"/v2/{source}/findings/f2",
            """{"category":"C","resourceName":"//cloudresourcemanager.googleapis.com/projects/unknown-project","eventTime":"2026-01-10T10:00:00Z"}""");

        var listed = (await server.DoAsync("GET", "/v2/folders/2/sources/-/findings"))["listFindingsResults"]!.AsArray().Single()!;
        Assert.EndsWith("/findings/f1", (string)listed["finding"]!["name"]!, StringComparison.Ordinal);
        Assert.Equal("security@example.com", (string?)listed["finding"]!["contacts"]!["security"]!["contacts"]![0]!["email"]);
        var resource = listed["resource"]!;
        Assert.Equal(("Shop", "organizations/1/folders/2/projects/20"), ((string?)resource["displayName"], (string?)resource["resourcePathString"]));
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse("""
            {
              "project": "//cloudresourcemanager.googleapis.com/projects/shop-project", "projectDisplayName": "Shop",
              "parent": "//cloudresourcemanager.googleapis.com/folders/2", "parentDisplayName": "Shops", "organization": "organizations/1",
              "folders": [{"resourceFolder": "//cloudresourcemanager.googleapis.com/folders/2", "resourceFolderDisplayName": "Shops"}]
            }
            """), resource["gcpMetadata"]), resource.ToJsonString());
    }
}
