using System.Net;
using System.Net.Sockets;

namespace Davy.Tests.Fakes;

/// <summary>Stands between a client and a server on the loopback address, and cuts all connections after so many bytes: the fault that nobody can tell from a crash of the other side.</summary>
sealed class CuttingProxy : IAsyncDisposable
{
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly CancellationTokenSource _stop = new();
    readonly string _host;
    readonly int _port;
    readonly Task _accepting;
    readonly List<Task> _connections = [];
    long _left = long.MaxValue;
    int _cuts;

    public CuttingProxy(string host, int port)
    {
        (_host, _port) = (host, port);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>The port that it listens on.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>How many times a connection was cut.</summary>
    public int Cuts => Volatile.Read(ref _cuts);

    /// <summary>How many bytes it lets through yet.</summary>
    public long Left => Volatile.Read(ref _left);

    /// <summary>Lets so many bytes more through, in both directions together, and then none until it is told again.</summary>
    /// <param name="bytes">How many.</param>
    public void CutAfter(long bytes) => Volatile.Write(ref _left, bytes);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_connections);
        _stop.Dispose();
    }

    async Task AcceptAsync()
    {
        try
        {
            while (true) _connections.Add(ServeAsync(await _listener.AcceptSocketAsync(_stop.Token)));
        }
        catch (Exception fault) when (fault is OperationCanceledException or SocketException)
        {
            // It is over.
        }
    }

    async Task ServeAsync(Socket client)
    {
        using var accepted = client;
        using Socket server = new(SocketType.Stream, ProtocolType.Tcp);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        try
        {
            await server.ConnectAsync(_host, _port, both.Token);
            await await Task.WhenAny(PassAsync(client, server, both.Token), PassAsync(server, client, both.Token));
        }
        catch (Exception fault) when (fault is OperationCanceledException or SocketException)
        {
            // One side is gone; so is the other, in a moment.
        }

        await both.CancelAsync();
    }

    async Task PassAsync(Socket from, Socket to, CancellationToken cancel)
    {
        var buffer = new byte[16 * 1024];
        while (await from.ReceiveAsync(buffer, cancel) is var read and > 0)
        {
            var passed = (int)Math.Clamp(Interlocked.Add(ref _left, -read) + read, 0, read);
            if (passed > 0) await to.SendAsync(buffer.AsMemory(0, passed), cancel);
            if (passed == read) continue;
            Interlocked.Increment(ref _cuts);
            return;
        }
    }
}
