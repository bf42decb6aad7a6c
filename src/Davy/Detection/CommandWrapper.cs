using System.Collections.Frozen;

namespace Davy.Detection;

/// <summary>A program that runs the program named in its arguments, and how its own arguments are told from that.</summary>
/// <param name="Values">Its options that take the next argument as a value.</param>
/// <param name="Operands">How many arguments of its own stand before the program.</param>
/// <param name="Queries">Its options that make it ask about the program and not run it.</param>
/// <param name="Starts">The options that the program follows; where there are none, it is the first argument that is not the wrapper's.</param>
sealed record CommandWrapper(string Values = "", int Operands = 0, string Queries = "", string Starts = "")
{
    static readonly FrozenDictionary<string, CommandWrapper> Known = new Dictionary<string, CommandWrapper>
    {
        ["env"] = new("-u --unset -C --chdir -S --split-string"),
        ["sudo"] = new("-u --user -g --group -h --host -p --prompt -C -r -t -T -U -D --chdir -R --chroot", Queries: "-l --list"),
        ["doas"] = new("-u -C"),
        ["exec"] = new("-a"),
        ["command"] = new(Queries: "-v -V"),
        ["builtin"] = new(),
        ["time"] = new("-f --format -o --output"),
        ["nohup"] = new(),
        ["setsid"] = new(),
        ["nice"] = new("-n --adjustment"),
        ["ionice"] = new("-c --class -n --classdata"),
        ["chrt"] = new("-T -P -D", Operands: 1),
        ["timeout"] = new("-s --signal -k --kill-after", Operands: 1),
        ["stdbuf"] = new("-i --input -o --output -e --error"),
        ["taskset"] = new(Operands: 1),
        ["numactl"] = new("-N -m -C -i -p --cpunodebind --membind --physcpubind --interleave"),
        ["cpulimit"] = new("-l --limit -c --cpu", Queries: "-e --exe -p --pid"),
        ["xargs"] = new("-n -I -L -P -d -s -a -E --max-args --max-procs --arg-file --delimiter"),
        ["parallel"] = new("-j --jobs -a --arg-file"),
        ["find"] = new(Starts: "-exec -execdir -ok -okdir"),
        ["start-stop-daemon"] = new(Starts: "-x --exec -a --startas"),
        ["watch"] = new("-n --interval"),
        ["chroot"] = new(Operands: 1),
        ["gosu"] = new(Operands: 1),
        ["su-exec"] = new(Operands: 1),
        ["setpriv"] = new("--reuid --regid --groups"),
        ["unshare"] = new(),
        ["flock"] = new("-w --timeout -E", Operands: 1),
        ["busybox"] = new(),
        ["toybox"] = new(),
        ["tini"] = new("-p -e"),
        ["dumb-init"] = new("-r --rewrite"),
        ["catatonit"] = new(),
        ["screen"] = new("-S -c -h -s -t -T"),
        ["tmux"] = new("-s -n -c -x -y -t", Operands: 1),
        ["strace"] = new("-e -o -u -s"),
        ["proxychains"] = new("-f"),
        ["proxychains4"] = new("-f"),
        ["torsocks"] = new(),
        ["torify"] = new(),
        ["graftcp"] = new(),
        ["systemd-run"] = new("-u --unit -p --property"),
        ["wine"] = new(),
        ["qemu-x86_64"] = new("-cpu -L"),
    }.ToFrozenDictionary();

    /// <summary>The wrapper of a name.</summary>
    /// <returns>Null for a program that runs no other.</returns>
    public static CommandWrapper? Of(string name) =>
        Known.TryGetValue(name, out var wrapper) ? wrapper : name.StartsWith("ld-linux") || name.StartsWith("ld-musl") ? new() : null;

    /// <summary>Where among the words of a command the wrapped program is.</summary>
    /// <param name="words">The words.</param>
    /// <param name="start">The first after the wrapper's name.</param>
    /// <returns>The number of words where there is none.</returns>
    public int ProgramAfter(IReadOnlyList<ShellWord> words, int start)
    {
        var operands = Operands;
        for (var i = start; i < words.Count; i++)
        {
            var word = words[i].Value;
            if (Starts.Length > 0)
            {
                if (Has(Starts, word)) return i + 1;
            }
            else if (word is ['-', _, ..])
            {
                if (Has(Queries, word)) return words.Count;
                if (TakesValue(word)) i++;
            }
            else if (ShellCommand.IsAssignment(word)) continue;
            else if (operands > 0) operands--;
            else if (!IsNumber(word)) return i;
        }

        return words.Count;
    }

    /// <summary>Letters may be put together: in <c>-dmS name</c> the value is that of the last.</summary>
    bool TakesValue(string option) => Has(Values, option) || (option is ['-', not '-', _, ..] && Has(Values, $"-{option[^1]}"));

    static bool Has(string options, string option) => options.Length > 0 && options.Split(' ').Contains(option);

    static bool IsNumber(string word) => char.IsAsciiDigit(word.AsSpan() is [var first, ..] ? first : 'x') && !word.Contains('/') && word.Length < 12;
}
