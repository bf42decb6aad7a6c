using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Davy.Findings;
using Davy.Server.Callers;
using Davy.Tests.Api;
using Google.Api;
using Google.Cloud.SecurityCenter.V2;
using Google.LongRunning;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Grpc.JsonTranscoding;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Davy.Tests.Callers;

/// <summary>Every method and path, with every role and without any: over gRPC and over REST.</summary>
public sealed partial class RoleMatrixTests : IAsyncLifetime
{
    const string Unknown = "davy_0000000000000000000000000000000000000000000000000000000000000000";

    readonly Dictionary<string, string> _roles = [];
    readonly Dictionary<string, string?> _strangers = new()
    {
        ["none"] = null,
        ["unknown"] = $"Bearer {Unknown}",
        ["malformed"] = "Bearer davy_short",
        ["empty"] = "Bearer ",
        ["basic"] = "Basic YWRtaW46YWRtaW4=",
        ["unsigned"] = "Bearer eyJhbGciOiJub25lIn0.eyJpc3MiOiJodHRwczovL2FjY291bnRzLmdvb2dsZS5jb20iLCJlbWFpbCI6ImFAZXhhbXBsZS5jb20ifQ.",
    };

    RunningServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await RunningServer.StartAsync(insecure: false);
        foreach (var role in Roles.All) _roles[role] = $"Bearer {(await _server.TokenAsync(role)).Text}";
        _strangers["expired"] = $"Bearer {(await _server.TokenAsync(Roles.Administrator, TimeProvider.System.GetUtcNow().AddSeconds(-1))).Text}";
        var (id, revoked) = await _server.TokenAsync(Roles.Administrator);
        await _server.Services.GetRequiredService<AccessTokenStore>().RevokeAsync(id, TestContext.Current.CancellationToken);
        _strangers["revoked"] = $"Bearer {revoked}";
        _strangers["of a later program"] = $"Bearer {(await _server.TokenAsync("emperor")).Text}";
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task OverGrpc()
    {
        using RawGrpc grpc = new(_server.Grpc);
        var methods = SecurityCenter.Descriptor.Methods.Concat(Operations.Descriptor.Methods).ToList();
        Assert.True(methods.Count >= 45, $"{methods.Count} methods");

        foreach (var method in methods)
        {
            var name = $"{method.Service.FullName}/{method.Name}";
            foreach (var (role, authorization) in _roles)
            {
                var status = (await grpc.CallAsync(name, authorization)).StatusCode;
                var allowed = RoleMatrix.Of(method.Name).Contains(role);
                Assert.True(allowed ? status is not (StatusCode.PermissionDenied or StatusCode.Unauthenticated) : status is StatusCode.PermissionDenied, $"{role}: {name} is {status}");
            }

            foreach (var (stranger, authorization) in _strangers)
            {
                var status = (await grpc.CallAsync(name, authorization)).StatusCode;
                Assert.True(status == (stranger == "of a later program" ? StatusCode.PermissionDenied : StatusCode.Unauthenticated), $"{stranger}: {name} is {status}");
            }
        }
    }

