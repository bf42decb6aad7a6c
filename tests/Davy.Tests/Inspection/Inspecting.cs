using System.Text;
using Davy.Images.Content;
using Davy.Images.Sources;
using Davy.Inspection;
using Davy.Tests.Images;

namespace Davy.Tests.Inspection;

/// <summary>Inspects images made for a test. Their "miners" are synthetic: bytes that begin as a program does and carry published option texts, and that no processor could run.</summary>
static class Inspecting
{
    /// <summary>A valid address, made from the numbers 0 to 63: nobody has its key.</summary>
    public const string Wallet = "41d7ke5VQnR2BDNSgrTE9j3X8QQ5Bnbbs4s3SMTX7y416CxUJqrTLW97YsWGEBnhxH8tnYDcX85QRAEhaAzrTSrZ89rbBUS";

    /// <summary>What is published of the texts inside a miner.</summary>
    public const string MinerTexts = "xmrig\0--donate-level=N\0URL of mining server\0stratum+tcp://\0rx/wow\0cryptonight-monerov7\0cn-heavy/xhv\0set process affinity to CPU core(s), mask 0x3 for cores 0 and 1";

    /// <summary>Bytes that look like a program with a text in it.</summary>
    public static byte[] Program(string texts, Encoding? encoding = null, int before = 5000) =>
        [0x7F, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1, .. new byte[53], 5, 0, 4, 0, .. Filler(before), .. (encoding ?? Encoding.ASCII).GetBytes(texts), 0, .. Filler(3000)];

    /// <summary>Bytes of every kind, the same each time.</summary>
    public static byte[] Filler(int count)
    {
        var bytes = new byte[count];
        new Random(17).NextBytes(bytes);
        return bytes;
    }

    /// <summary>Inspects an image.</summary>
    public static async Task<ImageReport> InspectAsync(SomeImage image, InspectionSettings? settings = null)
    {
        using TemporaryFolder folder = new();
        return await InspectAsync(image.WriteLayout(folder), settings);
    }

    /// <summary>Inspects a layout or an archive.</summary>
    public static async Task<ImageReport> InspectAsync(string reference, InspectionSettings? settings = null)
    {
        settings ??= new();
        using IImageSource source = reference.StartsWith("oci:", StringComparison.Ordinal)
            ? new OciLayout(reference["oci:".Length..], settings.Limits)
            : new DockerArchive(reference["docker-archive:".Length..], settings.Limits);
        return await new ImageInspector(settings).InspectAsync(reference, source, TestContext.Current.CancellationToken);
    }

    /// <summary>The verdict, with what led to it in the message of a failure.</summary>
    public static async Task AssertAsync(ImageVerdict expected, SomeImage image, InspectionSettings? settings = null)
    {
        var report = await InspectAsync(image, settings);
        Assert.True(expected == report.Verdict, $"{report.Verdict} instead of {expected}: {Told(report)}");
    }

    /// <summary>All that a report says, in a few lines.</summary>
    public static string Told(ImageReport report) => string.Join('\n', report.Images.SelectMany(image =>
        image.Evidence.Select(each => $"{each.Points} {each.Role} {each.Kind} {each.Place} {each.Member} [{string.Join(", ", each.Signs.Select(sign => sign.Id))}] {each.Why}")
            .Concat(image.Obstacles.Select(each => $"not looked at: {each.Reason} {each.Text}"))).Append($"{report.Failure}"));
}
