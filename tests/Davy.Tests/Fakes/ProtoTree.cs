using Google.Protobuf;

namespace Davy.Tests.Fakes;

/// <summary>A message of Protocol Buffers read without its description: fields by their numbers (https://protobuf.dev/programming-guides/encoding/).</summary>
sealed class ProtoTree
{
    readonly List<(int Number, ulong Whole, byte[] Bytes)> _fields = [];

    ProtoTree(byte[] message)
    {
        using CodedInputStream input = new(message);
        while (input.ReadTag() is var tag and not 0)
        {
            var number = WireFormat.GetTagFieldNumber(tag);
            switch (WireFormat.GetTagWireType(tag))
            {
                case WireFormat.WireType.Varint: _fields.Add((number, input.ReadUInt64(), [])); break;
                case WireFormat.WireType.Fixed64: _fields.Add((number, input.ReadFixed64(), [])); break;
                case WireFormat.WireType.Fixed32: _fields.Add((number, input.ReadFixed32(), [])); break;
                case WireFormat.WireType.LengthDelimited: _fields.Add((number, 0, input.ReadBytes().ToByteArray())); break;
                default: throw new InvalidDataException("Groups are not read.");
            }
        }
    }

    /// <summary>Reads a message.</summary>
    public static ProtoTree Of(byte[] message) => new(message);

    /// <summary>The messages of a field.</summary>
    public IEnumerable<ProtoTree> All(int number) => _fields.Where(field => field.Number == number).Select(field => new ProtoTree(field.Bytes));

    /// <summary>The messages at the end of a path of fields.</summary>
    public IEnumerable<ProtoTree> At(params int[] path) => path.Aggregate((IEnumerable<ProtoTree>)[this], (all, number) => all.SelectMany(each => each.All(number)));

    /// <summary>The text of a field; empty where it is not there.</summary>
    public string Text(int number) => System.Text.Encoding.UTF8.GetString(Bytes(number));

    /// <summary>The bytes of a field in lower-case hexadecimal.</summary>
    public string Hex(int number) => Convert.ToHexStringLower(Bytes(number));

    /// <summary>The numbers of a packed field of doubles.</summary>
    public double[] Doubles(int number) => [.. Bytes(number).Chunk(8).Select(bytes => BitConverter.ToDouble(bytes))];

    /// <summary>Attributes of OpenTelemetry: texts, and whole numbers as text.</summary>
    /// <param name="number">Their field.</param>
    public Dictionary<string, string> Attributes(int number) => All(number).ToDictionary(each => each.Text(1), each => each.All(2).Single() is var value && value._fields.Exists(field => field.Number == 3)
        ? ((long)value._fields.Find(field => field.Number == 3).Whole).ToString(System.Globalization.CultureInfo.InvariantCulture)
        : value.Text(1), StringComparer.Ordinal);

    byte[] Bytes(int number) => _fields.Find(field => field.Number == number).Bytes ?? [];
}
