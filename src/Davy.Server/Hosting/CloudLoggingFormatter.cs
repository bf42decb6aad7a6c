using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Davy.Server.Hosting;

/// <summary>The log as Cloud Logging takes it from a container: a JSON object a line, with its severity (https://cloud.google.com/logging/docs/structured-logging).</summary>
sealed class CloudLoggingFormatter(TimeProvider clock) : ConsoleFormatter(FormatName)
{
    /// <summary>Its name among the console's formats.</summary>
    public const string FormatName = "gcp";

    /// <inheritdoc/>
    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        using MemoryStream line = new();
        using (Utf8JsonWriter json = new(line))
        {
            json.WriteStartObject();
            json.WriteString("severity", Severity(logEntry.LogLevel));
            json.WriteString("time", clock.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture));
            json.WriteString("message", logEntry.Formatter(logEntry.State, logEntry.Exception));
            json.WriteString("logger", logEntry.Category);
            if (logEntry.EventId.Id != 0) json.WriteNumber("event", logEntry.EventId.Id);
            if (logEntry.Exception is { } fault) json.WriteString("exception", fault.ToString());
            json.WriteEndObject();
        }

        textWriter.Write(Encoding.UTF8.GetString(line.GetBuffer().AsSpan(0, (int)line.Length)));
        textWriter.Write('\n');
    }

    /// <summary>https://cloud.google.com/logging/docs/reference/v2/rest/v2/LogEntry#logseverity</summary>
    static string Severity(LogLevel level) => level switch
    {
        LogLevel.Critical => "CRITICAL",
        LogLevel.Error => "ERROR",
        LogLevel.Warning => "WARNING",
        LogLevel.Information => "INFO",
        _ => "DEBUG",
    };
}
