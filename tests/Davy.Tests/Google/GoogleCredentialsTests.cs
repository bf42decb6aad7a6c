using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Davy.Google;
using Davy.Tests.Fakes;
using Microsoft.Extensions.Time.Testing;

namespace Davy.Tests.Google;

public sealed class GoogleCredentialsTests : IDisposable
{
    readonly TemporaryFolder _folder = new();
    readonly FakeTimeProvider _clock = new(new(2026, 1, 10, 10, 0, 0, TimeSpan.Zero));

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task APersonsRefreshTokenBuysATokenThatIsKeptUntilShortlyBeforeItsEnd()
    {
        var count = 0;
        await using var google = await FakeHttp.StartAsync(_ => new FakeAnswer(200, $$"""{"access_token":"ya29.{{++count}}","expires_in":3600,"token_type":"Bearer"}"""));
        using var credentials = SomeCredentials.Find(_folder, SomeCredentials.AuthorizedUser(google.Url + "token"), _clock);

        var all = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => HeadersAsync(credentials)));
        _clock.Advance(TimeSpan.FromMinutes(55));
        var late = await HeadersAsync(credentials);
        _clock.Advance(TimeSpan.FromMinutes(2));
        var later = await HeadersAsync(credentials);

        Assert.All(all.Append(late), headers => Assert.Equal(("Bearer ya29.1", "quota-of-file"), headers));
        Assert.Equal("Bearer ya29.2", later.Authorization);
        Assert.Equal(2, google.Requests.Count);
        Assert.Equal(
            new() { ["grant_type"] = "refresh_token", ["client_id"] = "client.example.com", ["client_secret"] = SomeCredentials.Secret + "-1", ["refresh_token"] = SomeCredentials.Secret + "-2" },
            google.Requests[0].Form);
    }

    [Fact]
    public async Task ATokenIsUsedToItsEndWhereTheNextCannotBeHad()
    {
        var count = 0;
        await using var google = await FakeHttp.StartAsync(_ => count++ == 0 ? new FakeAnswer(200, """{"access_token":"first","expires_in":3600}""") : new(503, ""));
        using var credentials = SomeCredentials.Find(_folder, SomeCredentials.AuthorizedUser(google.Url + "token"), _clock);

        await HeadersAsync(credentials);
        _clock.Advance(TimeSpan.FromMinutes(58));
        Assert.Equal("Bearer first", (await HeadersAsync(credentials)).Authorization);
        _clock.Advance(TimeSpan.FromMinutes(3));
        var fault = await Assert.ThrowsAsync<CredentialException>(() => HeadersAsync(credentials));

        Assert.True(fault.MayPass);
        Assert.Contains("503", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(400, """{"error":"invalid_grant","error_description":"Token has been expired or revoked."}""", "400 invalid_grant: Token has been expired or revoked.")]
    [InlineData(403, """{"error":{"code":403,"status":"PERMISSION_DENIED","message":"Not \u001b[31mallowed\u202e."}}""", "403 PERMISSION_DENIED: Not ?[31mallowed?.")]
    [InlineData(400, """{"error":"invalid_grant","error_description":"bad s3cr3t-value-2"}""", " 400.")]
    [InlineData(302, """{}""", " 302.")]
    [InlineData(200, """{"expires_in":3600}""", "access_token: it is missing.")]
    [InlineData(200, """{"access_token":"a\nb","expires_in":3600}""", "access_token: it is no token.")]
    [InlineData(200, """{"access_token":"a","expires_in":"soon"}""", "expires_in: it must be a number of seconds.")]
    [InlineData(200, "no JSON", "it is no JSON object.")]
    public async Task WhatIsNoTokenIsToldWithoutASecret(int status, string body, string expected)
    {
        await using var google = await FakeHttp.StartAsync(_ => new FakeAnswer(status, body, ("Location", "http://169.254.169.254/")));
        using var credentials = SomeCredentials.Find(_folder, SomeCredentials.AuthorizedUser(google.Url + "token"));

        var fault = await Assert.ThrowsAsync<CredentialException>(() => HeadersAsync(credentials));

        Assert.EndsWith(expected, fault.Message, StringComparison.Ordinal);
        Assert.Contains(google.Authority, fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(SomeCredentials.Secret, fault.ToString(), StringComparison.Ordinal);
        Assert.Single(google.Requests);
    }

    [Fact]
    public async Task AServiceAccountSignsATokenItself()
    {
        using var credentials = SomeCredentials.Find(_folder, SomeCredentials.ServiceAccount("http://127.0.0.1:1/never-asked"), _clock);

        var (header, claims) = Verified((await HeadersAsync(credentials)).Authorization["Bearer ".Length..]);

        Assert.Equal("""{"alg":"RS256","typ":"JWT","kid":"key1"}""", header.ToJsonString());
        var account = "davy@example-project.iam.gserviceaccount.com";
        Assert.Equal(
            $$"""{"iss":"{{account}}","scope":"https://www.googleapis.com/auth/cloud-platform","iat":1768039200,"exp":1768042800,"sub":"{{account}}"}""", claims.ToJsonString());
        Assert.Equal(account, credentials.Who);
    }

    [Fact]
    public async Task AServiceAccountBuysATokenWhereThatIsAskedFor()
    {
        await using var google = await FakeHttp.StartAsync(_ => new FakeAnswer(200, """{"access_token":"bought","expires_in":3599}"""));
        using var credentials = SomeCredentials.Find(_folder, SomeCredentials.ServiceAccount(google.Url + "token"), _clock, exchange: true);

        Assert.Equal("Bearer bought", (await HeadersAsync(credentials)).Authorization);

        var form = google.Requests.Single().Form;
        Assert.Equal("urn:ietf:params:oauth:grant-type:jwt-bearer", form["grant_type"]);
        var (_, claims) = Verified(form["assertion"]);
        Assert.Equal((google.Url + "token", null), ((string?)claims["aud"], (string?)claims["sub"]));
    }

    [Fact]
    public async Task AnAccountSpeaksForAnother()
    {
        await using var google = await FakeHttp.StartAsync(request => request.Path == "/token"
            ? new FakeAnswer(200, """{"access_token":"mine","expires_in":3599}""")
            : new(200, """{"accessToken":"theirs","expireTime":"2026-01-10T11:00:00Z"}"""));
        JsonObject file = new()
        {
            ["type"] = "impersonated_service_account",
            ["service_account_impersonation_url"] = $"{google.Url}v1/projects/-/serviceAccounts/target@example-project.iam.gserviceaccount.com:generateAccessToken",
            ["delegates"] = new JsonArray("between@example-project.iam.gserviceaccount.com"),
            ["source_credentials"] = SomeCredentials.AuthorizedUser(google.Url + "token"),
        };
        using var credentials = SomeCredentials.Find(_folder, file, _clock);

        Assert.Equal(("Bearer theirs", ""), await HeadersAsync(credentials));

        Assert.Equal("target@example-project.iam.gserviceaccount.com", credentials.Who);
        var asked = google.Requests[1];
        Assert.Equal(("POST", "Bearer mine"), (asked.Method, asked.Header("Authorization")));
        Assert.Equal(
            """{"scope":["https://www.googleapis.com/auth/cloud-platform"],"delegates":["between@example-project.iam.gserviceaccount.com"],"lifetime":"3600s"}""", asked.Json.ToJsonString());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task TheTokenOfAnotherProviderIsExchanged(bool byUrl)
    {
        await using var google = await FakeHttp.StartAsync(request => request.Path switch
        {
            "/subject" => new(200, """{"id_token":"theirs"}"""),
            "/v1/token" => new(200, """{"access_token":"federated","expires_in":3600,"token_type":"Bearer"}"""),
            _ => new FakeAnswer(200, """{"accessToken":"spoken-for","expireTime":"2026-01-10T11:00:00Z"}"""),
        });
        File.WriteAllText(_folder.File("subject"), " theirs\n");
        JsonObject source = byUrl
            ? new()
            {
                ["url"] = google.Url + "subject",
                ["headers"] = new JsonObject { ["Metadata"] = "True" },
                ["format"] = new JsonObject { ["type"] = "json", ["subject_token_field_name"] = "id_token" },
            }
            : new() { ["file"] = _folder.File("subject") };
        var file = SomeCredentials.ExternalAccount(google.Url + "v1/token", source);
        if (byUrl) file["service_account_impersonation_url"] = $"{google.Url}v1/projects/-/serviceAccounts/target@example.com:generateAccessToken";
        using var credentials = SomeCredentials.Find(_folder, file, _clock);

        Assert.Equal(byUrl ? "Bearer spoken-for" : "Bearer federated", (await HeadersAsync(credentials)).Authorization);

        var form = google.Requests.Single(request => request.Path == "/v1/token").Form;
        Assert.Equal("urn:ietf:params:oauth:grant-type:token-exchange", form["grant_type"]);
        Assert.Equal(("theirs", "urn:ietf:params:oauth:token-type:jwt"), (form["subject_token"], form["subject_token_type"]));
        Assert.Equal("//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/q", form["audience"]);
        if (byUrl) Assert.Equal("True", google.Requests[0].Header("Metadata"));
    }

    [Fact]
    public async Task TheMetadataServerIsAskedWhereThatIsSaid()
    {
        await using var metadata = await FakeHttp.StartAsync(_ => new FakeAnswer(200, """{"access_token":"machine","expires_in":3599,"token_type":"Bearer"}""", ("Metadata-Flavor", "Google")));
        using var credentials = GoogleCredentials.Find(new() { MetadataServer = true, MetadataHost = metadata.Authority }, new(), _clock);

        Assert.Equal(("Bearer machine", ""), await HeadersAsync(credentials));

        var asked = metadata.Requests.Single();
        Assert.Equal(
            ("/computeMetadata/v1/instance/service-accounts/default/token?scopes=https%3A%2F%2Fwww.googleapis.com%2Fauth%2Fcloud-platform", "Google"),
            (asked.Target, asked.Header("Metadata-Flavor")));
    }

    [Fact]
    public async Task WhatHasNoFlavorIsNoMetadataServer()
    {
        await using var other = await FakeHttp.StartAsync(_ => new FakeAnswer(200, """{"access_token":"machine","expires_in":3599}"""));
        using var credentials = GoogleCredentials.Find(new() { MetadataServer = true, MetadataHost = other.Authority }, new(), _clock);

        Assert.Contains("is not Google's metadata server", (await Assert.ThrowsAsync<CredentialException>(() => HeadersAsync(credentials))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TheOrderIsTheNamedFileThenTheWellKnownOneThenNothing()
    {
        Directory.CreateDirectory(_folder.File("gcloud"));
        var environment = new Dictionary<string, string>
        {
            ["CLOUDSDK_CONFIG"] = _folder.File("gcloud"),
            ["GCE_METADATA_HOST"] = "metadata.example.com:80",
            ["GOOGLE_CLOUD_QUOTA_PROJECT"] = "q",
        };
        var options = CredentialOptions.FromEnvironment(environment);
        Assert.Equal((null, "metadata.example.com:80", "q", false), (options.File, options.MetadataHost, options.QuotaProject, options.MetadataServer));

        Assert.Contains("GOOGLE_APPLICATION_CREDENTIALS", Assert.Throws<CredentialException>(() => Find(options)).Message, StringComparison.Ordinal);

        File.WriteAllText(_folder.File("gcloud/application_default_credentials.json"), SomeCredentials.AuthorizedUser("https://oauth2.example.com/").ToJsonString());
        Assert.Equal("the user", Find(options));

        environment["GOOGLE_APPLICATION_CREDENTIALS"] = _folder.File("key.json");
        Assert.Contains("key.json", Assert.Throws<CredentialException>(() => Find(CredentialOptions.FromEnvironment(environment))).Message, StringComparison.Ordinal);
        File.WriteAllText(_folder.File("key.json"), SomeCredentials.ServiceAccount("https://oauth2.example.com/").ToJsonString());
        Assert.StartsWith("davy@", Find(CredentialOptions.FromEnvironment(environment)), StringComparison.Ordinal);

        static string Find(CredentialOptions options)
        {
            using var found = GoogleCredentials.Find(options, new(), TimeProvider.System);
            return found.Who;
        }
    }

    [Theory]
    [InlineData("[]", "it is no JSON object.")]
    [InlineData("{", "it is no JSON object.")]
    [InlineData("{}", "type: it is missing.")]
    [InlineData("""{"type":7}""", "type: it must be a text.")]
    [InlineData("""{"type":"s3cr3t-value"}""", "type: it must be authorized_user, service_account, external_account or impersonated_service_account.")]
    [InlineData("""{"type":"authorized_user","client_id":"a","client_secret":"s3cr3t-value"}""", "refresh_token: it is missing.")]
    [InlineData("""{"type":"service_account","client_email":"a","private_key":"s3cr3t-value"}""", "private_key: it is no RSA key in PEM form.")]
    [InlineData("""{"type":"service_account","client_email":"a","private_key":"-----BEGIN PRIVATE KEY-----\nczNjcjN0LXZhbHVl\n-----END PRIVATE KEY-----"}""", "private_key: it is no RSA key in PEM form.")]
    [InlineData("""{"type":"service_account","client_email":"a","token_uri":"file:///etc/passwd"}""", "token_uri: it must be a URL.")]
    [InlineData("""{"type":"service_account","universe_domain":"example.com"}""", "universe_domain: only googleapis.com is known.")]
    [InlineData("""{"type":"external_account","token_url":"https://a/","audience":"a","subject_token_type":"b","credential_source":{"executable":{"command":"s3cr3t-value"}}}""", "credential_source.executable: Davy starts no program for a token; have the program write a file, and name that with 'file'.")]
    [InlineData("""{"type":"external_account","token_url":"https://a/","audience":"a","subject_token_type":"b","credential_source":{"environment_id":"aws1"}}""", "credential_source.environment_id: Davy does not sign requests for AWS; use a token from a file or a URL.")]
    [InlineData("""{"type":"external_account","token_url":"https://a/","audience":"a","subject_token_type":"b","credential_source":{}}""", "credential_source.file: either this or 'url' must be there.")]
    [InlineData("""{"type":"external_account","token_url":"https://a/","audience":"a","subject_token_type":"b","credential_source":{"file":"x","format":{"type":"yaml"}}}""", "credential_source.format.type: it must be text or json.")]
    [InlineData("""{"type":"impersonated_service_account","service_account_impersonation_url":"https://a/","source_credentials":{"type":"impersonated_service_account"}}""", "source_credentials.type: an account that is spoken for cannot speak for another.")]
    [InlineData("""{"type":"gdch_service_account"}""", "type: this kind of credentials is not known to Davy; use a service account, or gcloud auth application-default login.")]
    public void AFileThatIsWrongIsToldWithItsField(string content, string expected)
    {
        var file = _folder.File("credentials.json");
        File.WriteAllText(file, content);

        var fault = Assert.Throws<CredentialException>(() => GoogleCredentials.Find(new() { File = file }, new(), TimeProvider.System));

        Assert.Equal($"{file}: {expected}", fault.Message);
        Assert.DoesNotContain(SomeCredentials.Secret, fault.ToString(), StringComparison.Ordinal);
    }

    /// <summary>The two parts of a token, whose signature was computed and compared by another way than the one that made it.</summary>
    static (JsonNode Header, JsonNode Claims) Verified(string token)
    {
        var parts = token.Split('.');
        using var publicKey = RSA.Create(SomeCredentials.Key.ExportParameters(includePrivateParameters: false));
        Assert.True(publicKey.VerifyHash(SHA256.HashData(Encoding.UTF8.GetBytes($"{parts[0]}.{parts[1]}")), Bytes(parts[2]), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
        return (JsonNode.Parse(Bytes(parts[0]))!, JsonNode.Parse(Bytes(parts[1]))!);

        static byte[] Bytes(string text) => Convert.FromBase64String(text.Replace('-', '+').Replace('_', '/').PadRight((text.Length + 3) / 4 * 4, '='));
    }

    static async Task<(string Authorization, string Project)> HeadersAsync(GoogleCredentials credentials)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, "https://example.com/");
        await credentials.AuthorizeAsync(request, Cancel);
        return (request.Headers.Authorization!.ToString(), request.Headers.TryGetValues("x-goog-user-project", out var project) ? project.Single() : "");
    }
}
