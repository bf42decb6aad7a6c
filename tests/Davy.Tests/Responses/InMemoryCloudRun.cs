using System.Net;
using System.Text;
using Davy.Tests.Fakes;

namespace Davy.Tests.Responses;

/// <summary>Asks a <see cref="FakeCloudRun"/> without a socket, so that ten thousand sequences take seconds.</summary>
sealed class InMemoryCloudRun(FakeCloudRun fake) : HttpMessageHandler
{
    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Dictionary<string, string> headers = new(StringComparer.OrdinalIgnoreCase) { ["Authorization"] = "Bearer some-token" };
        var body = request.Content is { } content ? await content.ReadAsByteArrayAsync(cancellationToken) : [];
        var answer = fake.Answer(new(request.Method.Method, request.RequestUri!.PathAndQuery, headers, body));
        return new((HttpStatusCode)answer.Status) { Content = new StringContent(answer.Body, Encoding.UTF8, "application/json") };
    }
}

/// <summary>The program is killed: nothing of it goes on, and nothing is written down.</summary>
sealed class KilledException : Exception;

/// <summary>A clock that stands still until somebody waits, or moves it.</summary>
sealed class StandingClock : TimeProvider
{
    /// <summary>The time.</summary>
    public DateTimeOffset Now { get; set; } = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => Now;

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override long GetTimestamp() => Now.Ticks;

    /// <summary>Whoever waits has waited.</summary>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        Now += dueTime;
        callback(state);
        return new Done();
    }

    sealed class Done : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => false;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
