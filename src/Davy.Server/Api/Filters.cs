using Davy.Findings;
using Davy.Findings.Filtering;
using Davy.Server.Api.Requests;
using Davy.Storage;

namespace Davy.Server.Api;

/// <summary>Reads the filters of requests and of what is kept.</summary>
static class Filters
{
    /// <summary>Reads a filter.</summary>
    /// <param name="text">The filter; empty for all findings.</param>
    /// <exception cref="FilterException">It cannot be read.</exception>
    public static FindingCondition Read(string text)
    {
        var filter = FindingFilter.Parse(text);
        return new(filter.ToSql(new SqlParameters("f")), filter.Matches);
    }

    /// <summary>Reads the filter in a field of a request.</summary>
    /// <param name="field">The field.</param>
    /// <param name="text">The filter.</param>
    /// <exception cref="Grpc.Core.RpcException">It cannot be read; the message tells where.</exception>
    public static FindingCondition Of(string field, string text)
    {
        try
        {
            return Read(text);
        }
        catch (FilterException fault)
        {
            throw Faults.Invalid(field, "INVALID_FILTER", fault.Message);
        }
    }
}
