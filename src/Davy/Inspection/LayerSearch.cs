using Davy.CloudRun;
using Davy.Images;
using Davy.Images.Content;
using Davy.Images.Tar;
using Davy.Indicators;

namespace Davy.Inspection;

/// <summary>Reads a layer once, from its first byte to its last, and searches every file in it, and archives in it; nothing is unpacked.</summary>
/// <param name="settings">How much is read.</param>
/// <param name="known">What is sought.</param>
/// <param name="literals">The search for it.</param>
/// <param name="configs">Judges scripts.</param>
/// <param name="wanted">The names of files that the configuration speaks of, which are kept where they are texts.</param>
sealed class LayerSearch(InspectionSettings settings, MiningStrings known, LiteralSearch literals, ConfigInspection configs, IReadOnlySet<string> wanted)
{
    /// <summary>How deep an archive may lie in others.</summary>
    const int MostDepth = 2;

    /// <summary>How much of a zip is held in memory, in bytes.</summary>
    const int MostZip = 32 << 20;

    const int MostMentions = 500;
    const int MostFiles = 5_000;
    const int MostKeptText = 64 << 10;
    const int MostKeptTexts = 4 << 20;

    readonly LayerContents _contents = new();
    readonly FileSearch?[] _searches = new FileSearch?[MostDepth + 1];
    long _nested;
    int _mentions;
    int _keptTexts;

    /// <summary>Searches a layer.</summary>
    /// <param name="tar">The layer, inflated.</param>
    /// <param name="cancel">Ends the search.</param>
    /// <returns>What it holds.</returns>
    /// <exception cref="UnreadableImageException">It cannot be read to its end.</exception>
    public LayerContents Search(Stream tar, CancellationToken cancel)
    {
        var reader = new TarReader(tar, settings.Limits);
        var content = new TarContent(reader);
        try
        {
            while (reader.Next(out var entry))
            {
                cancel.ThrowIfCancellationRequested();
                var path = _contents.Add(entry);
                if (entry is { Kind: TarKind.File, Size: > 0 }) SearchFile(content, path, "", 0, entry.IsSparse, cancel);
            }

            reader.Drain();
        }
        finally
        {
            foreach (var search in _searches) search?.Dispose();
        }

        _contents.Seal();
        return _contents;
    }

    void SearchFile(FileContent content, string path, string member, int depth, bool isSparse, CancellationToken cancel)
    {
        var search = _searches[depth] ??= new(known, literals);
        search.Begin(content.Peek(FileKinds.HeadBytes));
        if (FileKinds.OnlyBeginsAsArchive(content.Peek(FileKinds.HeadBytes))) _contents.NoArchives++;
        if (search.Kind is FileKind.Archive) SearchArchive(content, search, path, member, depth, cancel);

        for (var piece = content.Next(); !piece.IsEmpty; piece = content.Next())
        {
            if (depth > 0) TakeNested(piece.Length);
            search.Append(piece);
            cancel.ThrowIfCancellationRequested();
        }

        if (search.Kind is FileKind.ClosedArchive) Closed(UnreadableReason.Format, path, member, "its form is not read");
        Keep(search, path, member, isSparse);
    }

    void SearchArchive(FileContent content, FileSearch search, string path, string member, int depth, CancellationToken cancel)
    {
        var head = content.Peek(FileKinds.HeadBytes);
        var (isZip, isTar) = (FileKinds.IsZip(head), FileKinds.IsTar(head));
        using var stream = new ContentStream(content, search);
        try
        {
            if (depth == MostDepth) throw new UnreadableImageException(UnreadableReason.Limit, $"it lies in more than {MostDepth} others");
            if (isZip) SearchZip(stream, path, member, depth, cancel);
            else if (isTar) SearchTar(stream, path, member, depth, cancel);
            else SearchCompressed(stream, path, member, depth, cancel);
        }
        catch (Exception fault) when (fault is UnreadableImageException or InvalidDataException && _nested <= settings.Limits.InflatedBytes)
        {
            // The rest of it is still searched as it is.
            for (var piece = content.Next(); !piece.IsEmpty; piece = content.Next()) search.Append(piece);
            Closed((fault as UnreadableImageException)?.Reason ?? UnreadableReason.Format, path, member, fault.Message.TrimEnd('.'));
        }
    }

    void SearchCompressed(Stream stored, string path, string member, int depth, CancellationToken cancel)
    {
        using var inflated = new InflatedStream(stored, "it", settings.Limits);
        var content = new StreamContent(inflated);
        if (FileKinds.IsTar(content.Peek(FileKinds.HeadBytes))) SearchTar(new ContentStream(content), path, member, depth, cancel);
        else SearchFile(content, path, Join(member, "inflated"), depth + 1, false, cancel);
    }

