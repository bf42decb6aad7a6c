using System.Data.Common;

namespace Davy.Findings;

/// <summary>There is no room for another dead letter, and none may be kept without its bytes: the entry is to be delivered again, as where the database fails.</summary>
public sealed class DeadLettersFullException() : DbException("There is no room for another dead letter; replay or purge those that are kept.");
