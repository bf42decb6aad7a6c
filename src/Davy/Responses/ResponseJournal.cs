using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Davy.Responses;

/// <summary>
/// The record of what was done: a folder with a journal of lines that are only ever added, each with the hash of the line before it, and a folder a response with what was read before and
/// afterwards. A line is on the disk before the call that it tells of goes out. One program writes at a time; others may read.
/// </summary>
public sealed class ResponseJournal : IDisposable
{
    const string FileName = "journal.jsonl";
    const string LockName = "journal.lock";
    const int MostBytes = 1 << 28;

    readonly FileStream _file;
    readonly FileStream _lock;
    readonly TimeProvider _time;
    readonly string _folder;
    readonly List<JournalEntry> _entries;
    string _last;

    ResponseJournal(FileStream file, FileStream held, string folder, TimeProvider time, JournalReading reading)
    {
        (_file, _lock, _folder, _time) = (file, held, folder, time);
        (_entries, _last) = ([.. reading.Entries], reading.LastHash);
    }

    /// <summary>What is in it.</summary>
    public IReadOnlyList<JournalEntry> Entries => _entries;

    /// <summary>Is told of each line that is on the disk.</summary>
    public Action Appended { get; set; } = () => { };

    /// <summary>Opens it for writing.</summary>
    /// <param name="folder">The folder; made where it is not there, for its owner alone.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="IOException">It cannot be written, another program writes it, or it was tampered with.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public static ResponseJournal Open(string folder, TimeProvider time)
    {
        Private(folder);

        // A file of its own is locked: a lock on the journal would keep out those who read, or, where reading is shared, nobody who writes.
        var held = Hold(folder);
        FileStream? file = null;
        try
        {
            file = new(Path.Combine(folder, FileName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite);
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(file.SafeFileHandle, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            var bytes = Bytes(file);
            var reading = Parse(bytes);
            if (reading.Faults.Count > 0) throw new IOException($"The records of responses in {folder} were changed: {reading.Faults[0]} Keep them as they are, and name another folder with --records.");

            // A line that a crash cut off stays as it is; the next line's hash covers it too.
            if (bytes.Length > 0 && bytes[^1] != (byte)'\n') file.WriteByte((byte)'\n');
            return new(file, held, folder, time, reading);
        }
        catch
        {
            file?.Dispose();
            held.Dispose();
            throw;
        }
    }

    /// <summary>Reads it, also while another program writes.</summary>
    /// <param name="folder">The folder; where there is none, nothing was done.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static JournalReading Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path)) return JournalReading.Nothing;
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        return Parse(Bytes(file));
    }

    /// <summary>Its lines up to the last one that is whole, also while another program writes.</summary>
    /// <param name="folder">The folder; where there is none, there are no lines.</param>
    /// <exception cref="IOException">They cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">They may not be read.</exception>
    public static IReadOnlyList<JournalLine> Lines(string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path)) return [];
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var bytes = Bytes(file);
        return JournalLine.All(bytes.AsMemory(0, bytes.AsSpan().LastIndexOf((byte)'\n') + 1));
    }

    /// <summary>Adds a line, and returns once it is on the disk.</summary>
    /// <param name="record">The response.</param>
    /// <param name="what">What happened, in a word.</param>
    /// <param name="details">All else.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Append(string record, string what, JsonObject details)
    {
        var at = _time.GetUtcNow();
        JsonObject json = new()
        {
            ["at"] = at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
            ["record"] = record,
            ["what"] = what,
            ["details"] = details,
            ["previous"] = _last,
        };
        var line = Encoding.UTF8.GetBytes(json.ToJsonString());
        _file.Seek(0, SeekOrigin.End);
        _file.Write([.. line, (byte)'\n']);
        _file.Flush(flushToDisk: true);
        var added = JournalLine.Of(line);
        _last = added.Hash;
        _entries.Add(added.Entry!);
        Appended();
    }

    /// <summary>The folder of a response, for its owner alone.</summary>
    /// <param name="record">The response.</param>
    /// <exception cref="IOException">It cannot be made.</exception>
    public string FolderOf(string record)
    {
        var folder = Path.Combine(_folder, record);
        Private(folder);
        return folder;
    }

    /// <summary>Removes the folder of a response that never began.</summary>
    internal void Forget(string record)
    {
        if (_entries.Exists(entry => entry.Record == record)) throw new InvalidOperationException("A response that began is not forgotten.");
        var folder = Path.Combine(_folder, record);
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
    }

    /// <summary>Keeps what was read beside the journal, for its owner alone, as it can hold secrets.</summary>
    /// <param name="record">The response.</param>
    /// <param name="name">The file's name.</param>
    /// <param name="json">The content.</param>
    /// <returns>Its SHA-256.</returns>
    /// <exception cref="IOException">It cannot be written.</exception>
    public string Save(string record, string name, JsonNode json)
    {
        var folder = FolderOf(record);
        var content = Encoding.UTF8.GetBytes(json.ToJsonString());
        FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using FileStream file = new(Path.Combine(folder, name), options);
        file.Write(content);
        file.Flush(flushToDisk: true);
        return Convert.ToHexStringLower(SHA256.HashData(content));
    }

    /// <summary>Reads what <see cref="Save"/> kept.</summary>
    /// <param name="record">The response.</param>
    /// <param name="name">The file's name.</param>
    /// <param name="hash">Its SHA-256, as the journal has it.</param>
    /// <exception cref="IOException">It cannot be read, or was changed.</exception>
    public JsonElement Load(string record, string name, string hash)
    {
        var path = Path.Combine(_folder, record, name);
        var content = File.ReadAllBytes(path);
        if (Convert.ToHexStringLower(SHA256.HashData(content)) != hash) throw new IOException($"{path} was changed after it was written.");
        return JsonElement.Parse(content);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _file.Dispose();
        _lock.Dispose();
    }

    static FileStream Hold(string folder)
    {
        try
        {
            return new(Path.Combine(folder, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException fault)
        {
            throw new IOException($"The records in {folder} cannot be written: another 'davy respond' may be at work; wait for its end. ({fault.Message})", fault);
        }
    }

    static byte[] Bytes(FileStream file)
    {
        if (file.Length > MostBytes) throw new IOException($"{file.Name} is larger than {MostBytes >> 20} MiB.");
        var bytes = new byte[file.Length];
        file.Seek(0, SeekOrigin.Begin);
        file.ReadExactly(bytes);
        return bytes;
    }

    static JournalReading Parse(ReadOnlyMemory<byte> bytes)
    {
        var lines = JournalLine.All(bytes);
        List<string> faults = [];
        var last = "";
        foreach (var (at, line) in lines.Index())
        {
            if (!line.Follows(last)) faults.Add($"Line {at + 1} does not follow from the line before it.");

            // What is no line was cut off by a crash; it stays, and the next line's hash covers it.
            last = line.Hash;
        }

        return new([.. lines.Select(line => line.Entry).OfType<JournalEntry>()], faults, last) { Journal = lines.Count > 0 ? lines[0].Hash : "" };
    }

    static void Private(string folder)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
        else Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
