using System.Collections;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;

namespace Davy.Server.Api.Requests;

/// <summary>
/// Which fields of a message are meant: paths in snake or camel case, since Google's clients write the one and people the other; below a map, the key.
/// https://google.aip.dev/161
/// </summary>
sealed class UpdateMask
{
    readonly List<string[]> _paths;

    UpdateMask(List<string[]> paths) => _paths = paths;

    /// <summary>No field is named: all are meant.</summary>
    public bool IsEmpty => _paths.Count == 0;

    /// <summary>The paths, in the proto file's spelling.</summary>
    public IEnumerable<IReadOnlyList<string>> Paths => _paths;

    /// <summary>Reads a mask.</summary>
    /// <param name="mask">The mask; null for none.</param>
    /// <param name="message">The message whose fields it names.</param>
    /// <param name="field">The field that holds it.</param>
    /// <exception cref="Grpc.Core.RpcException">A path names no field, or stands twice.</exception>
    public static UpdateMask Read(FieldMask? mask, MessageDescriptor message, string field = "update_mask")
    {
        List<string[]> paths = [];
        HashSet<string> seen = [];
        foreach (var text in mask?.Paths ?? [])
        {
            if (text == "*") return new([]);
            var path = Resolve(text, message) ?? throw Faults.Invalid(field, "UNKNOWN_FIELD", $"'{text}' is no field of {message.Name}, nor the key of one of its maps.");
            if (!seen.Add(string.Join('.', path))) throw Faults.Invalid(field, "DUPLICATE_FIELD", $"'{text}' stands twice.");
            paths.Add(path);
        }

        return new(paths);
    }

    /// <summary>Whether the mask names this field, or something in it.</summary>
    /// <param name="name">A field of the message, in the proto file's spelling.</param>
    public bool Names(string name) => _paths.Any(path => path[0] == name);

    /// <summary>Takes the named fields over; one that is not set there is cleared here.</summary>
    /// <param name="from">Where from.</param>
    /// <param name="into">Where to.</param>
    public void Copy(IMessage from, IMessage into)
    {
        foreach (var path in _paths) CopyPath(from, into, path);
    }

    /// <summary>A message with the named fields only; the message itself where none is named.</summary>
    /// <typeparam name="T">The message's type.</typeparam>
    /// <param name="message">The message.</param>
    public T Selected<T>(T message)
        where T : IMessage<T>, new()
    {
        if (IsEmpty) return message;
        T selected = new();
        Copy(message, selected);
        return selected;
    }

    /// <summary>Takes one field over.</summary>
    /// <param name="from">Where from.</param>
    /// <param name="into">Where to.</param>
    /// <param name="field">The field.</param>
    public static void CopyField(IMessage from, IMessage into, FieldDescriptor field)
    {
        field.Accessor.Clear(into);
        var value = field.Accessor.GetValue(from);
        if (field.IsMap)
        {
            var target = (IDictionary)field.Accessor.GetValue(into);
            foreach (DictionaryEntry entry in (IDictionary)value) target.Add(entry.Key, Cloned(entry.Value!));
        }
        else if (field.IsRepeated)
        {
            var target = (IList)field.Accessor.GetValue(into);
            foreach (var each in (IList)value) target.Add(Cloned(each));
        }
        else if (!field.HasPresence || field.Accessor.HasValue(from))
        {
            field.Accessor.SetValue(into, Cloned(value));
        }
    }

    static void CopyPath(IMessage from, IMessage into, ReadOnlySpan<string> path)
    {
        var field = into.Descriptor.FindFieldByName(path[0]);
        if (path.Length == 1)
        {
            CopyField(from, into, field);
        }
        else if (field.IsMap)
        {
            var (source, target) = ((IDictionary)field.Accessor.GetValue(from), (IDictionary)field.Accessor.GetValue(into));
            if (source.Contains(path[1])) target[path[1]] = Cloned(source[path[1]]!);
            else target.Remove(path[1]);
        }
        else
        {
            if (!field.Accessor.HasValue(from) && !field.Accessor.HasValue(into)) return;
            if (!field.Accessor.HasValue(into)) field.Accessor.SetValue(into, Empty(field.MessageType));
            CopyPath(field.Accessor.HasValue(from) ? (IMessage)field.Accessor.GetValue(from) : Empty(field.MessageType), (IMessage)field.Accessor.GetValue(into), path[1..]);
        }
    }

    static string[]? Resolve(string text, MessageDescriptor message)
    {
        List<string> path = [];
        var rest = text;
        while (true)
        {
            var dot = rest.IndexOf('.', StringComparison.Ordinal);
            var part = dot < 0 ? rest : rest[..dot];
            var field = message.Fields.InDeclarationOrder().FirstOrDefault(each => each.Name == part || each.JsonName == part);
            if (field is null) return null;

            path.Add(field.Name);
            if (dot < 0) return [.. path];
            rest = rest[(dot + 1)..];

            // No map has keys with dots; what is deeper in a value cannot be changed by itself.
            if (field.IsMap) return rest.Length > 0 && !rest.Contains('.', StringComparison.Ordinal) ? [.. path, rest] : null;
            if (field.FieldType != FieldType.Message || field.IsRepeated) return null;
            message = field.MessageType;
        }
    }

    static object Cloned(object value) => value is IMessage message ? message.Descriptor.Parser.ParseFrom(message.ToByteString()) : value;

    static IMessage Empty(MessageDescriptor type) => type.Parser.ParseFrom(ByteString.Empty);
}
