using System.Text.Json;

// The plainest way to read all of a JSON document without holding it: every token, in one reused buffer. What a scan of arrays is measured against.
// Usage: JsonLoop FILE, where FILE holds one JSON value; prints how many tokens it has.
using var file = File.OpenHandle(args[0], options: FileOptions.SequentialScan);
var buffer = new byte[256 * 1024];
var state = new JsonReaderState(new() { MaxDepth = 512 });
var kept = 0;
long at = 0;
long tokens = 0;

for (var isLast = false; !isLast;)
{
    if (kept == buffer.Length) Array.Resize(ref buffer, buffer.Length * 2);
    var read = RandomAccess.Read(file, buffer.AsSpan(kept), at);
    at += read;
    isLast = read == 0;

    var json = new Utf8JsonReader(buffer.AsSpan(0, kept + read), isLast, state);
    while (json.Read()) tokens++;
    state = json.CurrentState;
    var used = (int)json.BytesConsumed;
    kept = kept + read - used;
    buffer.AsSpan(used, kept).CopyTo(buffer);
}

Console.WriteLine(tokens);
