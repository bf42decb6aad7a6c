using System.Text.RegularExpressions;
using Davy.Findings;
using Davy.Server.Api.Requests;
using Google.Cloud.SecurityCenter.V2;
using Kept = Davy.Findings.NotificationConfig;
using NotificationConfig = Google.Cloud.SecurityCenter.V2.NotificationConfig;

namespace Davy.Server.Api;

/// <summary>The methods for notification configs.</summary>
/// <param name="configs">The configs.</param>
/// <param name="paging">The pages.</param>
sealed partial class NotificationConfigMethods(NotificationConfigStore configs, Paging paging)
{
    /// <summary>The type of a notification config, in errors.</summary>
    public const string Type = "securitycenter.googleapis.com/NotificationConfig";
    const string Collection = "notificationConfigs";

    static readonly string[] Mutable = ["description", "pubsub_topic", "streaming_config"];

    /// <summary><c>CreateNotificationConfig</c>.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancel">Stops it.</param>
    public async Task<NotificationConfig> CreateAsync(CreateNotificationConfigRequest request, CancellationToken cancel)
    {
        var node = Names.Node("parent", request.Parent);
        var id = Names.Given("config_id", request.ConfigId);
        if (id.Length > 128 || id.Any(letter => !char.IsAsciiLetterOrDigit(letter) && letter is not ('_' or '-')))
        {
            throw Faults.Invalid("config_id", "INVALID_ID", "it has 1 to 128 letters, digits, underscores and hyphens.");
        }

        var sent = request.NotificationConfig ?? throw Faults.Missing("notification_config");
        Kept config = new()
        {
            Name = Names.MemberName(node, Collection, id),
            Parent = node,
            Filter = sent.StreamingConfig?.Filter ?? "",
            Description = sent.Description,
            PubsubTopic = sent.PubsubTopic,
        };
        Check(config);
        return Written(await configs.CreateAsync(config, cancel));
    }

    /// <summary><c>GetNotificationConfig</c>.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancel">Stops it.</param>
    public async Task<NotificationConfig> GetAsync(GetNotificationConfigRequest request, CancellationToken cancel)
    {
        var (_, name) = Names.Member("name", request.Name, Collection);
        return Written(await configs.FindAsync(name, cancel) ?? throw Faults.NotFound(Type, name));
    }

    /// <summary><c>ListNotificationConfigs</c>.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancel">Stops it.</param>
    public async Task<ListNotificationConfigsResponse> ListAsync(ListNotificationConfigsRequest request, CancellationToken cancel)
    {
        var node = Names.Node("parent", request.Parent);
        string[] signed = ["ListNotificationConfigs", node];
        var place = await paging.ReadAsync(request.PageToken, signed, cancel);
        var page = await configs.ListAsync(node, place?.After ?? "", Paging.Size(request.PageSize), cancel);

        ListNotificationConfigsResponse response = new() { NextPageToken = page.Next.Length == 0 ? "" : await paging.WriteAsync(new(page.Next, 0), signed, cancel) };
        response.NotificationConfigs.AddRange(page.Items.Select(Written));
        return response;
    }

    /// <summary><c>UpdateNotificationConfig</c>: description, topic and filter.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancel">Stops it.</param>
    public async Task<NotificationConfig> UpdateAsync(UpdateNotificationConfigRequest request, CancellationToken cancel)
    {
        var sent = request.NotificationConfig ?? throw Faults.Missing("notification_config");
        var (_, name) = Names.Member("notification_config.name", sent.Name, Collection);
        var mask = UpdateMask.Read(request.UpdateMask, NotificationConfig.Descriptor);
        if (mask.Paths.FirstOrDefault(path => !Mutable.Contains(path[0])) is { } other)
        {
            throw Faults.Invalid("update_mask", "IMMUTABLE", $"'{other[0]}' cannot be changed; possible are description, pubsub_topic and streaming_config.filter.");
        }

        return Written(await configs.UpdateAsync(name, before =>
        {
            RefuseDeclared(before);
            Kept after = before with
            {
                Description = mask.IsEmpty || mask.Names("description") ? sent.Description : before.Description,
                PubsubTopic = mask.IsEmpty || mask.Names("pubsub_topic") ? sent.PubsubTopic : before.PubsubTopic,
                Filter = mask.IsEmpty || mask.Names("streaming_config") ? sent.StreamingConfig?.Filter ?? "" : before.Filter,
            };
            Check(after);
            return after;
        }, cancel));
    }

    /// <summary><c>DeleteNotificationConfig</c>.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancel">Stops it.</param>
    public async Task DeleteAsync(DeleteNotificationConfigRequest request, CancellationToken cancel)
    {
        var (_, name) = Names.Member("name", request.Name, Collection);
        if (await configs.FindAsync(name, cancel) is { } kept) RefuseDeclared(kept);
        await configs.DeleteAsync(name, cancel);
    }

    static void RefuseDeclared(Kept config)
    {
        if (config.Target.Length > 0) throw new RefusedException(Refusal.FailedPrecondition, $"The notification config {config.Name} is declared in davyd's file of targets; change it there.");
    }

    static NotificationConfig Written(Kept config) => new()
    {
        Name = config.Name,
        Description = config.Description,
        PubsubTopic = config.PubsubTopic,
        ServiceAccount = config.ServiceAccount,
        StreamingConfig = new() { Filter = config.Filter },
        UpdateTime = Moments.Write(config.UpdateTime),
    };

    static void Check(Kept config)
    {
        if (!Topic().IsMatch(config.PubsubTopic)) throw Faults.Invalid("notification_config.pubsub_topic", "INVALID_NAME", "it must be projects/PROJECT/topics/TOPIC.");
        if (config.Description.Length > 1_024) throw Faults.Invalid("notification_config.description", "OUT_OF_RANGE", "it has at most 1,024 characters.");
        Filters.Of("notification_config.streaming_config.filter", config.Filter);
    }

    [GeneratedRegex(@"\Aprojects/[A-Za-z0-9.:_-]{1,100}/topics/[A-Za-z][A-Za-z0-9._~+%-]{2,254}\z")]
    private static partial Regex Topic();
}
