using System.Data.Common;

namespace Davy.Storage;

/// <summary>Tells a fault of what was to be kept from a fault of the database: the first stays however often it is tried.</summary>
static class ValueFault
{
    // Data exception, integrity constraint violation, program limit exceeded: https://www.postgresql.org/docs/current/errcodes-appendix.html
    static readonly string[] Classes = ["22", "23", "54"];

    // SQLITE_TOOBIG, SQLITE_CONSTRAINT, SQLITE_MISMATCH (https://www.sqlite.org/rescode.html). The driver tells the code by its own type, which is not known here, and in the message.
    static readonly string[] Messages = ["SQLite Error 18:", "SQLite Error 19:", "SQLite Error 20:"];

    /// <summary>Whether it is a fault of what was to be kept.</summary>
    /// <param name="fault">What the database said.</param>
    public static bool Is(DbException fault) => fault.SqlState is { Length: 5 } state
        ? Array.Exists(Classes, state.StartsWith)
        : Array.Exists(Messages, message => fault.Message.StartsWith(message, StringComparison.Ordinal));

    /// <summary>The fault's code, without what the database quotes.</summary>
    /// <param name="fault">What the database said.</param>
    public static string CodeOf(DbException fault) => fault.SqlState is { Length: 5 } state ? state : fault.Message.Split(':')[0];
}
