using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Threading.Channels;
using Davy.Logs;
using NATS.Client.Core;

namespace Davy.Server.Ingest.Nats;

/// <summary>Takes a stream of NATS JetStream: at least once, and each message is acknowledged when all that follows from it is kept.</summary>
/// <param name="declared">What the configuration says.</param>
/// <param name="observe">The watch: returns once the records are kept.</param>
/// <param name="health">How it stands with all sources.</param>
/// <param name="clock">The clock.</param>
sealed class NatsSource(
    NatsDeclaration declared, Func<IReadOnlyList<(ReadOnlyMemory<byte> Json, EntryLocation Location)>, CancellationToken, Task> observe, SourceFaults health, TimeProvider clock) : ILogSource
{
    const int Keepers = 4;

    // What a message takes on the wire beside its content, at most: subject, reply subject and headers.
    const long Envelope = 64 << 10;

    // What is in work when it is told to stop is waited for that long.
    static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);
    static readonly TimeSpan Farewell = TimeSpan.FromSeconds(2);
    static readonly TimeSpan ShortestExtension = TimeSpan.FromMilliseconds(100);

    /// <inheritdoc/>
    public string Name => declared.Source;

    /// <inheritdoc/>
    public async Task RunAsync(CancellationToken cancel)
    {
        await using NatsConnection connection = new(NatsAccess.Options(declared));
        try
        {
            await connection.ConnectAsync().AsTask().WaitAsync(cancel);
            var wait = await NatsConsumer.EnsureAsync(new(connection), declared, cancel);
            await TakeAsync(connection, wait, cancel);
        }
        catch (Exception fault) when (IsOfTheConnection(fault) || (fault is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            throw NatsFault.Of(fault, declared);
        }
    }

    static bool IsOfTheConnection(Exception fault) =>
        fault is NatsException or IOException or SocketException or AuthenticationException or CryptographicException or TimeoutException or ObjectDisposedException;

    async Task TakeAsync(NatsConnection connection, TimeSpan wait, CancellationToken cancel)
    {
        NatsHealth state = new(Name, health, clock);
        NatsRoom room = new((connection.ServerInfo?.MaxPayload ?? 0) + Envelope);
        NatsKeeper keeper = new(observe, room, state);
        var waiting = Channel.CreateBounded<NatsDelivery>(NatsRoom.Capacity);
        using CancellationTokenSource over = new(), giveUp = new(), done = new();
        connection.ConnectionDisconnected += (_, _) =>
        {
            if (!over.IsCancellationRequested && !cancel.IsCancellationRequested) state.Failed(new NatsFault($"{declared.Servers[0].Authority}: the connection was lost."));
            return ValueTask.CompletedTask;
        };
        var keepers = Task.WhenAll(Enumerable.Range(0, Keepers).Select(_ => Task.Run(() => keeper.RunAsync(waiting.Reader, over.Token, giveUp.Token), CancellationToken.None)));
        var extending = Task.Run(() => ExtendAsync(room, wait, done.Token), CancellationToken.None);
        await using var last = cancel.Register(() => giveUp.CancelAfter(Grace));
        try
        {
            await new NatsPull(connection, declared, room, state, clock).RunAsync(waiting.Writer, cancel);
        }
        finally
        {
            // Nothing new comes; what waits is given back, what is in work is finished or given up.
            if (!cancel.IsCancellationRequested) giveUp.CancelAfter(Grace);
            await over.CancelAsync();
            waiting.Writer.Complete();
            await keepers;
            await done.CancelAsync();
            await extending;
            await FlushAsync(connection);
        }
    }

    /// <summary>Tells the server of all that is in our hands, three times within the time that it waits.</summary>
    async Task ExtendAsync(NatsRoom room, TimeSpan wait, CancellationToken cancel)
    {
        using PeriodicTimer timer = new(wait / 3 > ShortestExtension ? wait / 3 : ShortestExtension, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(cancel)) await Task.WhenAll(room.Held.Select(delivery => delivery.ExtendAsync()));
        }
        catch (OperationCanceledException)
        {
            // It is over.
        }
    }

    async Task FlushAsync(NatsConnection connection)
    {
        using CancellationTokenSource patience = new(Farewell, clock);
        try
        {
            await connection.PingAsync(patience.Token);
        }
        catch (Exception fault) when (fault is NatsException or OperationCanceledException or TimeoutException or IOException)
        {
            // What was said last may not have arrived; then messages come again.
        }
    }
}
