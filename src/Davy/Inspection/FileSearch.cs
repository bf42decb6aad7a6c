using System.Security.Cryptography;
using Davy.Images;
using Davy.Indicators;

namespace Davy.Inspection;

/// <summary>
/// Searches one file after another, each in one pass over its bytes: texts, addresses, and whether it is packed. What is not too large is kept until its end, and hashed only where somebody
/// asks for the hash.
/// </summary>
/// <param name="known">What is sought.</param>
/// <param name="literals">The search for it.</param>
sealed class FileSearch(MiningStrings known, LiteralSearch literals) : IDisposable
{
    /// <summary>How long a text may be to be read as a script or configuration, in bytes.</summary>
    public const int MostText = 1 << 20;

    /// <summary>How long a file may be to be kept until its end, in bytes, so that it need not be hashed where nobody asks.</summary>
    const int MostKept = 8 << 20;

    const int Sampled = 4 << 10;
    const double EntropyOfPacked = 7.2;
    const int MarkBytes = 4 << 10;

    readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    readonly byte[] _seam = new byte[2 * (Math.Max(literals.Longest, MoneroAddress.Longest) + 1)];
    readonly int[] _histogram = new int[256];
    readonly MemoryStream _kept = new();
    int _tail;
    long _size;
    bool _isHashing;
    bool _isElf;
    bool _hasMark;
    bool _isSectionless;

    /// <summary>The texts found.</summary>
    public LiteralHits Hits { get; } = new(known.Literals.Count);

    /// <summary>What it is.</summary>
    public FileKind Kind { get; private set; }

    /// <summary>How many bytes it has so far.</summary>
    public long Size => _size;

    /// <summary>A valid address in it that is no donation's; empty for none.</summary>
    public string Wallet { get; private set; } = "";

    /// <summary>Where the address begins.</summary>
    public long WalletAt { get; private set; }

    /// <summary>The text, where it is one and no longer than what is read as one.</summary>
    public ReadOnlyMemory<byte> Text => Kind is FileKind.Script or FileKind.Text && _size <= MostText ? Kept : default;

    /// <summary>Whether it is a program that a packer wrote.</summary>
    public bool IsPacked => _isElf && (_hasMark || (_isSectionless && Entropy() > EntropyOfPacked));

    ReadOnlyMemory<byte> Kept => _kept.GetBuffer().AsMemory(0, (int)_kept.Length);

    /// <summary>Begins with a file.</summary>
    /// <param name="head">Its first bytes.</param>
    public void Begin(ReadOnlySpan<byte> head)
    {
        // A file whose hash nobody asked for left it open.
        if (_isHashing) _hash.GetHashAndReset();
        _isHashing = false;
        Kind = FileKinds.Of(head);
        _isElf = FileKinds.IsElf(head);
        _isSectionless = FileKinds.IsSectionless(head);
        (_hasMark, _tail, _size, Wallet) = (false, 0, 0, "");
        if (_isElf) Array.Clear(_histogram);
        _kept.SetLength(0);
        Hits.Clear();
    }

    /// <summary>Takes the next piece of the file.</summary>
    public void Append(ReadOnlySpan<byte> piece)
    {
        if (piece.IsEmpty) return;

        KeepOrHash(piece);
        Seam(piece, isEnd: false);
        Hits.Origin = _size;
        literals.Find(piece, isBegin: _size == 0, isEnd: false, Hits);
        FindWallet(piece, _size);
        KeepTail(piece);

        if (_isElf)
        {
            foreach (var value in piece[..Math.Min(Sampled, piece.Length)]) _histogram[value]++;
            if (_size < MarkBytes) _hasMark |= piece[..(int)Math.Min(piece.Length, MarkBytes - _size)].IndexOf("UPX!"u8) >= 0;
        }

        _size += piece.Length;
    }

    /// <summary>Ends the file.</summary>
    public void End() => Seam([], isEnd: true);

    /// <summary>The SHA-256 of the file that ended; asked for once.</summary>
    public Digest Hash()
    {
        if (!_isHashing) return Digest.Compute(Kept.Span);
        _isHashing = false;
        return Digest.Of(_hash.GetHashAndReset());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _hash.Dispose();
        _kept.Dispose();
    }

    void KeepOrHash(ReadOnlySpan<byte> piece)
    {
        if (!_isHashing && _size + piece.Length <= MostKept)
        {
            _kept.Write(piece);
            return;
        }

        if (!_isHashing) _hash.AppendData(Kept.Span);
        _kept.SetLength(0);
        _isHashing = true;
        _hash.AppendData(piece);
    }

    /// <summary>What lies across the border of two pieces, or ends with the file.</summary>
    void Seam(ReadOnlySpan<byte> piece, bool isEnd)
    {
        if (_tail == 0) return;

        var head = piece[..Math.Min(piece.Length, _seam.Length - _tail)];
        head.CopyTo(_seam.AsSpan(_tail));
        var seam = _seam.AsSpan(0, _tail + head.Length);
        Hits.Origin = _size - _tail;
        literals.Find(seam, isBegin: _size == _tail, isEnd, Hits);
        FindWallet(seam, _size - _tail);
    }

    void FindWallet(ReadOnlySpan<byte> data, long origin)
    {
        if (Wallet.Length > 0 || data.Length < MoneroAddress.Longest - 12) return;

        Wallet = MoneroAddress.FirstIn(data, known.Donations, out var at);
        WalletAt = origin + at;
    }

    void KeepTail(ReadOnlySpan<byte> piece)
    {
        var most = _seam.Length / 2;
        if (piece.Length >= most)
        {
            piece[^most..].CopyTo(_seam);
            _tail = most;
            return;
        }

        var kept = Math.Min(_tail, most - piece.Length);
        _seam.AsSpan(_tail - kept, kept).CopyTo(_seam);
        piece.CopyTo(_seam.AsSpan(kept));
        _tail = kept + piece.Length;
    }

    double Entropy()
    {
        double total = _histogram.Sum();
        return -_histogram.Where(count => count > 0).Sum(count => count / total * Math.Log2(count / total));
    }
}
