using Davy.Findings;
using Davy.Server.Api.Requests;
using Davy.Server.Hosting;
using Google.Cloud.SecurityCenter.V2;
using Finding = Google.Cloud.SecurityCenter.V2.Finding;
using SecurityMarks = Google.Cloud.SecurityCenter.V2.SecurityMarks;

namespace Davy.Server.Api;

/// <summary>What changes a single finding.</summary>
/// <param name="findings">The findings.</param>
/// <param name="sources">Their sources.</param>
/// <param name="places">Where projects stand.</param>
sealed class FindingWrites(FindingStore findings, SourceStore sources, ProjectPlaces places)
{
    /// <summary>The type of a finding, in errors.</summary>
    public const string Type = "securitycenter.googleapis.com/Finding";

    // The compiler of proto files takes the enum's name for a prefix of the value MUTED.
    const Finding.Types.Mute Muted = Finding.Types.Mute.D;

    /// <summary><c>CreateFinding</c>.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancel">Stops it.</param>
    public async Task<Finding> CreateAsync(CreateFindingRequest request, CancellationToken cancel)
    {
        var parent = Names.Source("parent", request.Parent);
        var finding = request.Finding ?? throw Faults.Missing("finding");
        if (!FindingName.TryParse($"{parent}/findings/{Names.Given("finding_id", request.FindingId)}", out var name))
        {
            throw Faults.Invalid("finding_id", "INVALID_ID", "an id has 1 to 32 letters and digits.");
        }

        FindingRules.Check(finding);
        await RefuseForeignAsync(name, cancel);
        var content = await places.FillAsync(FindingDocuments.Write(FindingRules.Provided(finding)), cancel);
        return FindingDocuments.Read(await findings.CreateAsync(name, content, cancel));
    }

    /// <summary><c>UpdateFinding</c>: changes a finding, or creates it where there is none and no mask.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancel">Stops it.</param>
    public async Task<Finding> UpdateAsync(UpdateFindingRequest request, CancellationToken cancel)
    {
        var finding = request.Finding ?? throw Faults.Missing("finding");
        var name = Names.Finding("finding.name", finding.Name);
        var mask = UpdateMask.Read(request.UpdateMask, Finding.Descriptor);
        FindingRules.Check(mask, finding);
        if (mask.IsEmpty) await RefuseForeignAsync(name, cancel);

        var created = mask.IsEmpty ? await places.FillAsync(FindingDocuments.Write(FindingRules.Provided(finding)), cancel) : null;
        return FindingDocuments.Read(await findings.UpsertAsync(name, kept =>
        {
            if (kept is null) return created ?? throw Faults.NotFound(Type, name.ToString());

            var changed = FindingRules.Changed(FindingDocuments.Read(kept), finding, mask);
            return FindingDocuments.Write(changed, kept.Content.Resource);
        }, cancel));
    }

    /// <summary><c>SetFindingState</c>.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancel">Stops it.</param>
    public async Task<Finding> SetStateAsync(SetFindingStateRequest request, CancellationToken cancel)
    {
        var name = Names.Finding("name", request.Name);
        var state = request.State switch
        {
            Finding.Types.State.Active => "ACTIVE",
            Finding.Types.State.Inactive => "INACTIVE",
            _ => throw Faults.Invalid("state", "INVALID_STATE", "it must be ACTIVE or INACTIVE."),
        };
        return FindingDocuments.Read(await findings.SetStateAsync(name, state, cancel));
    }

    /// <summary><c>SetMute</c>.</summary>
    /// <param name="request">The request.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="cancel">Stops it.</param>
    public async Task<Finding> SetMuteAsync(SetMuteRequest request, string caller, CancellationToken cancel)
    {
        var name = Names.Finding("name", request.Name);
        var mute = request.Mute switch
        {
            Muted => "MUTED",
            Finding.Types.Mute.Unmuted => "UNMUTED",
            Finding.Types.Mute.Undefined => "UNDEFINED",
            _ => throw Faults.Invalid("mute", "INVALID_MUTE", "it must be MUTED, UNMUTED or UNDEFINED."),
        };
        return FindingDocuments.Read(await findings.SetMuteAsync(name, mute, caller, cancel));
    }

