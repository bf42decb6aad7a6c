using Google.Cloud.SecurityCenter.V2;

namespace Davy.Server.Api;

/// <summary>
/// <c>google.cloud.securitycenter.v2.SecurityCenter</c>, over gRPC and, by transcoding, over REST. A method that is not overridden answers <c>UNIMPLEMENTED</c>.
/// https://cloud.google.com/security-command-center/docs/reference/rpc
/// </summary>
sealed class SecurityCenterService : SecurityCenter.SecurityCenterBase
{
}
