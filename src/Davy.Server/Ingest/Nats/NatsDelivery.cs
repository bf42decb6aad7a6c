using System.Globalization;
using Davy.Logs;
using NATS.Client.Core;

namespace Davy.Server.Ingest.Nats;

/// <summary>
/// A message in our hands. It is answered at its reply subject, in the words of JetStream
/// (https://github.com/nats-io/nats-architecture-and-design/blob/main/adr/ADR-15.md#jsack).
/// </summary>
sealed class NatsDelivery
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    static readonly byte[] Acknowledge = "+ACK"u8.ToArray();
    static readonly byte[] Progress = "+WPI"u8.ToArray();

    readonly NatsMsg<byte[]> _message;
    readonly INatsConnection _connection;

    NatsDelivery(NatsMsg<byte[]> message, INatsConnection connection, string source, ulong sequence, ulong times)
    {
        (_message, _connection, Sequence, Times) = (message, connection, sequence, times);
        Location = new($"{source}/{sequence.ToString(CultureInfo.InvariantCulture)}", 1, 0);
    }

    /// <summary>Its number in the stream.</summary>
    public ulong Sequence { get; }

    /// <summary>How many times it was delivered so far, this one included.</summary>
    public ulong Times { get; }

    /// <summary>Where it stood.</summary>
    public EntryLocation Location { get; }

    /// <summary>What it says.</summary>
    /// <exception cref="NatsFault">The client library could not read it.</exception>
    public ReadOnlyMemory<byte> Content => _message.Error is null ? _message.Data ?? [] : throw new NatsFault($"The headers of message {Sequence} cannot be read.");

    /// <summary>How many bytes it takes.</summary>
    public long Size => _message.Size;

    /// <summary>Reads a message; null for one that our consumer did not deliver: whatever it says is answered at no subject of its choice.</summary>
    /// <param name="message">The message.</param>
    /// <param name="connection">Where it came from.</param>
    /// <param name="declared">The source.</param>
    public static NatsDelivery? Read(in NatsMsg<byte[]> message, INatsConnection connection, NatsDeclaration declared)
    {
        // $JS.ACK.[DOMAIN.ACCOUNT.]STREAM.CONSUMER.TIMES.SEQUENCE.…
        if (message.ReplyTo?.Split('.') is not ["$JS", "ACK", ..] tokens || tokens.Length is not (9 or >= 11)) return null;
        var own = tokens.AsSpan(tokens.Length == 9 ? 2 : 4);
        if (own[0] != declared.Stream || own[1] != declared.Consumer) return null;
        return ulong.TryParse(own[2], NumberStyles.None, CultureInfo.InvariantCulture, out var times) && ulong.TryParse(own[3], NumberStyles.None, CultureInfo.InvariantCulture, out var sequence)
            ? new(message, connection, declared.Source, sequence, times)
            : null;
    }

    /// <summary>Acknowledges it, and waits until the server has confirmed that. One that is not confirmed comes again, and changes nothing then.</summary>
    /// <param name="cancel">Stops the waiting.</param>
    public async Task AcknowledgeAsync(CancellationToken cancel)
    {
        try
        {
            await _connection.RequestAsync<byte[], byte[]>(_message.ReplyTo!, Acknowledge, requestSerializer: NatsRawSerializer<byte[]>.Default, replySerializer: NatsRawSerializer<byte[]>.Default, cancellationToken: cancel);
        }
        catch (Exception fault) when (IsOfTheConnection(fault))
        {
            // Nothing is lost: what it says is kept.
        }
    }

    /// <summary>Asks the server to wait longer before it delivers it again.</summary>
    public Task ExtendAsync() => TellAsync(Progress);

    /// <summary>Gives it back: the server delivers it again.</summary>
    /// <param name="delay">After that long.</param>
    public Task ReturnAsync(TimeSpan delay) =>
        TellAsync(System.Text.Encoding.ASCII.GetBytes(delay == TimeSpan.Zero ? "-NAK" : $$"""-NAK {"delay": {{((long)delay.TotalMilliseconds * 1_000_000).ToString(CultureInfo.InvariantCulture)}}}"""));

    /// <summary>Says something that need not arrive: without it the message comes again as well, only at another time.</summary>
    async Task TellAsync(byte[] words)
    {
        using CancellationTokenSource patience = new(Patience);
        try
        {
            await _connection.PublishAsync(_message.ReplyTo!, words, serializer: NatsRawSerializer<byte[]>.Default, cancellationToken: patience.Token);
        }
        catch (Exception fault) when (IsOfTheConnection(fault))
        {
            // As said.
        }
    }

    static bool IsOfTheConnection(Exception fault) => fault is NatsException or OperationCanceledException or TimeoutException or ObjectDisposedException or IOException;
}
