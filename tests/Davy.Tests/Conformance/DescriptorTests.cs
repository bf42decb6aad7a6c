using Google.Api;
using Google.Cloud.SecurityCenter.V2;
using Google.Protobuf.Reflection;

namespace Davy.Tests.Conformance;

/// <summary>What our proto files declare is what those of Google's client declare.</summary>
public sealed class DescriptorTests
{
    static readonly string[] Packages = ["google.cloud.securitycenter.v2", "google.longrunning", "google.iam.v1"];

    /// <summary>Declared by Google after the package was made (fields 81 to 83 of Finding): https://github.com/googleapis/googleapis, google/cloud/securitycenter/v2.</summary>
    static readonly string[] Newer =
        ["Finding.agent ", "Finding.agent_sessions ", "Finding.agent_anomaly ", "Agent", "AgentSession", "AgentAnomaly", "DetectorReference", "InvocationReference"];

    /// <summary>What we do not declare: services of other hosts, and notes that have no effect on the wire.</summary>
    static readonly string[] NotDeclared =
    [
        "google.iam.v1.IAMPolicy", "google.iam.v1.PolicyDelta", "google.iam.v1.BindingDelta", "google.iam.v1.AuditConfigDelta",
        "google.longrunning.OperationInfo", "behaviour google.longrunning.ListOperationsResponse.unreachable",
    ];

    [Fact]
    public async Task WhatWeDeclareIsTheClientsContract()
    {
        var theirs = (await ClientPackage.RunAsync("descriptors.mjs")).Split('\n', StringSplitOptions.RemoveEmptyEntries).ToHashSet(StringComparer.Ordinal);
        var ours = Declared().ToHashSet(StringComparer.Ordinal);

        Assert.True(theirs.Count(line => line.StartsWith("http", StringComparison.Ordinal)) > 100, "The script sees no HTTP bindings.");
        Assert.Empty(ours.Except(theirs).Where(line => !Newer.Any(name => line.Contains($"v2.{name}", StringComparison.Ordinal))).Order());
        Assert.Empty(theirs.Except(ours).Where(line => !NotDeclared.Any(name => line.Contains(name, StringComparison.Ordinal))).Order());
        Assert.All(NotDeclared, name => Assert.Contains(theirs.Except(ours), line => line.Contains(name, StringComparison.Ordinal)));
    }

    [Fact]
    public void EveryMethodOfTheServiceIsDeclared() => Assert.Equal(40, SecurityCenter.Descriptor.Methods.Count);

    static IEnumerable<string> Declared()
    {
        List<FileDescriptor> files = [];
        void Add(FileDescriptor file)
        {
            if (files.Contains(file)) return;
            files.Add(file);
            foreach (var used in file.Dependencies) Add(used);
        }

        Add(SecuritycenterServiceReflection.Descriptor);
        Add(NotificationMessageReflection.Descriptor);
        Add(BigqueryExportRequestsReflection.Descriptor);
        foreach (var file in files.Where(file => Packages.Contains(file.Package)))
        {
            foreach (var line in file.MessageTypes.SelectMany(Message).Concat(file.EnumTypes.SelectMany(Values)).Concat(file.Services.SelectMany(service => service.Methods).SelectMany(Method))) yield return line;
        }
    }

    static IEnumerable<string> Message(MessageDescriptor message)
    {
        yield return $"message {message.FullName}";
        foreach (var field in message.Fields.InDeclarationOrder())
        {
            var map = field.IsMap ? field.MessageType : null;
            var label = map is not null ? $"map<{Type(map.FindFieldByNumber(1))}>" : field.IsRepeated ? "repeated" : field.RealContainingOneof is null && field.ContainingOneof is not null ? "optional" : "single";
            var oneof = field.RealContainingOneof is { } choice ? $" oneof={choice.Name}" : "";
            yield return $"field {message.FullName}.{field.Name} = {field.FieldNumber} {label} {Type(map?.FindFieldByNumber(2) ?? field)}{oneof}";
            foreach (var behaviour in field.GetOptions()?.GetExtension(FieldBehaviorExtensions.FieldBehavior) ?? [])
            {
                yield return $"behaviour {message.FullName}.{field.Name} {FieldBehaviorReflection.Descriptor.EnumTypes[0].FindValueByNumber((int)behaviour).Name}";
            }
        }

        foreach (var line in message.NestedTypes.Where(nested => nested.GetOptions()?.MapEntry != true).SelectMany(Message).Concat(message.EnumTypes.SelectMany(Values))) yield return line;
    }

    static IEnumerable<string> Values(EnumDescriptor type) => type.Values.Select(value => $"value {type.FullName}.{value.Name} = {value.Number}");

    static IEnumerable<string> Method(MethodDescriptor method)
    {
        yield return $"method {method.FullName} {method.InputType.FullName} -> {method.OutputType.FullName}";
        if (method.File.Package == "google.longrunning" || method.GetOptions()?.GetExtension(AnnotationsExtensions.Http) is not { } rule) yield break;
        foreach (var each in (HttpRule[])[rule, .. rule.AdditionalBindings])
        {
            var (verb, path) = each.PatternCase switch
            {
                HttpRule.PatternOneofCase.Get => ("get", each.Get),
                HttpRule.PatternOneofCase.Post => ("post", each.Post),
                HttpRule.PatternOneofCase.Patch => ("patch", each.Patch),
                HttpRule.PatternOneofCase.Delete => ("delete", each.Delete),
                _ => ("put", each.Put),
            };
            yield return $"http {method.FullName} {verb} {path} body={each.Body}";
        }
    }

    static string Type(FieldDescriptor field) => field.FieldType switch
    {
        FieldType.Message => field.MessageType.FullName,
        FieldType.Enum => field.EnumType.FullName,
        var scalar => scalar.ToString().ToLowerInvariant(),
    };
}
