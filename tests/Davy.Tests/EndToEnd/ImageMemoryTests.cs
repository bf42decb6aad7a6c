using System.IO.Compression;
using Davy.Tests.Images;
using Davy.Tests.Inspection;

namespace Davy.Tests.EndToEnd;

/// <summary>How much memory the inspection of an image takes at most, as the system counts it for a process of its own with two processors: what an attacker wrote must not take the machine.</summary>
public sealed class ImageMemoryTests : IDisposable
{
    const long Most = 200 << 20;

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    static byte[] Nothing(int megabytes)
    {
        using MemoryStream stored = new();
        using (GZipStream gzip = new(stored, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            var piece = new byte[1 << 20];
            for (var i = 0; i < megabytes; i++) gzip.Write(piece);
        }

        return stored.ToArray();
    }

    static byte[] Entries(int count)
    {
        var block = new TarBuilder().Header("d/", (byte)'5', 0).BuildOpen();
        using MemoryStream tar = new();
        for (var i = 0; i < count; i++) tar.Write(block);
        return tar.ToArray();
    }

    static SomeImage Image(string what) => what switch
    {
        "bomb" => new SomeImage().Entrypoint("/x").Stored(Nothing(200), [], "application/vnd.oci.image.layer.v1.tar+gzip"),
        "bomb in a layer" => new SomeImage().Entrypoint("/x").Layer(new TarBuilder().File("x.gz", Nothing(200))),
        "entries" => new SomeImage().Entrypoint("/x").Layer(Entries(100_000)),
        _ => new SomeImage().Entrypoint("/x").Layer(new TarBuilder().File("x", Inspecting.Filler(32 << 20))),
    };

    [Theory]
    [InlineData("bomb", 3, "cannot be inflated")]
    [InlineData("bomb in a layer", 3, "was not opened")]
    [InlineData("entries", 0, "clean")]
    [InlineData("large file", 0, "clean")]
    public void AnImageTakesNoMoreThanTheLimit(string what, int code, string said)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Linux counts the peak");
        using var program = BuiltProgram.Start(["image", "inspect", Image(what).WriteLayout(_folder), "--format", "json"], ("DOTNET_PROCESSOR_COUNT", "2"));

        var end = program.End();

        TestContext.Current.TestOutputHelper?.WriteLine($"{what}: {program.PeakBytes >> 20} MiB");
        Assert.Equal(code, end.Code);
        Assert.Contains(said, end.Out, StringComparison.OrdinalIgnoreCase);
        Assert.InRange(program.PeakBytes, 1, Most);
    }
}
