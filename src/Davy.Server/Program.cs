using System.Collections;
using System.Data.Common;
using System.Net.Sockets;
using Davy.Server.Api;
using Davy.Server.Api.Own;
using Davy.Server.Callers;
using Davy.Server.Hosting;
using Davy.Server.Ingest;
using Davy.Server.Inspections;
using Davy.Server.Notifications;
using Davy.Storage;
using Microsoft.AspNetCore.Connections;

namespace Davy.Server;

/// <summary>The program <c>davyd</c>: services, then pipeline, to be read top to bottom.</summary>
static class Program
{
    static Task<int> Main(string[] arguments) => arguments is [ConfinedStart.Word, ..] ? Task.FromResult(ConfinedStart.Run(arguments)) : RunAsync(arguments, Environment.GetEnvironmentVariables(), Console.Error);

    /// <summary>Runs the program until it is told to stop.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="environment">The process's environment.</param>
    /// <param name="error">Where its complaints go.</param>
    /// <param name="output">Where the answers of its commands go; the process's own where none is given.</param>
    /// <returns>The exit code: 0, or 2 if it was called or set up wrongly.</returns>
    internal static async Task<int> RunAsync(string[] arguments, IDictionary environment, TextWriter error, StandardOutput? output = null)
    {
        try
        {
            output ??= StandardOutput.OfProcess();
            Configuration? configuration = null;
            var root = ServerArguments.Command((_, cancel) => ServeAsync(configuration!.Options(), SourceDeclarations.Read(configuration.File), environment, error, cancel));
            root.Add(TokenArguments.Commands(environment, output, error, TimeProvider.System));
            root.Add(ConfigArguments.Commands(() => configuration!, output, error));
            root.Add(DeploymentArguments.Commands(environment, output, TimeProvider.System));
            root.Add(InspectionCommands.Commands(environment, output, TimeProvider.System));
            root.Add(DeadLetterArguments.Commands(environment, output, error, TimeProvider.System, () => configuration!.Options(), Filters.Read));
            var parsed = root.Parse(arguments);
            foreach (var fault in parsed.Errors) await error.WriteLineAsync($"davyd: {fault.Message}");
            if (parsed.Errors.Count > 0) return 2;

            // Whoever asks for help or the version gets it, whatever a file says.
            if (parsed.Action == parsed.CommandResult.Command.Action)
            {
                configuration = Configuration.Read(root, parsed, environment);
                parsed = configuration.Whole(arguments, parsed);
            }

            return await parsed.InvokeAsync(new() { Output = output.Writer, Error = error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        }
        catch (OptionException fault)
        {
            await error.WriteLineAsync($"davyd: {fault.Message}");
            return 2;
        }
        catch (IOException fault) when (fault.InnerException is AddressInUseException)
        {
            await error.WriteLineAsync($"davyd: {fault.Message} Choose others with --http-port and --grpc-port, or --tls-port.");
            return 2;
        }
        catch (DbException fault)
        {
            await error.WriteLineAsync($"davyd: The database failed: {fault.Message}");
            return 2;
        }
        catch (SocketException fault)
        {
            await error.WriteLineAsync($"davyd: Cannot listen: {fault.Message}. Choose other ports with --http-port and --grpc-port, or --tls-port.");
            return 2;
        }
    }

    static async Task<int> ServeAsync(ServerOptions options, IReadOnlyList<SourceDeclaration> sources, IDictionary environment, TextWriter error, CancellationToken cancel)
    {
        if (LastingDisk.Check(options, environment) is { } warning) await error.WriteLineAsync($"davyd: {warning}");
        await using var database = await DatabaseStart.OpenAsync(options, TimeProvider.System, cancel);
        await using var app = Build(options, database, TimeProvider.System, sources);
        if (!options.Insecure) await app.Services.GetRequiredService<SetupToken>().WriteAsync(cancel);
        await app.RunAsync(cancel);
        return 0;
    }

    /// <summary>The program, ready to start.</summary>
    /// <param name="options">What it was told.</param>
    /// <param name="database">Where everything is kept, migrated; whoever calls this disposes of it.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="sources">Where log entries come from by themselves.</param>
    internal static WebApplication Build(ServerOptions options, Database database, TimeProvider clock, IReadOnlyList<SourceDeclaration> sources)
    {
        // No arguments: of the command line and the environment only what ServerOptions knows has an effect.
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ApplicationName = "davyd", ContentRootPath = AppContext.BaseDirectory });
        Log.Add(builder.Logging, options.LogLevel, options.LogFormat);
        OtlpExport.Add(builder, options.Otlp);
        builder.Services.AddSystemd();
        builder.WebHost.ConfigureKestrel(kestrel => Listeners.Add(kestrel, options));

        builder.Services.AddSingleton(options).AddSingleton(clock).AddSingleton(database).AddSingleton<ServerCertificate>();
        builder.Services.AddStores();
        builder.Services.AddWorkers(options.Limits);
        builder.Services.AddSecurityCenter();
        builder.Services.AddOwnApi();
        builder.Services.AddIngest(sources);
        builder.Services.AddInspections(options.Inspection);
        builder.Services.AddTelemetry();
        builder.Services.AddCallers(options, clock);
        builder.Services.AddNotifications();

        var app = builder.Build();
        app.UseApiErrors();
        app.UseMiddleware<StrictFraming>();
        app.UseRouting();
        app.UseAuthentication();
        app.UseRateLimiter();
        app.UseAuthorization();
        app.UseStrictRequests();
        app.MapHealth();
        app.MapSecurityCenter();
        app.MapGrpcHealth();
        app.MapOwnApi();
        app.MapIngest();
        app.MapTelemetry();
        app.CheckPolicies();
        return app;
    }
}
