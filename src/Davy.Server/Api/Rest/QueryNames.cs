using System.Collections.Frozen;
using System.Globalization;
using Davy.Server.Api.Requests;
using Google.Api;
using Google.Protobuf.Reflection;

namespace Davy.Server.Api.Rest;

/// <summary>The names in a query string: each is a field of the request, in either spelling, or one of Google's parameters for any request.</summary>
static class QueryNames
{
    /// <summary>https://cloud.google.com/apis/docs/system-parameters. None has an effect here; a token in a URL is never read, for URLs are logged.</summary>
    static readonly FrozenSet<string> Anywhere = new[]
    {
        "$.xgafv", "$alt", "$callback", "$fields", "$key", "$outputDefaults", "$prettyPrint", "$unique", "$userProject",
        "access_token", "alt", "callback", "fields", "key", "oauth_token", "prettyPrint", "quotaUser", "uploadType", "upload_protocol",
    }.ToFrozenSet();

    /// <summary>Checks the names, and the values that transcoding would refuse without naming the field.</summary>
    /// <param name="query">The query.</param>
    /// <param name="input">The request's message.</param>
    /// <param name="rule">How the request is bound.</param>
    /// <exception cref="Grpc.Core.RpcException">A name is unknown, or stands twice, or a value is none of its field.</exception>
    public static void Check(IQueryCollection query, MessageDescriptor input, HttpRule rule)
    {
        HashSet<string> seen = [];
        foreach (var (name, values) in query)
        {
            if (Anywhere.Contains(name)) continue;
            var field = Find(name, input, out var path);
            if (field is null || rule.Body == "*" || path == rule.Body || path.StartsWith(rule.Body + ".", StringComparison.Ordinal) && rule.Body.Length > 0)
            {
                throw Faults.Invalid(name, "UNKNOWN_NAME", $"the query has a name that {input.Name} does not take here.");
            }

            if (!seen.Add(path) || (values.Count > 1 && !field.IsRepeated)) throw Faults.Invalid(path, "DUPLICATE_NAME", "the query gives this name more than once.");
            foreach (var value in values) Value(path, field, value ?? "");
        }
    }

    static void Value(string path, FieldDescriptor field, string value)
    {
        var (isOne, wanted) = field.FieldType switch
        {
            FieldType.Int32 or FieldType.SInt32 or FieldType.SFixed32 => (int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _), "a whole number of up to 2,147,483,647"),
            FieldType.Int64 or FieldType.SInt64 or FieldType.SFixed64 => (long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _), "a whole number of up to 64 bits"),
            FieldType.Bool => (bool.TryParse(value, out _), "true or false"),
            _ => (true, ""),
        };
        if (!isOne) throw Faults.Invalid(path, "INVALID_VALUE", $"it must be {wanted}.");
    }

    static FieldDescriptor? Find(string name, MessageDescriptor input, out string path)
    {
        FieldDescriptor? field = null;
        List<string> names = [];
        var message = input;
        foreach (var part in name.Split('.'))
        {
            field = message?.Fields.InDeclarationOrder().FirstOrDefault(each => each.JsonName == part || each.Name == part);
            if (field is null) break;
            names.Add(field.Name);
            message = field.FieldType == FieldType.Message && !field.IsRepeated ? field.MessageType : null;
        }

        path = string.Join('.', names);
        return field;
    }
}
