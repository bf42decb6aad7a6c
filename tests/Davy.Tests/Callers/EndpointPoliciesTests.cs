using Davy.Server.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Davy.Tests.Callers;

/// <summary>An end point without a policy stops the start.</summary>
public sealed class EndpointPoliciesTests
{
    static WebApplication With(Action<WebApplication> map)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddAuthorization().AddSingleton<Davy.Storage.Database>(_ => throw new InvalidOperationException("no request comes this far"));
        var app = builder.Build();
        map(app);
        return app;
    }

    public static TheoryData<string, Action<WebApplication>> Bad => new()
    {
        { "no policy", app => app.MapGet("/x", () => "x") },
        { "no named policy", app => app.MapGet("/x", () => "x").RequireAuthorization() },
        { "unknown policy", app => app.MapGet("/x", () => "x").RequireAuthorization("emperor") },
        { "one of two is unknown", app => app.MapGet("/x", () => "x").RequireAuthorization(MethodPolicies.View, "emperor") },
        { "open", app => app.MapGet("/x", () => "x").AllowAnonymous() },
        { "opened again", app => app.MapGet("/x", () => "x").RequireAuthorization(MethodPolicies.View).AllowAnonymous() },
        { "in a group", app => app.MapGroup("/g").MapPost("/x", () => "x") },
    };

    [Theory]
    [MemberData(nameof(Bad), DisableDiscoveryEnumeration = true)]
    public void IsRefused(string what, Action<WebApplication> map)
    {
        var fault = Assert.Throws<InvalidOperationException>(With(map).CheckPolicies);
        Assert.True(fault.Message.Contains("/x", StringComparison.Ordinal), $"{what}: {fault.Message}");
    }

    [Fact]
    public void WithOneItPasses() => With(app =>
    {
        app.MapGet("/x", () => "x").RequireAuthorization(MethodPolicies.View);
        app.MapGroup("/g").RequireAuthorization(MethodPolicies.Administer).MapGet("/x", () => "x");
        app.MapHealth();
    }).CheckPolicies();
}
