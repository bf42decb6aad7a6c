using System.Text.RegularExpressions;
using Davy.Findings;
using Davy.Server.Api.Requests;
using Google.Cloud.SecurityCenter.V2;
using Google.Protobuf;
using Finding = Google.Cloud.SecurityCenter.V2.Finding;

namespace Davy.Server.Api;

/// <summary>Findings between the wire and the store: the store keeps them as JSON in protobuf's own form, and beside it what our messages do not know.</summary>
static partial class FindingDocuments
{
    static readonly JsonFormatter Formatter = new(JsonFormatter.Settings.Default.WithTypeRegistry(SecurityCenterApi.Types));

    // A scan may have kept keys that the API's message lacks; they stay in the document.
    static readonly JsonParser Parser = new(JsonParser.Settings.Default.WithIgnoreUnknownFields(true));

    /// <summary>A finding as it is kept, for the wire.</summary>
    /// <param name="kept">The finding.</param>
    public static Finding Read(KeptFinding kept) => Read(kept.Content);

    /// <summary>What is kept of a finding, for the wire.</summary>
    /// <param name="content">The content.</param>
    public static Finding Read(FindingContent content)
    {
        var finding = Parser.Parse<Finding>(content.Document);
        if (content.Wire is { Length: > 0 } wire) finding.MergeFrom(wire);
        return finding;
    }

    /// <summary>The resource of a finding as it is kept.</summary>
    /// <param name="kept">The finding.</param>
    /// <param name="resourceName">The finding's resource name, for where nothing else is known.</param>
    public static ListFindingsResponse.Types.ListFindingsResult.Types.Resource ReadResource(KeptFinding kept, string resourceName)
    {
        var resource = Parser.Parse<ListFindingsResponse.Types.ListFindingsResult.Types.Resource>(kept.Content.Resource);
        if (resource.Name.Length == 0) resource.Name = resourceName;
        return resource;
    }

    /// <summary>A finding of the wire, to be kept.</summary>
    /// <param name="finding">The finding.</param>
    /// <param name="resource">The resource's document, where one is kept already.</param>
    public static FindingContent Write(Finding finding, string? resource = null)
    {
        var unknown = finding.Clone();
        UnknownFields.KeepOnly(unknown);
        return new(Written(finding), resource ?? ResourceOf(finding.ResourceName), unknown.CalculateSize() == 0 ? null : unknown.ToByteArray());
    }

    /// <summary>A document of the store as a message.</summary>
    /// <typeparam name="T">The message's type.</typeparam>
    /// <param name="document">The document.</param>
    public static T Read<T>(string document)
        where T : IMessage<T>, new() => Parser.Parse<T>(document);

    /// <summary>A message as a document of the store.</summary>
    /// <param name="message">The message.</param>
    /// <exception cref="Grpc.Core.RpcException">It holds what JSON has no form for.</exception>
    public static string Write(IMessage message) => Written(message);

    // A time beyond the year 9999, a Value without a value: the wire can carry them, protobuf's JSON form cannot.
    static string Written(IMessage message)
    {
        try
        {
            return Formatter.Format(message);
        }
        catch (Exception fault) when (fault is InvalidOperationException or ArgumentException or FormatException)
        {
            throw Faults.Invalid(message.Descriptor.Name, "NO_JSON_FORM", $"a value in it has no JSON form: {fault.Message}");
        }
    }

    /// <summary>What a resource's name says of the resource: itself, and the project that it is in. https://cloud.google.com/apis/design/resource_names#full_resource_name</summary>
    static string ResourceOf(string name)
    {
        Resource resource = new() { Name = name };
        if (ProjectInName().Match(name) is { Success: true } project)
        {
            resource.GcpMetadata = new() { Project = $"//cloudresourcemanager.googleapis.com/projects/{project.Groups[1].Value}" };
        }

        return Formatter.Format(resource);
    }

    [GeneratedRegex("^//[^/]+(?:/[^/]+)*?/projects/([a-z0-9.:-]+)(?:/|$)")]
    private static partial Regex ProjectInName();
}
