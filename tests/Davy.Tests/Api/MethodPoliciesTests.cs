using Davy.Server.Hosting;
using Google.Cloud.SecurityCenter.V2;
using Google.LongRunning;

namespace Davy.Tests.Api;

public sealed class MethodPoliciesTests
{
    [Fact]
    public void EveryMethodHasAPolicy() =>
        Assert.All(SecurityCenter.Descriptor.Methods.Concat(Operations.Descriptor.Methods), method => Assert.Contains(MethodPolicies.Of($"{method.Service.FullName}/{method.Name}"), MethodPolicies.All));

    [Fact]
    public void AMethodWithoutOneIsNotServed() => Assert.Throws<InvalidOperationException>(() => MethodPolicies.Of("google.cloud.securitycenter.v2.SecurityCenter/DeleteEverything"));
}
