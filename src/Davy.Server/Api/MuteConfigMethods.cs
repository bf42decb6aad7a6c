using Davy.Findings;
using Davy.Server.Api.Requests;
using Davy.Server.Hosting;
using Google.Cloud.SecurityCenter.V2;
using Kept = Davy.Findings.MuteConfig;
using MuteConfig = Google.Cloud.SecurityCenter.V2.MuteConfig;
using MuteConfigType = Google.Cloud.SecurityCenter.V2.MuteConfig.Types.MuteConfigType;

namespace Davy.Server.Api;

/// <summary>The methods for mute rules.</summary>
/// <param name="configs">The rules.</param>
/// <param name="paging">The pages.</param>
/// <param name="background">What applies a changed rule to what is kept.</param>
/// <param name="clock">The clock.</param>
sealed class MuteConfigMethods(MuteConfigStore configs, Paging paging, MuteSweepWorker background, TimeProvider clock)
{
    /// <summary>The type of a mute config, in errors.</summary>
    public const string Type = "securitycenter.googleapis.com/MuteConfig";
    const string Collection = "muteConfigs";

    /// <summary><c>CreateMuteConfig</c>.</summary>
    /// <param name="request">The request.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="cancel">Stops it.</param>
    public async Task<MuteConfig> CreateAsync(CreateMuteConfigRequest request, string caller, CancellationToken cancel)
    {
        var node = Names.Node("parent", request.Parent);
        var id = Names.Given("mute_config_id", request.MuteConfigId);
        if (id.Length > 63 || !char.IsAsciiLetterLower(id[0]) || id[^1] == '-' || id.Any(letter => !char.IsAsciiLetterLower(letter) && !char.IsAsciiDigit(letter) && letter != '-'))
        {
            throw Faults.Invalid("mute_config_id", "INVALID_ID", "it has 1 to 63 lower-case letters, digits and hyphens, begins with a letter and does not end with a hyphen.");
        }

        var sent = request.MuteConfig ?? throw Faults.Missing("mute_config");
        if (sent.Type is not (MuteConfigType.Static or MuteConfigType.Dynamic)) throw Faults.Invalid("mute_config.type", "REQUIRED", "it must be STATIC or DYNAMIC.");
        Kept config = new()
        {
            Name = Names.MemberName(node, Collection, id),
            Parent = node,
            Type = sent.Type == MuteConfigType.Static ? Davy.Findings.MuteConfigType.Static : Davy.Findings.MuteConfigType.Dynamic,
            Filter = sent.Filter,
            Description = sent.Description,
            MostRecentEditor = caller,
            ExpiryTime = Moments.Read("mute_config.expiry_time", sent.ExpiryTime),
        };
        Check(config);
        if (config.ExpiryTime <= Davy.Logs.Timestamp.From(clock.GetUtcNow())) throw Faults.Invalid("mute_config.expiry_time", "OUT_OF_RANGE", "it must lie in the future.");

        var kept = await configs.CreateAsync(config, cancel);
        background.Wake();
        return Written(kept);
    }

    /// <summary><c>GetMuteConfig</c>.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancel">Stops it.</param>
    public async Task<MuteConfig> GetAsync(GetMuteConfigRequest request, CancellationToken cancel)
    {
        var (_, name) = Names.Member("name", request.Name, Collection);
        return Written(await configs.FindAsync(name, cancel) ?? throw Faults.NotFound(Type, name));
    }

    /// <summary><c>ListMuteConfigs</c>.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancel">Stops it.</param>
    public async Task<ListMuteConfigsResponse> ListAsync(ListMuteConfigsRequest request, CancellationToken cancel)
    {
        // Google's own pattern for this parent ends in the collection.
        var parent = request.Parent.EndsWith($"/{Collection}", StringComparison.Ordinal) ? request.Parent[..^(Collection.Length + 1)] : request.Parent;
        var node = Names.Node("parent", parent);
        string[] signed = ["ListMuteConfigs", node];
        var place = await paging.ReadAsync(request.PageToken, signed, cancel);
        var page = await configs.ListAsync(node, place?.After ?? "", Paging.Size(request.PageSize), cancel);

        ListMuteConfigsResponse response = new() { NextPageToken = page.Next.Length == 0 ? "" : await paging.WriteAsync(new(page.Next, 0), signed, cancel) };
        response.MuteConfigs.AddRange(page.Items.Select(Written));
        return response;
    }

    /// <summary><c>UpdateMuteConfig</c>: description, filter, expiry.</summary>
    /// <param name="request">The request.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="cancel">Stops it.</param>
    public async Task<MuteConfig> UpdateAsync(UpdateMuteConfigRequest request, string caller, CancellationToken cancel)
    {
        var sent = request.MuteConfig ?? throw Faults.Missing("mute_config");
        var (_, name) = Names.Member("mute_config.name", sent.Name, Collection);
        var mask = UpdateMask.Read(request.UpdateMask, MuteConfig.Descriptor);

        var kept = await configs.UpdateAsync(name, before =>
        {
            var type = before.Type == Davy.Findings.MuteConfigType.Static ? MuteConfigType.Static : MuteConfigType.Dynamic;
            if ((mask.Names("type") || (mask.IsEmpty && sent.Type != MuteConfigType.Unspecified)) && sent.Type != type)
            {
                throw Faults.Invalid("mute_config.type", "IMMUTABLE", "the type of a rule cannot be changed; make another.");
            }

            Kept after = before with
            {
                Description = mask.IsEmpty || mask.Names("description") ? sent.Description : before.Description,
                Filter = mask.IsEmpty || mask.Names("filter") ? sent.Filter : before.Filter,
                ExpiryTime = mask.IsEmpty || mask.Names("expiry_time") ? Moments.Read("mute_config.expiry_time", sent.ExpiryTime) : before.ExpiryTime,
                MostRecentEditor = caller,
            };
            Check(after);
            return after;
        }, cancel);
        background.Wake();
        return Written(kept);
    }

    /// <summary><c>DeleteMuteConfig</c>.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancel">Stops it.</param>
    public async Task DeleteAsync(DeleteMuteConfigRequest request, CancellationToken cancel)
    {
        var (_, name) = Names.Member("name", request.Name, Collection);
        await configs.DeleteAsync(name, cancel);
        background.Wake();
    }

    static MuteConfig Written(Kept config) => new()
    {
        Name = config.Name,
        Description = config.Description,
        Filter = config.Filter,
        Type = config.Type == Davy.Findings.MuteConfigType.Static ? MuteConfigType.Static : MuteConfigType.Dynamic,
        MostRecentEditor = config.MostRecentEditor,
        CreateTime = Moments.Write(config.CreateTime),
        UpdateTime = Moments.Write(config.UpdateTime),
        ExpiryTime = Moments.Write(config.ExpiryTime),
    };

    static void Check(Kept config)
    {
        Names.Given("mute_config.filter", config.Filter.Trim());
        Filters.Of("mute_config.filter", config.Filter);
        if (config.Description.Length > 1_024) throw Faults.Invalid("mute_config.description", "OUT_OF_RANGE", "it has at most 1,024 characters.");
        if (config.ExpiryTime is not null && config.Type == Davy.Findings.MuteConfigType.Static) throw Faults.Invalid("mute_config.expiry_time", "NOT_ALLOWED", "only a dynamic rule can have an end.");
    }
}
