namespace Davy.Server.Hosting;

/// <summary>The metrics of the program, and how they are given out; described in docs/operations.md.</summary>
static class Telemetry
{
    /// <summary>Adds them.</summary>
    /// <param name="services">The program's services.</param>
    public static void AddTelemetry(this IServiceCollection services) => services.AddSingleton(all => new PrometheusText(all.GetRequiredService<Watch>().Metrics.Meter));

    /// <summary>Adds <c>/metrics</c>. The labels hold names of sources, so it is for those who may view.</summary>
    /// <param name="app">The program.</param>
    public static void MapTelemetry(this WebApplication app)
    {
        // Now, not at the first question: what was counted before would be missing.
        var text = app.Services.GetRequiredService<PrometheusText>();
        app.MapGet("/metrics", () => Results.Text(text.Write(), PrometheusText.ContentType)).RequireAuthorization(MethodPolicies.View);
    }
}