    void SearchTar(Stream tar, string path, string member, int depth, CancellationToken cancel)
    {
        var reader = new TarReader(tar, settings.Limits);
        var content = new TarContent(reader);
        while (reader.Next(out var entry))
        {
            if (entry is { Kind: TarKind.File, Size: > 0 }) SearchFile(content, path, Join(member, entry.Path), depth + 1, entry.IsSparse, cancel);
        }
    }

    void SearchZip(Stream stream, string path, string member, int depth, CancellationToken cancel)
    {
        using MemoryStream zip = new();
        var buffer = new byte[64 << 10];
        for (int count; (count = stream.Read(buffer)) > 0;)
        {
            if (zip.Length + count > MostZip) throw new UnreadableImageException(UnreadableReason.Limit, $"it is a zip of more than {MostZip >> 20} MiB");
            zip.Write(buffer, 0, count);
        }

        foreach (var (name, content) in ZipDirectory.Members(zip.GetBuffer().AsMemory(0, (int)zip.Length)))
        {
            using (content) SearchFile(new StreamContent(content), path, Join(member, name), depth + 1, false, cancel);
        }
    }

    /// <summary>What is inflated inside the layer counts against its own limit.</summary>
    void TakeNested(int count)
    {
        _nested += count;
        if (_nested > settings.Limits.InflatedBytes) throw new UnreadableImageException(UnreadableReason.Limit, $"The archives in a layer inflate to more than {settings.Limits.InflatedBytes} bytes.");
    }

    /// <summary>However small it is: a few hundred bytes hold a script that fetches a miner.</summary>
    void Closed(UnreadableReason reason, string path, string member, string why)
    {
        if (_contents.Obstacles.Count < MostMentions) _contents.Obstacles.Add(new(reason, $"{Join(path, member)} was not opened: {why}."));
    }

    void Keep(FileSearch search, string path, string member, bool isSparse)
    {
        search.End();
        Digest? hash = settings.Indicators.MayListFiles ? search.Hash() : null;
        var listed = hash is { } own ? settings.Indicators.MatchDigest(own) : null;
        if (member.Length == 0 && search.Kind is FileKind.Script or FileKind.Text && search.Size <= FileSearch.MostText) KeepText(search, path);
        if (!search.Hits.IsAny && search.Wallet.Length == 0 && !search.IsPacked && listed is null) return;

        List<EvidenceSign> signs = [];
        var isText = search.Kind is FileKind.Script or FileKind.Text;
        var configurationOf = isText ? MinerConfiguration.ProgramOf(search.Text) : "";
        var points = SearchedFile.PointsOf(search, known, configurationOf, signs, out var isGuard);
        var script = search.Kind is FileKind.Script && points > 0 ? ScriptOf(search, path) : null;
        if (listed is not null) signs.Insert(0, ListedDigests.Sign(listed));

        var isGrave = listed is not null || script is not null || configurationOf.Length > 0 || (search.Kind is FileKind.Program && points >= Judgement.Suspect);
        var isMention = points >= Judgement.Suspect || isGuard;
        if (!isGrave && !isMention && !search.IsPacked) return;
        if (isGrave ? _contents.Files.Count - _mentions >= MostFiles : _mentions >= MostMentions) return;

        if (!isGrave) _mentions++;
        _contents.Files.Add(new()
        {
            Path = path,
            Member = member,
            Hash = isSparse ? null : hash ?? search.Hash(),
            Kind = search.Kind,
            ConfigurationOf = configurationOf,
            IsPacked = search.IsPacked,
            Signs = signs,
            Points = points,
            IsGuard = isGuard,
            Listed = listed,
            Script = script,
        });
    }

    ImageEvidence? ScriptOf(FileSearch search, string path)
    {
        Container container = new() { Command = [new("/bin/sh", path), new("-c", path), new(SearchedFile.TextOf(search.Text), path)] };
        return configs.Evidence(container, EvidenceKind.Script, EvidenceRole.Contained, path, "This script mines, or fetches what does", Judgement.Enough - 1, []);
    }

    /// <summary>Scripts are followed once all layers are known; those that are not kept here are read again.</summary>
    void KeepText(FileSearch search, string path)
    {
        _contents.AddText(path);
        if (!wanted.Contains(ImagePath.NameOf(path)) || search.Text.IsEmpty || search.Text.Length > MostKeptText || _keptTexts + search.Text.Length > MostKeptTexts) return;
        _keptTexts += search.Text.Length;
        _contents.Texts[path] = search.Text.ToArray();
    }

    static string Join(string outer, string inner) => outer.Length == 0 ? inner : inner.Length == 0 ? outer : $"{outer} > {inner}";
}
