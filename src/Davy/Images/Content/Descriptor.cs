namespace Davy.Images.Content;

/// <summary>What one document of an image says of another (https://github.com/opencontainers/image-spec/blob/main/descriptor.md).</summary>
public sealed record Descriptor
{
    /// <summary>What it is said to be: hostile.</summary>
    public string MediaType { get; init; } = "";

    /// <summary>The digest of its bytes; null where an archive of <c>docker save</c> does not tell it: there the configuration's diff id decides.</summary>
    public Digest? Digest { get; init; }

    /// <summary>How many bytes it has; -1 where that is not told.</summary>
    public long Size { get; init; } = -1;

    /// <summary>The platform of an image in an index; null where none is given.</summary>
    public Platform? Platform { get; init; }

    /// <summary>Whether it is told to lie elsewhere (<c>urls</c>), where Davy never asks.</summary>
    public bool IsForeign { get; init; }

    /// <summary>Whether it is about another image, as a signature or an attestation is, and nothing that runs.</summary>
    public bool IsAttestation { get; init; }

    /// <summary>Where it lies in an archive; empty elsewhere.</summary>
    internal string Entry { get; init; } = "";
}

/// <summary>What an image runs on.</summary>
/// <param name="OperatingSystem"><c>linux</c>; hostile.</param>
/// <param name="Architecture"><c>amd64</c>; hostile.</param>
/// <param name="Variant"><c>v8</c>; mostly empty; hostile.</param>
public sealed record Platform(string OperatingSystem, string Architecture, string Variant = "")
{
    /// <summary>What Cloud Run runs (https://cloud.google.com/run/docs/container-contract).</summary>
    public static Platform OfCloudRun { get; } = new("linux", "amd64");

    /// <summary>Reads <c>linux/amd64</c> or <c>linux/arm64/v8</c>.</summary>
    /// <param name="text">The text.</param>
    /// <returns>Null where the text is none.</returns>
    public static Platform? Parse(string text) => text.Split('/') switch
    {
        [{ Length: > 0 } system, { Length: > 0 } architecture] => new(system, architecture),
        [{ Length: > 0 } system, { Length: > 0 } architecture, { Length: > 0 } variant] => new(system, architecture, variant),
        _ => null,
    };

    /// <summary>Whether an image of this platform is the one that was asked for.</summary>
    /// <param name="asked">The platform asked for; a variant counts only where it has one.</param>
    public bool Answers(Platform asked) =>
        OperatingSystem == asked.OperatingSystem && Architecture == asked.Architecture && (asked.Variant.Length == 0 || Variant == asked.Variant);

    /// <summary>The platform as it is written.</summary>
    /// <returns><c>linux/amd64</c></returns>
    public override string ToString() => Variant.Length > 0 ? $"{OperatingSystem}/{Architecture}/{Variant}" : $"{OperatingSystem}/{Architecture}";
}
