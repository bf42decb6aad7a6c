using System.Text.Json;
using System.Text.RegularExpressions;
using Davy.CloudRun;

namespace Davy.Inspection;

/// <summary>A step of an image's history, as Docker, BuildKit and Buildah write it down, and what was run in it.</summary>
sealed partial class BuildStep
{
    BuildStep(Container container, bool isRun) => (Container, IsRun) = (container, isRun);

    /// <summary>What was run, or would be, as a container to be judged.</summary>
    public Container Container { get; }

    /// <summary>Whether it was run when the image was made; else it is what the image was told to run before that was changed, or something that was fetched.</summary>
    public bool IsRun { get; }

    /// <summary>Reads a step.</summary>
    /// <param name="createdBy">What the history says; hostile.</param>
    /// <param name="place">Where it says so.</param>
    /// <returns>Null where nothing was run or fetched.</returns>
    public static BuildStep? Read(string createdBy, string place)
    {
        var text = createdBy.Trim();
        if (text.EndsWith("# buildkit", StringComparison.Ordinal)) text = text[..^"# buildkit".Length].TrimEnd();
        if (Arguments().Match(text) is { Success: true } arguments) text = text[arguments.Length..].TrimStart();
        if (text.StartsWith("RUN ", StringComparison.Ordinal)) text = text["RUN ".Length..].TrimStart();
        if (Arguments().Match(text) is { Success: true } more) text = text[more.Length..].TrimStart();

        var shell = Shell().Match(text);
        if (shell.Success) text = text[shell.Length..];
        if (text.StartsWith("#(nop)", StringComparison.Ordinal)) text = text["#(nop)".Length..].Trim();
        else if (shell.Success) return new(new() { Command = [new("/bin/sh", place), new("-c", place), new(text, place)] }, isRun: true);

        var space = text.IndexOf(' ');
        var rest = space < 0 ? "" : text[(space + 1)..].Trim();
        return (space < 0 ? text : text[..space]) switch
        {
            "CMD" or "ENTRYPOINT" => new(new() { Command = Words(rest, place) }, isRun: false),
            // What is fetched or copied is no command, but an address is an address.
            "ADD" or "COPY" => new(new() { Environment = [new("", rest, place)] }, isRun: false),
            "ENV" or "LABEL" or "EXPOSE" or "WORKDIR" or "USER" or "ARG" or "VOLUME" or "STOPSIGNAL" or "HEALTHCHECK" or "MAINTAINER" or "ONBUILD" or "SHELL" or "" => null,
            _ => new(new() { Command = [new("/bin/sh", place), new("-c", place), new(text, place)] }, isRun: true),
        };
    }

    /// <summary>The words of <c>["a" "b"]</c>, as Docker prints them, of a list in JSON, or of a line for a shell.</summary>
    static PlacedText[] Words(string text, string place)
    {
        if (text is ['[', .., ']'])
        {
            try
            {
                using var json = JsonDocument.Parse(text.Replace("\" \"", "\",\"", StringComparison.Ordinal));
                return [.. json.RootElement.EnumerateArray().Where(word => word.ValueKind is JsonValueKind.String).Select(word => new PlacedText(word.GetString()!, place))];
            }
            catch (Exception fault) when (fault is JsonException or InvalidOperationException)
            {
            }
        }

        return [new("/bin/sh", place), new("-c", place), new(text, place)];
    }

    /// <summary>The build's arguments before the command: <c>|2 A=b C=d </c>.</summary>
    [GeneratedRegex(@"^\|[0-9]+ (?:[A-Za-z_][A-Za-z0-9_]*=\S* ?)*", RegexOptions.NonBacktracking)]
    private static partial Regex Arguments();

    [GeneratedRegex(@"^/(?:usr/)?bin/(?:ba|da|a)?sh (?:-[a-z]+ (?:pipefail )?)*-[a-z]*c ", RegexOptions.NonBacktracking)]
    private static partial Regex Shell();
}
