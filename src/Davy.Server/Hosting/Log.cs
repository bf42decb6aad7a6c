using Microsoft.Extensions.Logging.Console;

namespace Davy.Server.Hosting;

/// <summary>The program's log: one line an event, on standard error.</summary>
static class Log
{
    /// <summary>Adds the log.</summary>
    /// <param name="logging">The program's logging.</param>
    public static void Add(ILoggingBuilder logging)
    {
        logging.ClearProviders();
        logging.AddSimpleConsole(console => console.SingleLine = true);
        logging.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);

        // The web server's notes on each request hold its whole URL, filter and all.
        logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        logging.AddFilter("Grpc", LogLevel.Warning);
    }
}
