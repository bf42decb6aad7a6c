using System.Diagnostics;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

// The plainest way to consume a stream of NATS with the client library that davyd uses, doing nothing with the messages: what davyd's source is measured against, by bench/nats.sh.
//
//   NatsLoop publish URL FILE          makes the stream LOGS of the lines of a file; prints how many
//   NatsLoop time URL CONSUMER         makes a consumer as davyd makes it, prints "ready", waits until all is acknowledged; prints messages a second, from a twentieth of them to the last
//   NatsLoop single URL CONSUMER       consumes and acknowledges
//   NatsLoop double URL CONSUMER       consumes, acknowledges, and awaits that the server confirms it, 256 at a time
const string Stream = "LOGS";
const int Together = 256;
await using NatsConnection connection = new(new() { Url = args[1], RequestTimeout = TimeSpan.FromSeconds(30) });
NatsJSContext context = new(connection);
switch (args[0])
{
    case "publish":
        await PublishAsync(args[2]);
        break;
    case "time":
        await TimeAsync(args[2]);
        break;
    case "single" or "double":
        await ConsumeAsync(args[2], isDouble: args[0] == "double");
        break;
    default:
        Console.Error.WriteLine($"{args[0]}: no such mode");
        return 2;
}

return 0;

async Task PublishAsync(string file)
{
    await context.CreateStreamAsync(new(Stream, ["logs"]));
    var count = 0L;
    await foreach (var line in File.ReadLinesAsync(file))
    {
        await connection.PublishAsync("logs", line);
        count++;
    }

    while ((await context.GetStreamAsync(Stream)).Info.State.Messages < count) await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
    Console.WriteLine(count);
}

async Task TimeAsync(string name)
{
    var all = (await context.GetStreamAsync(Stream)).Info.State.Messages;
    await context.CreateConsumerAsync(Stream, new(name) { AckPolicy = ConsumerConfigAckPolicy.Explicit, AckWait = TimeSpan.FromSeconds(30), MaxAckPending = 5_000, MaxDeliver = -1 });
    Console.WriteLine("ready");
    while (await LeftAsync(name) > all * 19 / 20) await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
    var (first, start) = (await LeftAsync(name), Stopwatch.GetTimestamp());
    while (await LeftAsync(name) > 0) await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
    Console.WriteLine((long)(first / Stopwatch.GetElapsedTime(start).TotalSeconds));
}

async Task<long> LeftAsync(string name) => (await context.GetConsumerAsync(Stream, name)).Info is var info ? (long)info.NumPending + info.NumAckPending : 0;

async Task ConsumeAsync(string name, bool isDouble)
{
    var consumer = await context.GetConsumerAsync(Stream, name);
    List<Task> confirmed = [];
    await foreach (var message in consumer.ConsumeAsync<byte[]>(opts: new() { MaxMsgs = 1_000 }))
    {
        if (!isDouble)
        {
            await message.AckAsync();
            continue;
        }

        confirmed.Add(message.AckAsync(new AckOpts { DoubleAck = true }).AsTask());
        if (confirmed.Count < Together && message.Metadata?.NumPending > 0) continue;
        await Task.WhenAll(confirmed);
        confirmed.Clear();
    }
}
