namespace Davy.Detection;

/// <summary>The here-documents of a script (POSIX, Shell Command Language, section 2.7.4): announced in a line, they follow it, one after the other.</summary>
sealed class HereDocuments(ShellWord script)
{
    readonly Queue<(ShellCommand Command, string Delimiter)> _expected = [];

    /// <summary>A command said <c>&lt;&lt;DELIMITER</c>.</summary>
    public void Expect(ShellCommand command, string delimiter) => _expected.Enqueue((command, delimiter));

    /// <summary>Gives each command the document that it waits for.</summary>
    /// <param name="start">Where the line after the commands begins.</param>
    /// <returns>Where the script goes on.</returns>
    public int ReadFrom(int start)
    {
        var next = start;
        while (_expected.TryDequeue(out var document))
        {
            var (bodyStart, bodyEnd) = (next, next);
            while (next < script.Value.Length)
            {
                var line = script.Value.AsSpan(next);
                if (line.IndexOf('\n') is var end and >= 0) line = line[..end];

                next = Math.Min(script.Value.Length, next + line.Length + 1);
                if (line.Trim("\t\r").SequenceEqual(document.Delimiter)) break;
                bodyEnd = next;
            }

            document.Command.Input = script.Slice(bodyStart, bodyEnd - bodyStart);
        }

        return next;
    }
}
