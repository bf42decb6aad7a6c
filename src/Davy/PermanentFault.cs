using System.Data.Common;
using System.Net.Sockets;
using Davy.Findings;
using Davy.Google;
using Davy.Outbound;
using Davy.Storage;

namespace Davy;

/// <summary>Tells what fails for good from what passes: a database, a network or a caller that is away is no fault of the entry, and its source must deliver it again.</summary>
static class PermanentFault
{
    /// <summary>Whether it is the entry's own fault, or Davy's with that entry.</summary>
    /// <param name="fault">What was thrown.</param>
    public static bool Is(Exception fault) => fault switch
    {
        DbException database => ValueFault.Is(database),
        RefusedException refused => refused.Refusal is not Refusal.Aborted,
        OperationCanceledException or TimeoutException or IOException or SocketException or HttpRequestException => false,
        GoogleApiException or CredentialException or RefusedRequestException or UnauthorizedAccessException => false,
        OutOfMemoryException or ObjectDisposedException => false,
        _ => true,
    };

    /// <summary>What was thrown and where, never its message, which may quote the entry.</summary>
    /// <param name="fault">What was thrown.</param>
    public static string DetailOf(Exception fault)
    {
        var what = fault is DbException database ? $"{fault.GetType().Name} {ValueFault.CodeOf(database)}" : fault.GetType().Name;
        var first = fault.StackTrace?.AsSpan().TrimStart().ToString().Split('\n')[0] ?? "";
        var where = first.StartsWith("at ", StringComparison.Ordinal) ? first[3..].Split('(')[0] : "";
        return where == "" ? $"{what}." : $"{what} at {where}.";
    }
}
