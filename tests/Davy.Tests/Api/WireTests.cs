using Google.Cloud.SecurityCenter.V2;
using Google.LongRunning;
using Google.Protobuf;
using Google.Rpc;
using Grpc.Core;
using Grpc.Net.Client;

namespace Davy.Tests.Api;

/// <summary>gRPC on the wire: what our messages do not know, what a status carries, what an operation is called.</summary>
public sealed class WireTests(SharedServer shared) : IClassFixture<SharedServer>
{
    const string Service = "google.cloud.securitycenter.v2.SecurityCenter";

    async Task<TResponse> CallAsync<TRequest, TResponse>(string service, string method, TRequest request)
        where TRequest : class, IMessage<TRequest>, new()
        where TResponse : class, IMessage<TResponse>, new()
    {
        using var channel = GrpcChannel.ForAddress(shared.Server.Grpc);
        Method<TRequest, TResponse> described = new(MethodType.Unary, service, method, Marshaller<TRequest>(), Marshaller<TResponse>());
        return await channel.CreateCallInvoker().AsyncUnaryCall(described, null, new(cancellationToken: TestContext.Current.CancellationToken), request);
    }

    static Marshaller<T> Marshaller<T>()
        where T : IMessage<T>, new() => Marshallers.Create(message => message.ToByteArray(), new MessageParser<T>(() => new T()).ParseFrom);

    /// <summary>A message as a client of a later version sends it: with field 900, a string.</summary>
    static T Later<T>(T message, string value)
        where T : IMessage<T>, new()
    {
        using MemoryStream bytes = new();
        CodedOutputStream output = new(bytes);
        message.WriteTo(output);
        output.WriteTag(900, WireFormat.WireType.LengthDelimited);
        output.WriteString(value);
        output.Flush();
        return new MessageParser<T>(() => new T()).ParseFrom(bytes.ToArray());
    }

    [Fact]
    public async Task WhatOurMessagesDoNotKnowSurvivesEveryChange()
    {
        var source = await shared.Server.SourceAsync();
        Finding finding = new() { Category = "C", Access = Later(new Access { CallerIp = "192.0.2.1" }, "inner") };
        await CallAsync<CreateFindingRequest, Finding>(Service, "CreateFinding", new() { Parent = source, FindingId = "a", Finding = Later(finding, "outer") });
        await shared.Server.DoAsync("POST", $"/v2/{source}/findings/a:setMute", """{"mute":"MUTED"}""");
        await shared.Server.DoAsync("PATCH", $"/v2/{source}/findings/a?updateMask=severity", """{"severity":"LOW"}""");

        var kept = (await CallAsync<ListFindingsRequest, ListFindingsResponse>(Service, "ListFindings", new() { Parent = source })).ListFindingsResults[0].Finding;

        Assert.Equal(Later(new Access { CallerIp = "192.0.2.1" }, "inner"), kept.Access);
        Assert.Contains("outer", kept.ToByteString().ToStringUtf8(), StringComparison.Ordinal);
        Assert.Equal(Finding.Types.Severity.Low, kept.Severity);
    }

    [Fact]
    public async Task AStatusTellsFieldAndReason()
    {
        var fault = await Assert.ThrowsAsync<RpcException>(() => CallAsync<ListFindingsRequest, ListFindingsResponse>(Service, "ListFindings", new() { Parent = "organizations/1/sources/-", Filter = "state=" }));

        Assert.Equal(StatusCode.InvalidArgument, fault.StatusCode);
        var violation = fault.GetRpcStatus()!.GetDetail<BadRequest>()!.FieldViolations.Single();
        Assert.Equal(("filter", "INVALID_FILTER"), (violation.Field, violation.Reason));
        Assert.StartsWith("column ", violation.Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatHasNoJsonFormIsRefusedAndNoFaultOfTheServer()
    {
        var source = await shared.Server.SourceAsync();
        foreach (var finding in new Finding[]
        {
            new() { Category = "C", EventTime = new() { Seconds = long.MaxValue } },
            new() { Category = "C", EventTime = new() { Nanos = -1 } },
            new() { Category = "C", SourceProperties = { ["a"] = new() } },
            new() { Category = "C", SourceProperties = { ["a"] = global::Google.Protobuf.WellKnownTypes.Value.ForNumber(double.NaN) } },
        })
        {
            var fault = await Record.ExceptionAsync(() => CallAsync<CreateFindingRequest, Finding>(Service, "CreateFinding", new() { Parent = source, FindingId = "a", Finding = finding }));
            Assert.True(fault is RpcException { StatusCode: StatusCode.InvalidArgument }, fault?.ToString() ?? "It was kept.");
        }

        var rule = await Assert.ThrowsAsync<RpcException>(() => CallAsync<CreateMuteConfigRequest, MuteConfig>(Service, "CreateMuteConfig", new()
        {
            Parent = "organizations/123",
            MuteConfigId = "odd",
            MuteConfig = new() { Filter = "severity=\"LOW\"", Type = MuteConfig.Types.MuteConfigType.Dynamic, ExpiryTime = new() { Seconds = long.MaxValue } },
        }));
        Assert.Equal("mute_config.expiry_time", rule.GetRpcStatus()!.GetDetail<BadRequest>()!.FieldViolations.Single().Field);
    }

    [Fact]
    public async Task AnOperationIsWaitedFor()
    {
        var begun = await CallAsync<BulkMuteFindingsRequest, Operation>(Service, "BulkMuteFindings", new() { Parent = "folders/55", Filter = "severity=\"LOW\"" });

        Assert.StartsWith("organizations/-/operations/folders-55-", begun.Name, StringComparison.Ordinal);
        var ended = await CallAsync<WaitOperationRequest, Operation>("google.longrunning.Operations", "WaitOperation", new() { Name = begun.Name });
        Assert.True(ended.Done);
        Assert.True(ended.Response.Is(BulkMuteFindingsResponse.Descriptor));
        await shared.Server.DoAsync("DELETE", $"/v2/{begun.Name}");
        Assert.Equal(System.Net.HttpStatusCode.NotFound, (await shared.Server.SendAsync("GET", $"/v2/{begun.Name}")).Status);
    }

    [Fact]
    public async Task AnUnknownMethodIsUnimplemented() =>
        Assert.Equal(StatusCode.Unimplemented, (await Assert.ThrowsAsync<RpcException>(() => CallAsync<ListFindingsRequest, ListFindingsResponse>(Service, "NoSuchMethod", new()))).StatusCode);
}
