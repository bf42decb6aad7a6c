using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Davy.Tests.Callers;

/// <summary>A certification authority of a test, with one below it that signs.</summary>
sealed class TestAuthority : IDisposable
{
    readonly X509Certificate2 _below;

    public TestAuthority()
    {
        (Root, _below) = (Make("Davy test root", null, authority: true), null!);
        _below = Make("Davy test authority", Root, authority: true);
    }

    /// <summary>What a client must trust.</summary>
    public X509Certificate2 Root { get; }

    /// <summary>Writes a certificate for localhost, with its chain, and its key.</summary>
    /// <param name="folder">Where to: <c>tls.crt</c> and <c>tls.key</c>.</param>
    /// <param name="name">Its name, to tell it from others.</param>
    public (string Certificate, string Key) Write(TemporaryFolder folder, string name)
    {
        using var made = Make(name, _below, authority: false);
        var (certificate, key) = (folder.File("tls.crt"), folder.File("tls.key"));
        File.WriteAllText(certificate, $"{made.ExportCertificatePem()}\n{_below.ExportCertificatePem()}\n");
        File.WriteAllText(key, made.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        return (certificate, key);
    }

    static X509Certificate2 Make(string name, X509Certificate2? issuer, bool authority)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(authority, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(authority ? X509KeyUsageFlags.KeyCertSign : X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        if (!authority)
        {
            SubjectAlternativeNameBuilder names = new();
            names.AddDnsName("localhost");
            names.AddIpAddress(IPAddress.Loopback);
            request.CertificateExtensions.Add(names.Build());
        }

        var now = TimeProvider.System.GetUtcNow();
        var (from, to) = (now.AddHours(-1), now.AddHours(2));
        if (issuer is null) return request.CreateSelfSigned(from, to);

        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(issuer, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        return request.Create(issuer, issuer.NotBefore, issuer.NotAfter, RandomNumberGenerator.GetBytes(16)).CopyWithPrivateKey(key);
    }

    public void Dispose()
    {
        Root.Dispose();
        _below.Dispose();
    }
}
