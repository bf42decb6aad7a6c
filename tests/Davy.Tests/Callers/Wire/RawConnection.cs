using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Davy.Tests.Callers.Wire;

/// <summary>A connection whose bytes a test writes itself.</summary>
sealed class RawConnection : IDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    /// <summary>Opens one to a server.</summary>
    /// <param name="server">The listener.</param>
    public static async Task<RawConnection> OpenAsync(Uri server)
    {
        RawConnection connection = new();
        await connection._socket.ConnectAsync(IPAddress.Loopback, server.Port, TestContext.Current.CancellationToken);
        return connection;
    }

    /// <summary>Sends bytes; one character of Latin-1 is one.</summary>
    /// <param name="text">The bytes.</param>
    /// <returns>False where the server has closed already.</returns>
    public Task<bool> SendAsync(string text) => SendAsync(Encoding.Latin1.GetBytes(text));

    /// <summary>Sends bytes.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <returns>False where the server has closed already.</returns>
    public async Task<bool> SendAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            while (bytes.Length > 0) bytes = bytes[await _socket.SendAsync(bytes, TestContext.Current.CancellationToken)..];
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>Tells the server that no more comes.</summary>
    public void EndSending() => _socket.Shutdown(SocketShutdown.Send);

    /// <summary>All that the server sends until it closes.</summary>
    /// <returns>The bytes as Latin-1, and whether it closed by itself.</returns>
    public async Task<(string Text, bool Closed)> ReadAsync()
    {
        StringBuilder text = new();
        var buffer = new byte[64 * 1024];
        using var late = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        late.CancelAfter(Patience);
        try
        {
            for (int read; (read = await _socket.ReceiveAsync(buffer, late.Token)) > 0;) text.Append(Encoding.Latin1.GetString(buffer, 0, read));
            return (text.ToString(), true);
        }
        catch (SocketException)
        {
            return (text.ToString(), true);
        }
        catch (OperationCanceledException)
        {
            return (text.ToString(), false);
        }
    }

    /// <summary>The statuses of the answers in what a server sent, in order.</summary>
    /// <param name="text">What it sent.</param>
    public static List<int> Statuses(string text) =>
        [.. text.Split("HTTP/1.1 ").Skip(1).Select(answer => int.Parse(answer.AsSpan(0, 3), CultureInfo.InvariantCulture))];

    public void Dispose() => _socket.Dispose();
}
