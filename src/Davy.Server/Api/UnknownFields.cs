using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Davy.Server.Api;

/// <summary>
/// Fields that a newer client sends and our messages do not know. They survive in the finding and in its single sub-messages; in elements of lists and maps there is no
/// telling which element they belong to after a change, so there they do not.
/// </summary>
static class UnknownFields
{
    /// <summary>Clears all that is known.</summary>
    /// <param name="message">The message; what is left of it can be merged into another.</param>
    public static void KeepOnly(IMessage message)
    {
        foreach (var field in message.Descriptor.Fields.InDeclarationOrder())
        {
            if (field.FieldType == FieldType.Message && !field.IsRepeated && field.MessageType.File.Package != "google.protobuf" && field.Accessor.HasValue(message))
            {
                var inner = (IMessage)field.Accessor.GetValue(message);
                KeepOnly(inner);
                if (inner.CalculateSize() > 0) continue;
            }

            field.Accessor.Clear(message);
        }
    }
}
