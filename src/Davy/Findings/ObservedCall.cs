using Davy.CloudRun;
using Davy.Logs;

namespace Davy.Findings;

/// <summary>What an entry tells of who deployed a resource, and what ran on it: all that a look back asks of an entry.</summary>
/// <param name="Resource">The resource.</param>
/// <param name="At">The entry's time; null where it is not told.</param>
/// <param name="Actor">Who called, as far as the entry tells; null where it does not.</param>
/// <param name="Operation">The operation; empty where it is not told.</param>
/// <param name="Revision">The revision or execution; empty where it is not told.</param>
/// <param name="Image">The image of the first container that names one; empty where none does.</param>
/// <param name="IsOfThePast">Whether it tells of the past: a deletion does not, nor does a list of what runs now.</param>
readonly record struct ObservedCall(CloudRunResource Resource, Timestamp? At, Actor? Actor, string Operation, string Revision, string Image, bool IsOfThePast)
{
    /// <summary>What a deployment or call tells.</summary>
    public static ObservedCall Of(Deployment deployment)
    {
        var image = "";
        for (var container = 0; container < deployment.Containers.Count && image == ""; container++) image = deployment.Containers[container].Image?.Text ?? "";
        return new(deployment.Resource, deployment.Entry.Timestamp, deployment.Actor, deployment.OperationId, deployment.Revision, image, deployment.Entry.Log is not AuditLogKind.Inventory && !deployment.IsDeletion);
    }
}
