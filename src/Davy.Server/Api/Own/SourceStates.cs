using System.Globalization;
using Davy.Server.Hosting;

namespace Davy.Server.Api.Own;

/// <summary>How it stands with the sources of log entries.</summary>
/// <param name="watch">The watch.</param>
/// <param name="options">What the program was told.</param>
/// <param name="time">The clock.</param>
sealed class SourceStates(Watch watch, ServerOptions options, TimeProvider time)
{
    /// <summary><c>GET /davy/v1/sources</c>.</summary>
    /// <param name="request">The request.</param>
    public IResult List(HttpRequest request)
    {
        OwnRequests.CheckQuery(request);
        var now = time.GetUtcNow();
        return Results.Json(new SourceList([.. watch.Sources.Reports.Select(source => Of(source, now))]), OwnJson.Default.SourceList);
    }

    SourceState Of(SourceReport source, DateTimeOffset now)
    {
        List<SourceAlarm> alarms = [.. WatchAlarms.Of(source, options.Alarms, now).Select(alarm => new SourceAlarm(Word(alarm.Kind), alarm.Detail))];
        var totals = source.Totals;
        return new()
        {
            Source = source.Name,
            Health = alarms.Count == 0 ? "ok" : "alarm",
            Alarms = alarms,
            CountedSince = totals.Since,
            Received = totals.Received,
            Accepted = totals.Came.Accepted,
            Ignored = totals.Came.Ignored,
            Duplicate = totals.Came.Duplicates,
            Rejected = totals.Came.Rejected,
            DeadLettered = totals.Came.DeadLettered,
            InFlight = totals.InFlight,
            GivenBack = totals.GivenBack,
            LastEntryTime = source.LastAt,
            NewestLogTime = source.Newest?.ToString(),
            Lag = source.Lag(now) is { } lag ? string.Create(CultureInfo.InvariantCulture, $"{lag.TotalSeconds:0.###}s") : null,
            LastFault = source.Fault is { } fault ? new(fault.Reason, fault.Since, fault.LastAt, fault.IsPresent) : null,
        };
    }

    static string Word(AlarmKind kind) => kind.ToString() is var name ? $"{char.ToLowerInvariant(name[0])}{name[1..]}" : "";
}

/// <summary>The sources.</summary>
sealed record SourceList(IReadOnlyList<SourceState> Sources);

/// <summary>A source; the numbers are entries, since <see cref="CountedSince"/>.</summary>
sealed record SourceState
{
    /// <summary>Its name.</summary>
    public required string Source { get; init; }

    /// <summary><c>ok</c> or <c>alarm</c>.</summary>
    public required string Health { get; init; }

    /// <summary>What is wrong.</summary>
    public required IReadOnlyList<SourceAlarm> Alarms { get; init; }

    /// <summary>Since when this server counts.</summary>
    public required DateTimeOffset CountedSince { get; init; }

    /// <summary>Taken, and not given back.</summary>
    public required long Received { get; init; }

    /// <summary>Judged and kept.</summary>
    public required long Accepted { get; init; }

    /// <summary>Not about deployments to Cloud Run.</summary>
    public required long Ignored { get; init; }

    /// <summary>Kept before.</summary>
    public required long Duplicate { get; init; }

    /// <summary>Not readable as a log entry.</summary>
    public required long Rejected { get; init; }

    /// <summary>Read, and failed for good.</summary>
    public required long DeadLettered { get; init; }

    /// <summary>Taken, and not kept yet.</summary>
    public required long InFlight { get; init; }

    /// <summary>Given back because they could not be kept; they come again.</summary>
    public required long GivenBack { get; init; }

    /// <summary>When the last entry was kept; left out for never.</summary>
    public DateTimeOffset? LastEntryTime { get; init; }

    /// <summary>The latest of the entries' own times; left out where none told it.</summary>
    public string? NewestLogTime { get; init; }

    /// <summary>From that to now, in seconds, as <c>12.5s</c>.</summary>
    public string? Lag { get; init; }

    /// <summary>What was wrong with it last; left out where nothing ever was.</summary>
    public SourceTrouble? LastFault { get; init; }
}

/// <summary>An alarm of a source.</summary>
sealed record SourceAlarm(string Kind, string Detail);

/// <summary>What is or was wrong with a source.</summary>
sealed record SourceTrouble(string Reason, DateTimeOffset Since, DateTimeOffset LastTime, bool Present);
