using System.Globalization;
using System.Text.Json;
using Davy.Cli.Client;
using Davy.Cli.Output;

namespace Davy.Cli.Commands;

/// <summary>An order as <c>gcloud</c> has it: fields, comma-separated, with a <c>~</c> before one by which it falls.</summary>
sealed class SortOrder
{
    /// <summary>Groups are sorted here, all of them together.</summary>
    const int MostGroups = 100_000;

    readonly List<(string Path, bool IsFalling)> _fields;

    SortOrder(List<(string Path, bool IsFalling)> fields) => _fields = fields;

    /// <summary>Reads an order.</summary>
    /// <param name="text">What was said.</param>
    /// <exception cref="UsageException">It names no field.</exception>
    public static SortOrder Parse(string text)
    {
        List<(string, bool)> fields = [.. text.Split(',', StringSplitOptions.TrimEntries).Select(field => (field.TrimStart('~').Trim(), field.StartsWith('~')))];
        return fields.Exists(field => field.Item1 == "" || field.Item1.Any(letter => char.IsWhiteSpace(letter) || letter == '~'))
            ? throw new UsageException("--sort-by takes fields, comma-separated, with ~ before one by which the order falls: '~event_time,category'.")
            : new(fields);
    }

    /// <summary>The same order in the words of the API, whose server sorts findings: it has them all, and pages of them.</summary>
    public string OrderBy() => string.Join(',', _fields.Select(field => $"{Snake(field.Path)}{(field.IsFalling ? " desc" : "")}"));

    /// <summary>Sorts groups, for which the API has no order. The largest of many are the largest of all, so that all are asked for before the first is shown.</summary>
    /// <param name="pages">All pages.</param>
    /// <param name="limit">How many of them are wanted; null for all.</param>
    /// <returns>One page.</returns>
    /// <exception cref="ServerException">There are too many.</exception>
    public async IAsyncEnumerable<ResultPage> SortAsync(IAsyncEnumerable<ResultPage> pages, long? limit)
    {
        List<JsonElement> all = [];
        await foreach (var page in pages)
        {
            all.AddRange(page.Results);
            if (all.Count > MostGroups) throw new ServerException(string.Create(CultureInfo.InvariantCulture, $"there are more than {MostGroups:N0} groups, too many to sort; narrow --filter, or leave --sort-by out."));
        }

        IOrderedEnumerable<JsonElement>? sorted = null;
        foreach (var (path, isFalling) in _fields)
        {
            // What a group has in common stands under "properties"; its count does not.
            ResultField plain = new(path), within = new($"properties.{path}");
            string Key(JsonElement group) => plain.Of(group) is { Length: > 0 } text ? text : within.Of(group);
            sorted = (sorted, isFalling) switch
            {
                (null, false) => all.OrderBy(Key, Natural),
                (null, true) => all.OrderByDescending(Key, Natural),
                (not null, false) => sorted.ThenBy(Key, Natural),
                (not null, true) => sorted.ThenByDescending(Key, Natural),
            };
        }

        IEnumerable<JsonElement> ordered = sorted is null ? all : sorted;
        yield return new([.. limit is { } most and < int.MaxValue ? ordered.Take((int)most) : ordered], "");
    }

    /// <summary>Numbers, which JSON has as text where they are long, by what they count and before all else.</summary>
    static readonly Comparer<string> Natural = Comparer<string>.Create((left, right) =>
    {
        var (isLeft, isRight) = (Number(left, out var first), Number(right, out var second));
        if (isLeft && isRight) return first.CompareTo(second);
        return isLeft == isRight ? string.CompareOrdinal(left, right) : isLeft ? -1 : 1;
    });

    static bool Number(string text, out long number) => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);

    /// <summary>gcloud sorts the entries of its list, in which a finding stands beside its resource: <c>finding.eventTime</c>.</summary>
    static string Snake(string path)
    {
        var field = path.StartsWith("finding.", StringComparison.Ordinal) ? path["finding.".Length..] : path;
        return field.Contains("marks.", StringComparison.Ordinal) ? field : string.Concat(field.Select(letter => char.IsAsciiLetterUpper(letter) ? $"_{char.ToLowerInvariant(letter)}" : $"{letter}"));
    }
}
