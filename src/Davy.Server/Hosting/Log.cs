using Microsoft.Extensions.Logging.Console;

namespace Davy.Server.Hosting;

/// <summary>The program's log: one line an event, on standard error.</summary>
static class Log
{
    /// <summary>Adds the log.</summary>
    /// <param name="logging">The program's logging.</param>
    /// <param name="level">What it tells: this, and all that is worse.</param>
    /// <param name="format">How: <c>text</c>, or <see cref="CloudLoggingFormatter.FormatName"/>.</param>
    public static void Add(ILoggingBuilder logging, LogLevel level, string format)
    {
        logging.ClearProviders();
        logging.SetMinimumLevel(level);
        if (format == CloudLoggingFormatter.FormatName) Structured(logging);
        else logging.AddSimpleConsole(console => console.SingleLine = true);
        logging.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);

        // The web server's notes on each request hold its whole URL, filter and all.
        // A start that failed is told in one line by the program; that a worker ended it is still logged.
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);

        // What one hostile connection makes these say, a line a frame or a line a connection, would fill the log.
        logging.AddFilter("Microsoft.AspNetCore.Server.Kestrel.Http2", LogLevel.None);
        logging.AddFilter("Microsoft.AspNetCore.Server.Kestrel.Connections", LogLevel.Error);
        foreach (var category in new[] { "Microsoft.AspNetCore", "Grpc", "Davy.Server.Callers" })
        {
            logging.AddFilter(category, level > LogLevel.Warning ? level : LogLevel.Warning);
        }
    }

    static void Structured(ILoggingBuilder logging)
    {
        logging.AddConsole().AddConsoleFormatter<CloudLoggingFormatter, ConsoleFormatterOptions>();

        // Under systemd the host would choose another form; whoever asks for one gets it.
        logging.Services.PostConfigure<ConsoleLoggerOptions>(console => console.FormatterName = CloudLoggingFormatter.FormatName);
    }
}
