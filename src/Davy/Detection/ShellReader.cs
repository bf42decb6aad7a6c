using System.Buffers;

namespace Davy.Detection;

/// <summary>
/// Cuts a script into simple commands and their words as a shell does (POSIX, Shell Command Language, sections 2.2 to 2.9, and what bash adds),
/// in one pass and without recursion. What no shell could read is taken for what is nearest: a quote that is never closed is a character.
/// </summary>
sealed class ShellReader
{
    /// <summary>Stands for what only the running shell knows.</summary>
    public const char Unknown = '\uFFFD';

    /// <summary>How deep <c>$(…)</c> is followed; deeper ones count as commands beside it.</summary>
    const int MaxNesting = 64;

    static readonly SearchValues<char> Ends = SearchValues.Create(" \t\r\n\\$`\"';&|()<>");
    static readonly SearchValues<char> EndsInQuotes = SearchValues.Create("\\$`\"");

    readonly ShellWord _script;
    readonly string _text;
    readonly ShellVariables _variables;
    readonly int _lastSingleQuote;
    readonly int _lastDoubleQuote;
    readonly Stack<ShellFrame> _outer = [];
    readonly List<ShellCommand> _commands = [];
    readonly HereDocuments _hereDocuments;
    ShellFrame _frame = new('\0');
    int _next;

    ShellReader(ShellWord script, ShellVariables variables)
    {
        _script = script;
        _text = script.Value;
        _variables = variables;
        _hereDocuments = new(script);
        _lastSingleQuote = _text.LastIndexOf('\'');
        _lastDoubleQuote = _text.LastIndexOf('"');
    }

    /// <summary>The simple commands of a script, as they end.</summary>
    public static IReadOnlyList<ShellCommand> Read(ShellWord script, ShellVariables variables)
    {
        var reader = new ShellReader(script, variables);
        while (reader._next < reader._text.Length) reader.Step();

        reader.EndCommand();
        while (reader._outer.Count > 0) reader.Leave();
        return reader._commands;
    }

    void Step()
    {
        switch (_text[_next])
        {
            case '\\': Escape(); break;
            case '$': Dollar(); break;
            case '`' when _frame.Close == '`': _next++; Leave(); break;
            case '`': _next++; Enter('`'); break;
            case '"' when _frame.IsInQuotes || _next < _lastDoubleQuote: _next++; _frame.IsInQuotes = !_frame.IsInQuotes; _frame.Word.Begin(); break;
            case var _ when _frame.IsInQuotes: Take(EndsInQuotes); break;
            case '\'' when _next < _lastSingleQuote: SingleQuoted(); break;
            case ' ' or '\t' or '\r': _next++; EndWord(); break;
            case '\n': _next++; EndCommand(); _next = _hereDocuments.ReadFrom(_next); break;
            case ';': Semicolon(); break;
            case '&': Ampersand(); break;
            case '|' when !_frame.IsInTest: Bar(); break;
            case '(' when !_frame.IsInTest: Open(); break;
            case ')' when !_frame.IsInTest: _next++; Close(); break;
            case '<' or '>': Redirect(); break;
            case '#' when !_frame.Word.HasBegun: _next = _text.IndexOf('\n', _next) is var end and >= 0 ? end : _text.Length; break;
            default: Take(Ends); break;
        }
    }

    /// <summary>Characters that mean themselves, up to the next that may not.</summary>
    void Take(SearchValues<char> ends)
    {
        var length = _text.AsSpan(_next + 1).IndexOfAny(ends) is var end and >= 0 ? end + 1 : _text.Length - _next;
        for (var stop = _next + length; _next < stop; _next++) Append(_text[_next], _next);
    }

    void Escape()
    {
        var start = _next++;
        if (_next == _text.Length) return;

        var next = _text[_next];
        if (next != '\n')
        {
            if (_frame.IsInQuotes && next is not ('$' or '`' or '"' or '\\')) Append('\\', start);
            Append(next, _next);
        }

        _next++;
    }

    void SingleQuoted()
    {
        _frame.Word.Begin();
        var end = _text.IndexOf('\'', _next + 1);
        for (_next++; _next < end; _next++) Append(_text[_next], _next);
        _next++;
    }

    void Dollar()
    {
        var start = _next++;
        switch (_next < _text.Length ? _text[_next] : '\0')
        {
            case '(': _next++; Enter(')'); break;
            case '\'' when !_frame.IsInQuotes && _next < _lastSingleQuote: EscapedQuote(); break;
            case '"' when !_frame.IsInQuotes: break;
            default: Parameter(start); break;
        }
    }