    [Fact]
    public async Task OverHttp()
    {
        var all = Endpoints().ToList();
        Assert.True(all.Count(each => each.Method is not null) >= 100, $"{all.Count} paths");

        foreach (var (number, (verb, path, method, policy)) in all.Index())
        {
            var may = method is null ? RoleMatrix.OfPolicy(policy) : RoleMatrix.Of(method);
            foreach (var (role, authorization) in _roles)
            {
                using var answer = await _server.AnswerAsync(verb, path, verb is "POST" or "PATCH" or "PUT" ? "{}" : null, authorization: authorization);
                var status = (int)answer.StatusCode;
                Assert.True(may.Contains(role) ? status is not (401 or 403) : status is 403, $"{role}: {verb} {path} is {status}");
                if (status == 403) await HasEnvelopeAsync(answer, "PERMISSION_DENIED");
            }

            // All kinds of strangers on each fifth path, by turns; the three that matter everywhere.
            foreach (var (stranger, authorization) in _strangers.Where(each => number % 5 == 0 || each.Key is "none" or "unknown" or "expired"))
            {
                using var answer = await _server.AnswerAsync(verb, path, verb is "POST" or "PATCH" or "PUT" ? "{}" : null, authorization: authorization);
                var status = (int)answer.StatusCode;
                Assert.True(status == (stranger == "of a later program" ? 403 : 401), $"{stranger}: {verb} {path} is {status}");
                if (status != 401) continue;
                await HasEnvelopeAsync(answer, "UNAUTHENTICATED");
                Assert.StartsWith("Bearer realm=", answer.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task WhereNothingIsServedAStrangerLearnsNothing()
    {
        using RawGrpc grpc = new(_server.Grpc);
        foreach (var path in new[] { "/", "/v2/nothing", "/v2/organizations/1/sources/../..", "/console" })
        {
            Assert.Equal(401, (int)(await _server.AnswerAsync("GET", path)).StatusCode);
            Assert.Equal(404, (int)(await _server.AnswerAsync("GET", path, authorization: _roles["viewer"])).StatusCode);
        }

        foreach (var method in new[] { "google.cloud.securitycenter.v2.SecurityCenter/NoSuchMethod", "no.such.Service/Method" })
        {
            Assert.Equal(StatusCode.Unauthenticated, (await grpc.CallAsync(method, null)).StatusCode);
            Assert.Equal(StatusCode.Unimplemented, (await grpc.CallAsync(method, _roles["viewer"])).StatusCode);
        }
    }

    [Fact]
    public async Task HealthIsOpen()
    {
        foreach (var path in new[] { "/livez", "/readyz", "/health/live", "/health/ready" }) Assert.Equal(200, (int)(await _server.AnswerAsync("GET", path)).StatusCode);
    }

    /// <summary>Every path but health, with its verb, the method behind it (null for a path of our own) and its policy.</summary>
    IEnumerable<(string Verb, string Path, string? Method, string Policy)> Endpoints()
    {
        foreach (var endpoint in _server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>())
        {
            if (endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null) continue;

            var policy = endpoint.Metadata.GetMetadata<IAuthorizeData>()!.Policy!;
            if (endpoint.Metadata.GetMetadata<GrpcJsonTranscodingMetadata>() is { } method)
            {
                var (verb, template) = Binding(method.HttpRule);
                yield return (verb, Variable().Replace(template, variable => variable.Groups[1].Success ? variable.Groups[1].Value.Replace("*", "1", StringComparison.Ordinal) : "1"), method.MethodDescriptor.Name, policy);
            }
            else if (endpoint.Metadata.GetMetadata<GrpcMethodMetadata>() is null && endpoint.RoutePattern.RawText!.StartsWith("/davy/", StringComparison.Ordinal))
            {
                foreach (var verb in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods) yield return (verb, Variable().Replace(endpoint.RoutePattern.RawText, "1"), null, policy);
            }
        }
    }

    static (string Verb, string Template) Binding(HttpRule rule) => rule.PatternCase switch
    {
        HttpRule.PatternOneofCase.Get => ("GET", rule.Get),
        HttpRule.PatternOneofCase.Post => ("POST", rule.Post),
        HttpRule.PatternOneofCase.Patch => ("PATCH", rule.Patch),
        HttpRule.PatternOneofCase.Delete => ("DELETE", rule.Delete),
        _ => throw new InvalidOperationException($"{rule}"),
    };

    static async Task HasEnvelopeAsync(HttpResponseMessage answer, string status)
    {
        var json = JsonNode.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;
        Assert.Equal(status, (string?)json["error"]!["status"]);
        Assert.NotEmpty((string)json["error"]!["message"]!);
    }

    [GeneratedRegex(@"\{[^}=]*(?:=([^}]*))?\}")]
    private static partial Regex Variable();
}
