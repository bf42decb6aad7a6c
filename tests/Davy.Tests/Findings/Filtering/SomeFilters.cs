using System.Globalization;
using System.Text;
using Davy.Findings.Filtering;

namespace Davy.Tests.Findings.Filtering;

/// <summary>Generated filters, by the grammar: every kind of field, operator and value, in every spelling that is allowed.</summary>
sealed class SomeFilters(Random random)
{
    static readonly string[] Usual =
    [
        "name", "parent", "canonicalName", "category", "state", "severity", "mute", "findingClass", "event_time", "createTime", "resource_name", "access.principal_email", "access.callerIp",
        "security_marks.marks.team", "securityMarks.marks.TEAM", "security_marks.marks.a-b", "security_marks.marks.1st", "security_marks.marks.\"x\"",
        "source_properties.team", "sourceProperties.properties.x", "source_properties.x.\"a-b\".severity", "source_properties.1st", "source_properties.properties.severity",
        "source_properties.properties.resource.kind", "resource.type", "resource.parent_name", "resource.project_display_name", "resource.projectName", "resource.folders.resource_folder",
        "resource.display_name", "resource.gcp_metadata.folders.resourceFolderDisplayName", "external_systems.x.status", "contacts.Team.contacts.email",
    ];

    /// <summary>A filter.</summary>
    public string Next()
    {
        var text = new StringBuilder();
        do Expression(text.Clear(), null, 0);
        while (text.Length > FindingFilter.MaxLength);
        return text.ToString();
    }

    void Expression(StringBuilder text, FieldPath? list, int depth)
    {
        // Small filters mostly: two hundred conditions of which one decides are a weak test.
        var factors = depth == 0 && random.Next(400) == 0 ? 40 : 1 + random.Next(depth > 2 ? 1 : 5) / 3 * (1 + random.Next(2));
        for (var factor = 0; factor < factors; factor++)
        {
            if (factor > 0) text.Append(Pick([" AND ", "\nAND\t", " AND"])).Append(' ');
            for (var term = random.Next(5) == 0 ? 2 : 1; term > 0; term--)
            {
                Term(text, list, depth);
                if (term > 1) text.Append(" OR ");
            }
        }
    }

    void Term(StringBuilder text, FieldPath? list, int depth)
    {
        if (random.Next(4) == 0) text.Append(Pick(["-", "NOT ", "- "]));
        if (depth < 4 && random.Next(6) == 0)
        {
            text.Append('(');
            Expression(text, list, depth + 1);
            text.Append(')');
            return;
        }

        var written = list is { Message: null } ? "elem" : list is null ? Field() : Walk(new(), list.Message!);
        var path = FindingFields.Find([.. written.Replace("\"", "", StringComparison.Ordinal).Split('.').Select(word => new PathSegment(word, 1))], list);

        if (path.Last is { IsList: true } && depth < 4 && random.Next(2) == 0)
        {
            text.Append("contains(").Append(written).Append(Pick([",", " , "]));
            Expression(text, path, depth + 1);
            text.Append(')');
        }
        else if (path.Kind is FieldKind.Text && path.Last is not { IsMap: true } && random.Next(12) == 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"inIpRange({written}, \"{Pick(["10.0.0.0/8", "10.0.0.0/25", "10.0.0.1", "0.0.0.0/0", "192.0.2.0/24", "8.0.0.0/6", "10.0.0.128/25"])}\")");
        }
        else
        {
            text.Append(written).Append(Pick(["", "", " "])).Append(Condition(path));
        }
    }

    string Field() => random.Next(3) switch
    {
        0 => Walk(new("resource."), MessageType.Resource),
        1 => Pick(Usual),
        _ => Walk(new(), MessageType.Finding),
    };

    string Walk(StringBuilder way, MessageType type)
    {
        var field = Pick(type.Fields.ToArray());
        way.Append(random.Next(3) == 0 ? field.JsonName : field.Name);
        if (field.IsMap && random.Next(5) > 0) way.Append('.').Append(Pick(SomeDocuments.Keys));
        else if (field.IsMap) return way.ToString();
        if (field.Kind is FieldKind.Value) while (random.Next(2) == 0) way.Append('.').Append(Pick(SomeDocuments.Keys));
        return field.Message is { } message && random.Next(8) > 0 ? Walk(way.Append('.'), message) : way.ToString();
    }

    string Condition(FieldPath path)
    {
        if (path.Last is { IsMap: true } || path.Kind is FieldKind.Message || random.Next(12) == 0) return Pick([":\"\"", ":*", ": ''"]);

        return path.Kind switch
        {
            FieldKind.Text or FieldKind.Name when random.Next(2) == 0 => ":" + Quoted(Part(Text(path))),
            FieldKind.Text or FieldKind.Name => Equal() + Quoted(Text(path)),
            FieldKind.Enum when random.Next(3) == 0 => ":" + Quoted(Part(Text(path))),
            FieldKind.Enum => Equal() + Quoted(Text(path)),
            FieldKind.Whole => Order() + (random.Next(8) == 0 ? 0 : Pick(SomeDocuments.Wholes)).ToString(CultureInfo.InvariantCulture),
            FieldKind.Real => Order() + Number(),
            FieldKind.Flag => Equal() + Pick(["true", "false"]),
            FieldKind.Time => Order() + Time(),
            _ => random.Next(4) switch
            {
                0 => Order() + Number(),
                1 => Equal() + Pick(["true", "false"]),
                2 => ":" + Quoted(Part(Pick(SomeDocuments.Texts))),
                _ => Equal() + Quoted(Pick(SomeDocuments.Texts)),
            },
        };
    }

    string Text(FieldPath path) =>
        path.Values.Count > 0 ? Pick(path.Values.ToArray())
        : path.Kind is FieldKind.Enum ? Pick(["DEPLOY_CONTAINER", "TACTIC_UNSPECIFIED"])
        : random.Next(path.Kind is FieldKind.Name ? 2 : 12) == 0 ? Pick(SomeDocuments.Names)
        : Pick(SomeDocuments.Texts);

    /// <summary>A part of a text that ends at whole characters, and is not empty, which would ask whether the field is set.</summary>
    string Part(string text)
    {
        var runes = text.EnumerateRunes().ToArray();
        var start = random.Next(runes.Length);
        return string.Concat(runes.Skip(start).Take(1 + random.Next(runes.Length - start)));
    }

    string Quoted(string text)
    {
        var quote = Pick(["\"", "'"]);
        var escaped = text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace(quote, "\\" + quote, StringComparison.Ordinal);
        return quote + (random.Next(4) == 0 ? escaped.Replace("a", "\\u0061", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal) : escaped) + quote;
    }

    string Time() => random.Next(5) == 0
        ? Pick(["1746493531417", "0", "-1000", "-1", "253402300799000", "-62135596800000"])
        : Quoted(random.Next(6) == 0 ? "2025-05-06T03:05:31.417+02:00" : Pick(SomeDocuments.Times));

    string Number() => Pick(SomeDocuments.Reals).ToString("R", CultureInfo.InvariantCulture);

    string Equal() => Pick(["=", "=", "= ", "!="]);

    string Order() => Pick(["=", "!=", "<", "<=", ">", ">= "]);

    T Pick<T>(T[] from) => from[random.Next(from.Length)];
}