    /// <summary><c>UpdateSecurityMarks</c>: all marks, or those that the mask names.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancel">Stops it.</param>
    public async Task<SecurityMarks> UpdateMarksAsync(UpdateSecurityMarksRequest request, CancellationToken cancel)
    {
        var marks = request.SecurityMarks ?? throw Faults.Missing("security_marks");
        const string End = "/securityMarks";
        if (!Names.Given("security_marks.name", marks.Name).EndsWith(End, StringComparison.Ordinal) || marks.Name.Contains("/assets/", StringComparison.Ordinal))
        {
            throw Faults.Invalid("security_marks.name", "INVALID_NAME", "it must be …/findings/FINDING/securityMarks; marks of assets are not kept here.");
        }

        var name = Names.Finding("security_marks.name", marks.Name[..^End.Length]);
        var paths = UpdateMask.Read(request.UpdateMask, SecurityMarks.Descriptor).Paths.ToList();
        if (paths.FirstOrDefault(path => path[0] != "marks") is { } other) throw Faults.Invalid("update_mask", "IMMUTABLE", $"'{other[0]}' cannot be changed; possible are marks and marks.KEY.");

        var replaceAll = paths.Count == 0 || paths.Any(path => path.Count == 1);
        if (replaceAll && paths.Count > 1) throw Faults.Invalid("update_mask", "DUPLICATE_FIELD", "'marks' replaces all marks; name single marks, or that.");
        var changes = replaceAll
            ? marks.Marks.ToDictionary(mark => mark.Key, string? (mark) => mark.Value)
            : paths.ToDictionary(path => path[1], path => marks.Marks.TryGetValue(path[1], out var value) ? value : null);

        var finding = FindingDocuments.Read(await findings.SetMarksAsync(name, changes, replaceAll, cancel));
        return finding.SecurityMarks ?? new() { Name = $"{finding.Name}{End}", CanonicalName = $"{finding.CanonicalName}{End}" };
    }

    /// <summary><c>UpdateExternalSystem</c>.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancel">Stops it.</param>
    public async Task<ExternalSystem> UpdateExternalSystemAsync(UpdateExternalSystemRequest request, CancellationToken cancel)
    {
        var system = request.ExternalSystem ?? throw Faults.Missing("external_system");
        var (owner, id) = Split(Names.Given("external_system.name", system.Name));
        var name = Names.Finding("external_system.name", owner);
        var mask = UpdateMask.Read(request.UpdateMask, ExternalSystem.Descriptor);
        if (mask.Names("name")) throw Faults.Invalid("update_mask", "IMMUTABLE", "'name' cannot be changed.");

        var finding = FindingDocuments.Read(await findings.SetExternalSystemAsync(name, id, (own, kept) =>
        {
            var changed = mask.IsEmpty || kept is null ? system.Clone() : FindingDocuments.Read<ExternalSystem>(kept);
            if (!mask.IsEmpty && kept is null) changed = new();
            mask.Copy(system, changed);
            changed.Name = $"{own}/externalSystems/{id}";
            return FindingDocuments.Write(changed);
        }, cancel));
        return finding.ExternalSystems[id];
    }

    /// <summary>Refuses a new finding of a source that another organisation has. That there is no such source is told by the store.</summary>
    async Task RefuseForeignAsync(FindingName name, CancellationToken cancel)
    {
        if (SourceName.IsOrganization(name.Node) && await sources.FindAsync(name.SourceId, cancel) is { } source && !source.MayBeBelow(name.Node))
        {
            throw Faults.NotFound(SourceMethods.Type, $"{name.Node}/sources/{name.SourceId}");
        }
    }

    static (string Finding, string Id) Split(string name)
    {
        const string Collection = "/externalSystems/";
        var at = name.LastIndexOf(Collection, StringComparison.Ordinal);
        var id = at < 0 ? "" : name[(at + Collection.Length)..];
        return id.Length is > 0 and <= 128 && id.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_')
            ? (name[..at], id)
            : throw Faults.Invalid("external_system.name", "INVALID_NAME", "it must be …/findings/FINDING/externalSystems/SYSTEM, SYSTEM of 1 to 128 letters, digits, '-' or '_'.");
    }
}
