using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Davy.Server.Hosting;

/// <summary>The certificate of the TLS listener, with its chain. It is read anew when its files change, so that a renewal needs no restart.</summary>
sealed partial class ServerCertificate
{
    const int LargestFile = 1024 * 1024;

    // A connection looks at the files again, though not oftener than this; whoever renews a certificate does so days before its end.
    static readonly TimeSpan LookedAt = TimeSpan.FromSeconds(5);

    readonly string _certificateFile;
    readonly string _keyFile;
    readonly TimeProvider _clock;
    readonly ILogger _log;
    readonly Lock _reading = new();
    long _last;
    (string Certificate, string Key) _text;
    volatile SslStreamCertificateContext _current;

    /// <summary>Reads the files.</summary>
    /// <param name="options">The options that name them.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="log">The log.</param>
    /// <exception cref="OptionException">They cannot be read, or are no certificate and its key.</exception>
    public ServerCertificate(ServerOptions options, TimeProvider clock, ILogger<ServerCertificate> log)
    {
        (_certificateFile, _keyFile, _clock, _log, _last) = (options.TlsCertificate!, options.TlsKey!, clock, log, clock.GetTimestamp());
        _text = Read();
        _current = Load(_text);
    }

    /// <summary>The certificate as it is now.</summary>
    public SslStreamCertificateContext Current
    {
        get
        {
            if (_clock.GetElapsedTime(Volatile.Read(ref _last)) >= LookedAt && _reading.TryEnter())
            {
                try
                {
                    ReadAgain();
                }
                finally
                {
                    _reading.Exit();
                }
            }

            return _current;
        }
    }

    void ReadAgain()
    {
        Volatile.Write(ref _last, _clock.GetTimestamp());
        var text = _text;
        try
        {
            text = Read();
            if (text == _text) return;

            _current = Load(text);
            Renewed(_certificateFile, _current.TargetCertificate.NotAfter.ToUniversalTime());
        }
        catch (OptionException fault)
        {
            // One of two files may be there already and the other not yet: the old certificate serves on.
            NotRenewed(fault.Message);
        }

        // What is wrong is said once, not for every connection.
        _text = text;
    }

    (string Certificate, string Key) Read() => (Text("--tls-certificate", _certificateFile), Text("--tls-key", _keyFile));

    static string Text(string option, string file)
    {
        try
        {
            using FileStream stream = new(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (stream.Length > LargestFile) throw new OptionException($"{option}: {file} is larger than 1 MiB; it must be a PEM file.");
            using StreamReader reader = new(stream);
            return reader.ReadToEnd();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new OptionException($"{option}: {fault.Message}");
        }
    }

    SslStreamCertificateContext Load((string Certificate, string Key) text)
    {
        if (text.Key.Contains("ENCRYPTED", StringComparison.Ordinal)) throw new OptionException($"--tls-key: {_keyFile} is locked with a passphrase; give a key without one, in a file for its owner alone.");
        try
        {
            X509Certificate2Collection chain = [];
            chain.ImportFromPem(text.Certificate);
            if (chain.Count == 0) throw new OptionException($"--tls-certificate: {_certificateFile} holds no certificate in PEM.");

            var certificate = X509Certificate2.CreateFromPem(text.Certificate, text.Key);
            if (OperatingSystem.IsWindows()) certificate = X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
            chain.RemoveAt(0);
            return SslStreamCertificateContext.Create(certificate, chain, offline: true);
        }
        catch (Exception fault) when (fault is CryptographicException or ArgumentException)
        {
            throw new OptionException($"--tls-certificate {_certificateFile} and --tls-key {_keyFile} are no certificate and its private key in PEM.");
        }
    }

    [LoggerMessage(1301, LogLevel.Information, "The certificate {File} was renewed; it is good until {End:u}.")]
    partial void Renewed(string file, DateTime end);

    [LoggerMessage(1302, LogLevel.Error, "The TLS certificate was changed and cannot be used, the one before serves on. {Fault}")]
    partial void NotRenewed(string fault);
}
