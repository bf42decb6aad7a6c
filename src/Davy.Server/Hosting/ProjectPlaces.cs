using Davy.Findings;
using Davy.Findings.Live;
using Davy.Outbound;

namespace Davy.Server.Hosting;

/// <summary>Tells findings where their project stands and whom to call: from a file, or live from Google where that is switched on.</summary>
sealed partial class ProjectPlaces : IDisposable
{
    // Findings come in whether Google answers or not; what comes later is there for the next one.
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    readonly Ancestry _file;
    readonly GoogleHierarchy? _google;
    readonly LiveAncestry? _live;
    readonly ILogger _log;

    /// <summary>The places.</summary>
    /// <param name="options">What the program was told.</param>
    /// <param name="google">The way to Google.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="log">The log.</param>
    public ProjectPlaces(ServerOptions options, GoogleAccess google, TimeProvider clock, ILogger<ProjectPlaces> log)
    {
        (_file, _log) = (options.Ancestry, log);
        if (!options.AncestryFromGoogle) return;
        _google = new(google.Api, options.Endpoints);
        _live = new(_google, clock, message => Unread(Excerpt.Of(message, 500)));
    }

    /// <summary>Fills a finding.</summary>
    /// <param name="content">The finding.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>The finding with what is known; the same where nothing is, or where it says itself.</returns>
    public async Task<FindingContent> FillAsync(FindingContent content, CancellationToken cancel)
    {
        if (_live is null && ReferenceEquals(_file, Ancestry.Unknown)) return content;
        if (ResourceAncestry.Missing(content) is not { } project) return content;

        var known = _file.Of(project) ?? await LiveAsync(project, cancel);
        return known is null ? content : ResourceAncestry.Fill(content, known);
    }

    /// <inheritdoc/>
    public void Dispose() => _google?.Dispose();

    async Task<ProjectAncestry?> LiveAsync(string project, CancellationToken cancel)
    {
        if (_live is null) return null;

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(Patience);
        try
        {
            return await _live.OfAsync(project, limit.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return null;
        }
    }

    [LoggerMessage(1301, LogLevel.Warning, "Of the ancestry of projects, something could not be read and is left out (told once): {Reason}")]
    partial void Unread(string reason);
}