    void Parameter(int start)
    {
        if (ShellParameter.At(_text, _next) is not { } parameter)
        {
            Append('$', start);
            return;
        }

        _next = parameter.End;
        _frame.Command.Uses.Add(parameter.Name);
        var value = _variables.Find(parameter.Name);
        if (value is null && parameter.HasDefault)
        {
            for (var i = parameter.DefaultStart; i < parameter.End - 1; i++)
            {
                if (_text[i] is not ('"' or '\'')) AppendUnquoted(_text[i], i);
            }
        }
        else
        {
            foreach (var character in value ?? Unknown.ToString()) AppendUnquoted(character, start);
        }
    }

    /// <summary><c>$'…'</c> with <c>\n</c>, <c>\x41</c> and <c>\101</c>.</summary>
    void EscapedQuote()
    {
        _frame.Word.Begin();
        for (_next++; _next < _text.Length && _text[_next] != '\'';)
        {
            var (character, length) = _text[_next] == '\\' ? ShellEscape.At(_text, _next) : (_text[_next], 1);
            Append(character, _next);
            _next += length;
        }

        _next++;
    }

    void Semicolon()
    {
        _next++;
        EndCommand();
        if (_frame.Cases > 0 && (Skip(';') || Skip('&'))) _frame.IsInPattern = true;
    }

    void Ampersand()
    {
        _next++;
        if (_next < _text.Length && _text[_next] == '>') Redirect();
        else EndCommand();
    }

    void Bar()
    {
        _next++;
        if (_frame.IsInPattern) EndWord();
        else if (Skip('|')) EndCommand();
        else
        {
            Skip('&');
            EndCommand();
            _frame.Command.PipedFrom = _frame.Last;
        }
    }

    void Open()
    {
        _next++;
        if (_frame.IsInPattern) return;

        if (_frame.Word.EndsWith('='))
        {
            EndWord();
            _frame.IsInArray = true;
        }
        else if (_text.AsSpan(_next).TrimStart(' ') is [')', ..])
        {
            // A function is defined, not run; what follows is its body.
            EndWord();
            _frame.Command.Words.Clear();
            _next = _text.IndexOf(')', _next) + 1;
        }
        else
        {
            EndCommand();
            _frame.Parentheses++;
        }
    }

    void Close()
    {
        EndWord();
        if (_frame.IsInArray) _frame.IsInArray = false;
        else if (_frame.IsInPattern)
        {
            EndCommand();
            _frame.IsInPattern = false;
        }
        else if (_frame.Parentheses > 0 || _frame.Close != ')')
        {
            EndCommand();
            _frame.Parentheses = Math.Max(0, _frame.Parentheses - 1);
        }
        else Leave();
    }

    void Redirect()
    {
        if (_frame.Word.IsNumber) _frame.Word.Take();
        EndWord();

        var isInput = _text[_next++] == '<';
        if (Skip('(')) Enter(')');
        else if (isInput && Skip('<'))
        {
            _frame.Role = Skip('<') ? WordRole.Input : WordRole.Delimiter;
            if (_frame.Role is WordRole.Delimiter) Skip('-');
        }
        else
        {
            if (!Skip('>')) Skip('|');
            _frame.Role = Skip('&') ? WordRole.Nothing : isInput ? WordRole.Source : WordRole.Target;
        }
    }

    bool Skip(char character)
    {
        if (_next >= _text.Length || _text[_next] != character) return false;
        _next++;
        return true;
    }

    void Append(char character, int index) => _frame.Word.Append(character, _script.PositionOf(index));

    /// <summary>A character that a shell put in: outside of quotes, spaces end the word.</summary>
    void AppendUnquoted(char character, int index)
    {
        if (!_frame.IsInQuotes && char.IsWhiteSpace(character)) EndWord();
        else Append(character, index);
    }

    void EndWord()
    {
        if (_frame.EndWord() is { } delimiter) _hereDocuments.Expect(_frame.Command, delimiter);
    }

    void EndCommand()
    {
        EndWord();
        if (_frame.EndCommand() is not { } command) return;

        _commands.Add(command);
        if (!command.Words.TrueForAll(word => ShellCommand.IsAssignment(word.Value))) return;
        foreach (var word in command.Words)
        {
            var equals = word.Value.IndexOf('=');
            _variables.Set(word.Value[..equals], word.Value[(equals + 1)..]);
        }
    }

    void Enter(char close)
    {
        if (_outer.Count == MaxNesting)
        {
            EndCommand();
            return;
        }

        _outer.Push(_frame);
        _frame = new(close);
    }

    /// <summary>Goes on in the word around <c>$(…)</c>, with what the commands in it print.</summary>
    void Leave()
    {
        EndCommand();
        var printed = _frame.Last?.Output;
        _frame = _outer.Pop();
        if (printed is not null) _frame.Word.Append(printed);
        else _frame.Word.Append(Unknown, _script.PositionOf(Math.Min(_next, _text.Length) - 1));
    }
}
