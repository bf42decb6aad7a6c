using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Davy.Images;

namespace Davy.Tests.Images;

/// <summary>An image made for a test: as a layout, as an archive of <c>docker save</c>, or as blobs for a registry.</summary>
sealed class SomeImage
{
    readonly List<(byte[] Stored, byte[] Plain, string Type)> _layers = [];
    readonly JsonObject _config = new()
    {
        ["architecture"] = "amd64",
        ["os"] = "linux",
        ["config"] = new JsonObject(),
        ["history"] = new JsonArray(),
    };

    /// <summary>The inner configuration, to be changed at will.</summary>
    public JsonObject Runs => _config["config"]!.AsObject();

    /// <summary>The whole configuration.</summary>
    public JsonObject Config => _config;

    /// <summary>Whether its documents and layers are called by their SHA-512.</summary>
    public bool IsSha512 { get; init; }

    /// <summary>All blobs by digest.</summary>
    public Dictionary<Digest, byte[]> Blobs { get; } = [];

    /// <summary>Its entrypoint.</summary>
    public SomeImage Entrypoint(params string[] words)
    {
        Runs["Entrypoint"] = new JsonArray([.. words.Select(word => JsonValue.Create(word))]);
        return this;
    }

    /// <summary>Its command.</summary>
    public SomeImage Command(params string[] words)
    {
        Runs["Cmd"] = new JsonArray([.. words.Select(word => JsonValue.Create(word))]);
        return this;
    }

    /// <summary>Its environment, <c>NAME=value</c>.</summary>
    public SomeImage Environment(params string[] variables)
    {
        Runs["Env"] = new JsonArray([.. variables.Select(variable => JsonValue.Create(variable))]);
        return this;
    }

    /// <summary>A step of its history.</summary>
    public SomeImage Step(string createdBy)
    {
        _config["history"]!.AsArray().Add(new JsonObject { ["created_by"] = createdBy });
        return this;
    }

    /// <summary>One more layer on top.</summary>
    public SomeImage Layer(TarBuilder tar, bool isZstd = false) => Layer(tar.Build(), isZstd);

    /// <summary>One more layer on top.</summary>
    public SomeImage Layer(byte[] tar, bool isZstd = false) =>
        isZstd ? Stored(Zstd(tar), tar, "application/vnd.oci.image.layer.v1.tar+zstd") : Stored(Gzip(tar), tar, "application/vnd.oci.image.layer.v1.tar+gzip");

    /// <summary>One more layer, as it is stored and as it should inflate.</summary>
    public SomeImage Stored(byte[] stored, byte[] plain, string type)
    {
        _layers.Add((stored, plain, type));
        return this;
    }

    /// <summary>The manifest, and with it all blobs.</summary>
    public byte[] Manifest(Action<JsonObject>? change = null)
    {
        _config["rootfs"] ??= new JsonObject { ["type"] = "layers", ["diff_ids"] = new JsonArray([.. _layers.Select(layer => JsonValue.Create(DigestOf(layer.Plain).ToString()))]) };
        var manifest = new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = "application/vnd.oci.image.manifest.v1+json",
            ["config"] = Keep(Encoding.UTF8.GetBytes(_config.ToJsonString()), "application/vnd.oci.image.config.v1+json"),
            ["layers"] = new JsonArray([.. _layers.Select(layer => (JsonNode)Keep(layer.Stored, layer.Type))]),
        };
        change?.Invoke(manifest);
        return Encoding.UTF8.GetBytes(manifest.ToJsonString());
    }

    /// <summary>Writes a layout.</summary>
    /// <returns><c>oci:FOLDER</c></returns>
    public string WriteLayout(TemporaryFolder folder, Action<JsonObject>? change = null, string name = "layout")
    {
        var manifest = Keep(Manifest(change), "application/vnd.oci.image.manifest.v1+json");
        return WriteLayout(folder, [manifest], name);
    }

    /// <summary>Writes a layout with an index of one's own.</summary>
    public string WriteLayout(TemporaryFolder folder, IEnumerable<JsonNode> manifests, string name = "layout")
    {
        var path = folder.File(name);
        foreach (var (digest, bytes) in Blobs) File.WriteAllBytes(Path.Combine(Directory.CreateDirectory(Path.Combine(path, "blobs", digest.Algorithm)).FullName, digest.Hex), bytes);
        File.WriteAllText(Path.Combine(path, "oci-layout"), """{"imageLayoutVersion":"1.0.0"}""");
        File.WriteAllText(Path.Combine(path, "index.json"), new JsonObject { ["schemaVersion"] = 2, ["manifests"] = new JsonArray([.. manifests]) }.ToJsonString());
        return $"oci:{path}";
    }

    /// <summary>Writes an archive as <c>docker save</c> does.</summary>
    /// <returns><c>docker-archive:FILE</c></returns>
    public string WriteArchive(TemporaryFolder folder, bool isCompressed = false)
    {
        Manifest();
        var tar = new TarBuilder();
        for (var i = 0; i < _layers.Count; i++) tar.File($"{i}/layer.tar", _layers[i].Plain);
        tar.File("config.json", _config.ToJsonString());
        tar.File("manifest.json", new JsonArray(new JsonObject
        {
            [nameof(Config)] = "config.json",
            ["RepoTags"] = new JsonArray("example/app:1"),
            ["Layers"] = new JsonArray([.. Enumerable.Range(0, _layers.Count).Select(i => JsonValue.Create($"{i}/layer.tar"))]),
        }).ToJsonString());
        var file = folder.File("image.tar");
        File.WriteAllBytes(file, isCompressed ? Gzip(tar.Build()) : tar.Build());
        return $"docker-archive:{file}";
    }

    /// <summary>Keeps a blob.</summary>
    /// <returns>Its descriptor.</returns>
    public JsonObject Keep(byte[] bytes, string type)
    {
        var digest = DigestOf(bytes);
        Blobs[digest] = bytes;
        return new() { ["mediaType"] = type, ["digest"] = digest.ToString(), ["size"] = bytes.Length };
    }

    /// <summary>What bytes of it are called by.</summary>
    public Digest DigestOf(byte[] bytes) => IsSha512 ? Digest.Of(SHA512.HashData(bytes)) : Digest.Compute(bytes);

    /// <summary>Compresses.</summary>
    public static byte[] Gzip(byte[] bytes)
    {
        using MemoryStream stored = new();
        using (GZipStream gzip = new(stored, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(bytes);
        return stored.ToArray();
    }

    /// <summary>Compresses.</summary>
    public static byte[] Zstd(byte[] bytes)
    {
        using ZstdSharp.Compressor compressor = new();
        return compressor.Wrap(bytes).ToArray();
    }
}
