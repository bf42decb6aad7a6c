namespace Davy.Findings.Filtering;

/// <summary>
/// Reads a filter by recursive descent (AIP-160 gives the precedence, https://google.aip.dev/160; Security Command Center the rest):
/// <code>
/// expression = factor { "AND" factor }
/// factor     = term { "OR" term }
/// term       = [ "NOT" | "-" ] ( "(" expression ")" | function | restriction )
/// function   = "contains" "(" list "," expression ")" | "inIpRange" "(" field "," string ")"
/// restriction = field ( "=" | "!=" | "&lt;" | "&lt;=" | "&gt;" | "&gt;=" | ":" ) value
/// </code>
/// </summary>
sealed class FilterParser(string text)
{
    readonly FilterScanner _scanner = new(text);
    int _depth;
    int _terms;

    /// <summary>Reads the whole filter.</summary>
    /// <returns>Its tree; null where it is blank.</returns>
    /// <exception cref="FilterException">It is no filter.</exception>
    public FilterNode? Parse()
    {
        if (text.Length > FindingFilter.MaxLength)
        {
            throw new FilterException(FindingFilter.MaxLength + 1, $"the filter is longer than {FindingFilter.MaxLength} characters");
        }

        if (_scanner.IsAtEnd) return null;

        var node = Expression(null);
        return _scanner.IsAtEnd ? node : throw Expected(IsLowerCase("and", "or") ? "AND or OR in upper case" : "AND, OR or the end");
    }

    FilterNode Expression(FieldPath? list)
    {
        var node = Factor(list);
        while (_scanner.TakesWord("AND")) node = new FilterNode.Both(node, Factor(list));
        return node;
    }

    FilterNode Factor(FieldPath? list)
    {
        var node = Term(list);
        while (_scanner.TakesWord("OR")) node = new FilterNode.Either(node, Term(list));
        return node;
    }

    FilterNode Term(FieldPath? list)
    {
        if (!_scanner.TakesWord("NOT") && !_scanner.Takes('-')) return Simple(list);
        if (_scanner.Next is '-' || _scanner.Word() is "NOT") throw Expected("one NOT or '-' before a condition, a function or '('");
        return new FilterNode.Negation(Simple(list));
    }

    FilterNode Simple(FieldPath? list)
    {
        if (_scanner.Takes('(')) return Nested(list);
        if (_scanner.TakesFunction("contains")) return Contains(list);
        if (_scanner.TakesFunction("inIpRange")) return InIpRange(list);
        if (_scanner.Word().IsEmpty) throw Expected("a field, '(', NOT or '-'");
        if (IsLowerCase("not")) throw Expected("NOT in upper case");
        return Restriction(list);
    }

    FilterNode Nested(FieldPath? list)
    {
        if (++_depth > FindingFilter.MaxDepth) throw new FilterException(_scanner.Column, $"parentheses are nested deeper than {FindingFilter.MaxDepth}");

        var node = Expression(list);
        if (!_scanner.Takes(')')) throw Expected(IsLowerCase("and", "or") ? "AND or OR in upper case" : "AND, OR or ')'");
        _depth--;
        return node;
    }

    FilterNode.Contains Contains(FieldPath? list)
    {
        var column = Count();
        var field = Field(list);
        if (field.Last is not { IsList: true })
        {
            throw new FilterException(column, $"contains takes a list, as in contains(compliances, standard=\"cis\"); {field.Shown} is none");
        }

        Comma();
        return new(field, Nested(field));
    }

    FilterNode.InIpRange InIpRange(FieldPath? list)
    {
        var column = Count();
        var field = Field(list);
        if (field.Kind is not FieldKind.Text || field.Last is { IsMap: true })
        {
            throw new FilterException(column, $"inIpRange takes a text field, as in inIpRange(access.caller_ip, \"10.0.0.0/8\"); {field.Shown} is none");
        }

        Comma();
        var at = _scanner.Column;
        if (_scanner.Next is not ('"' or '\'')) throw Expected("a network between quotes, as in \"10.0.0.0/8\"");
        if (!Ipv4Network.TryParse(_scanner.String(), out var network)) throw new FilterException(at, "expected an IPv4 network, as in \"10.0.0.0/8\"");
        if (!_scanner.Takes(')')) throw Expected("')'");
        return new(field, network);
    }

    FilterNode Restriction(FieldPath? list)
    {
        var column = Count();
        var field = Field(list);
        var sign = _scanner.Column;
        if (_scanner.Takes('!'))
        {
            if (!_scanner.Takes('=')) throw Expected("'=' after '!'");
            return new FilterNode.Negation(FilterValues.Compare(field, FilterOperator.Equal, _scanner, column, sign));
        }

        FilterOperator? comparison = _scanner.Takes('=') ? FilterOperator.Equal
            : _scanner.Takes(':') ? FilterOperator.Has
            : _scanner.Takes('<') ? _scanner.TakesNow('=') ? FilterOperator.LessOrEqual : FilterOperator.Less
            : _scanner.Takes('>') ? _scanner.TakesNow('=') ? FilterOperator.GreaterOrEqual : FilterOperator.Greater
            : null;
        return FilterValues.Compare(field, comparison ?? throw Expected($"=, :, !=, <, <=, > or >= after {field.Shown}"), _scanner, column, sign);
    }

    /// <summary>Counts one more condition, and says where it begins.</summary>
    int Count() =>
        ++_terms > FindingFilter.MaxTerms
            ? throw new FilterException(_scanner.Column, $"the filter has more than {FindingFilter.MaxTerms} conditions")
            : _scanner.Column;

    FieldPath Field(FieldPath? list) =>
        _scanner.Word().IsEmpty ? throw Expected("a field") : FindingFields.Find(_scanner.Path(), list);

    void Comma()
    {
        if (!_scanner.Takes(',')) throw Expected("','");
    }

    bool IsLowerCase(params ReadOnlySpan<string> words)
    {
        foreach (var word in words)
        {
            if (_scanner.Word().Equals(word, StringComparison.OrdinalIgnoreCase)) return true;
        }

        return false;
    }

    FilterException Expected(string what) => new(_scanner.Column, $"expected {what}, found {_scanner.Shown}");
}
