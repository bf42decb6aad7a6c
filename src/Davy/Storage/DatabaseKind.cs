namespace Davy.Storage;

/// <summary>The databases that everything can be kept in.</summary>
public enum DatabaseKind
{
    /// <summary>SQLite 3.38 or later, in one file beside the program's data.</summary>
    Sqlite,

    /// <summary>PostgreSQL 15 or later.</summary>
    PostgreSql,
}
