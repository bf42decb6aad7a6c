using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Davy.Server.Hosting;

/// <summary>
/// Closes connections that say nothing. The web server itself waits for a first byte as long as it keeps a connection between requests, which is minutes; a flood of silent
/// connections would hold them all so long.
/// </summary>
static class PromptConnections
{
    /// <summary>Gives a connection a time for its first byte; behind TLS, that is the first of a request.</summary>
    /// <param name="listener">The listener.</param>
    /// <param name="within">The time.</param>
    public static void RequireFirstByte(this ListenOptions listener, TimeSpan within) => listener.Use(next => async connection =>
    {
        if (await HasFirstByteAsync(connection, within)) await next(connection);
    });

    static async Task<bool> HasFirstByteAsync(ConnectionContext connection, TimeSpan within)
    {
        using CancellationTokenSource late = new(within);
        await using (late.Token.Register(connection.Transport.Input.CancelPendingRead))
        {
            var read = await connection.Transport.Input.ReadAsync();

            // Looked at, not taken: the next reader gets the same bytes at once.
            connection.Transport.Input.AdvanceTo(read.Buffer.Start, read.Buffer.Start);
        }

        return !late.IsCancellationRequested;
    }
}
