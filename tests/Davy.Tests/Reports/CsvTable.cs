using System.Text;

namespace Davy.Tests.Reports;

/// <summary>Reads CSV as RFC 4180 has it, and nothing else.</summary>
static class CsvTable
{
    public static List<List<string>> Parse(string text)
    {
        var rows = new List<List<string>> { new() };
        var cell = new StringBuilder();
        for (var at = 0; at < text.Length;)
        {
            if (text[at] == '"')
            {
                for (at++; ; at++)
                {
                    if (at >= text.Length) throw new FormatException("A quoted cell does not end.");
                    if (text[at] != '"') cell.Append(text[at]);
                    else if (at + 1 < text.Length && text[at + 1] == '"') cell.Append(text[at++]);
                    else break;
                }

                at++;
                if (at < text.Length && text[at] is not (',' or '\r')) throw new FormatException("Something follows a quoted cell.");
                continue;
            }

            if (text[at] == ',')
            {
                rows[^1].Add(cell.ToString());
                cell.Clear();
                at++;
            }
            else if (text[at] == '\r')
            {
                if (at + 1 >= text.Length || text[at + 1] != '\n') throw new FormatException("CR without LF.");
                rows[^1].Add(cell.ToString());
                cell.Clear();
                at += 2;
                if (at < text.Length) rows.Add([]);
            }
            else if (text[at] == '\n')
            {
                throw new FormatException("LF without CR.");
            }
            else
            {
                cell.Append(text[at++]);
            }
        }

        return rows;
    }
}
