using System.Threading.Channels;
using Davy.Logs;

namespace Davy.Server.Ingest.Nats;

/// <summary>Gives messages to the watch, and acknowledges them once they are kept. What came for the first time goes together; what comes again goes alone, so that one that fails holds up no other.</summary>
/// <param name="observe">The watch: returns once the records are kept.</param>
/// <param name="room">What is in our hands.</param>
/// <param name="health">How it stands.</param>
sealed class NatsKeeper(Func<IReadOnlyList<(ReadOnlyMemory<byte> Json, EntryLocation Location)>, CancellationToken, Task> observe, NatsRoom room, NatsHealth health)
{
    const int MostTogether = 256;
    const long MostBytesTogether = 4 << 20;
    static readonly TimeSpan LongestDelay = TimeSpan.FromMinutes(1);

    /// <summary>Takes messages until there are no more to come.</summary>
    /// <param name="input">The messages.</param>
    /// <param name="over">Nothing more is asked for, so they are given back: earlier they would come to us again.</param>
    /// <param name="giveUp">From then on what is being kept is not waited for.</param>
    public async Task RunAsync(ChannelReader<NatsDelivery> input, CancellationToken over, CancellationToken giveUp)
    {
        while (await input.WaitToReadAsync(CancellationToken.None))
        {
            var taken = Take(input);
            if (over.IsCancellationRequested)
            {
                await ReturnAsync(taken, _ => TimeSpan.Zero);
                continue;
            }

            var first = taken.Where(delivery => delivery.Times == 1).ToList();
            await Task.WhenAll(taken.Where(delivery => delivery.Times > 1).Select(delivery => KeepAsync([delivery], giveUp)).Prepend(first.Count > 0 ? KeepAsync(first, giveUp) : Task.CompletedTask));
        }
    }

    static List<NatsDelivery> Take(ChannelReader<NatsDelivery> input)
    {
        List<NatsDelivery> taken = [];
        for (long bytes = 0; taken.Count < MostTogether && bytes < MostBytesTogether && input.TryRead(out var delivery); bytes += delivery.Size) taken.Add(delivery);
        return taken;
    }

    async Task KeepAsync(IReadOnlyList<NatsDelivery> deliveries, CancellationToken giveUp)
    {
        try
        {
            await observe([.. deliveries.Select(delivery => (delivery.Content, delivery.Location))], giveUp);
        }
#pragma warning disable CA1031 // The edge of a source: whatever it is, the message comes again, and the others go on.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            if (!giveUp.IsCancellationRequested) health.NotKept(deliveries, fault);
            await ReturnAsync(deliveries, delivery => giveUp.IsCancellationRequested ? TimeSpan.Zero : Delay(delivery.Times));
            return;
        }

        health.Kept(deliveries);
        await Task.WhenAll(deliveries.Select(delivery => delivery.AcknowledgeAsync(giveUp)));
        room.Release(deliveries);
    }

    async Task ReturnAsync(IReadOnlyList<NatsDelivery> deliveries, Func<NatsDelivery, TimeSpan> delay)
    {
        await Task.WhenAll(deliveries.Select(delivery => delivery.ReturnAsync(delay(delivery))));
        room.Release(deliveries);
    }

    /// <summary>A second at first, then twice as long each time.</summary>
    static TimeSpan Delay(ulong times) => times > 6 ? LongestDelay : TimeSpan.FromSeconds(1 << ((int)times - 1));
}
