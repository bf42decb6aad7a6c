using System.Globalization;
using System.Security.Cryptography;
using Davy.Findings;
using Davy.Server.Api.Requests;
using Google.Cloud.SecurityCenter.V2;
using Source = Google.Cloud.SecurityCenter.V2.Source;

namespace Davy.Server.Api;

/// <summary>The methods for sources.</summary>
/// <param name="sources">The sources.</param>
/// <param name="paging">The pages.</param>
sealed class SourceMethods(SourceStore sources, Paging paging)
{
    /// <summary>The type of a source, in errors.</summary>
    public const string Type = "securitycenter.googleapis.com/Source";

    /// <summary><c>CreateSource</c>; the id is made here.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancel">Stops it.</param>
    public async Task<Source> CreateAsync(CreateSourceRequest request, CancellationToken cancel)
    {
        var parent = Names.Node("parent", request.Parent);
        var source = request.Source ?? throw Faults.Missing("source");
        Check(source);

        Davy.Findings.Source made = new()
        {
            // Google's ids are numbers of up to twenty digits.
            SourceId = (BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8)) | 1UL << 62).ToString(CultureInfo.InvariantCulture),
            Parent = parent,
            DisplayName = source.DisplayName,
            Description = source.Description,
        };
        await sources.CreateAsync(made, cancel);
        return Written(made, parent);
    }

    /// <summary><c>GetSource</c>.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancel">Stops it.</param>
    public async Task<Source> GetAsync(GetSourceRequest request, CancellationToken cancel)
    {
        var name = Names.Source("name", request.Name);
        return Written(await FindAsync(name, cancel), name.Node);
    }

    /// <summary><c>ListSources</c>. Folders and projects have no sources of their own; they see those of the organisation.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancel">Stops it.</param>
    public async Task<ListSourcesResponse> ListAsync(ListSourcesRequest request, CancellationToken cancel)
    {
        var node = Names.Node("parent", request.Parent);
        string[] signed = ["ListSources", node];
        var place = await paging.ReadAsync(request.PageToken, signed, cancel);
        var owner = node.StartsWith("organizations/", StringComparison.Ordinal) ? node : "";
        var page = await sources.ListAsync(owner, place?.After ?? "", Paging.Size(request.PageSize), cancel);

        ListSourcesResponse response = new() { NextPageToken = page.Next.Length == 0 ? "" : await paging.WriteAsync(new(page.Next, 0), signed, cancel) };
        response.Sources.AddRange(page.Items.Select(source => Written(source, node)));
        return response;
    }

    /// <summary><c>UpdateSource</c>: display name and description.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancel">Stops it.</param>
    public async Task<Source> UpdateAsync(UpdateSourceRequest request, CancellationToken cancel)
    {
        var sent = request.Source ?? throw Faults.Missing("source");
        var name = Names.Source("source.name", sent.Name);
        var mask = UpdateMask.Read(request.UpdateMask, Source.Descriptor);
        if (mask.Names("name") || mask.Names("canonical_name")) throw Faults.Invalid("update_mask", "IMMUTABLE", "only display_name and description can be changed.");
        await FindAsync(name, cancel);

        var changed = await sources.UpdateAsync(name.SourceId, kept =>
        {
            Source source = new() { DisplayName = kept.DisplayName, Description = kept.Description };
            if (mask.IsEmpty || mask.Names("display_name")) source.DisplayName = sent.DisplayName;
            if (mask.IsEmpty || mask.Names("description")) source.Description = sent.Description;
            Check(source);
            return kept with { DisplayName = source.DisplayName, Description = source.Description };
        }, cancel);
        return Written(changed, name.Node);
    }

    /// <summary>A source that must be there, below the organisation that the name gives.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="Grpc.Core.RpcException">There is none.</exception>
    public async Task<Davy.Findings.Source> FindAsync(SourceName name, CancellationToken cancel) =>
        await sources.FindAsync(name.SourceId, cancel) is { } source && (source.Parent.Length == 0 || source.Parent == name.Node)
            ? source
            : throw Faults.NotFound(Type, name.ToString());

    static Source Written(Davy.Findings.Source source, string asked)
    {
        var name = $"{(source.Parent.Length > 0 ? source.Parent : asked)}/sources/{source.SourceId}";
        return new() { Name = name, CanonicalName = name, DisplayName = source.DisplayName, Description = source.Description };
    }

    static void Check(Source source)
    {
        if (source.DisplayName.Length is 0 or > 64 || source.DisplayName.Any(char.IsControl)) throw Faults.Invalid("source.display_name", "INVALID_NAME", "it has 1 to 64 characters.");
        if (source.Description.Length > 1_024) throw Faults.Invalid("source.description", "OUT_OF_RANGE", "it has at most 1,024 characters.");
    }
}
