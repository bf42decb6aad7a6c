using System.Globalization;
using Davy.Storage;

namespace Davy.Findings.Filtering;

/// <summary>Whether a text is an IPv4 address of a network, in SQL, which has no addresses: octet by octet.</summary>
static class SqlNetwork
{
    /// <summary>The condition; false for every text that is no IPv4 address in its usual spelling.</summary>
    public static string Contains(SqlPlace place, Ipv4Network network, SqlParameters parameters)
    {
        // a.b.c.d becomes ["a","b","c","d"]: quotes inside would break that, so a text of other characters is not taken apart.
        var text = place.Text;
        var isPlain = $"trim({text}, '0123456789.') = '' AND length({text}) BETWEEN 7 AND 15 AND length(replace({text}, '.', '')) = length({text}) - 3";
        var octets = $"json('[\"' || replace({text}, '.', '\",\"') || '\"]')";
        var conditions = Enumerable.Range(0, 4).Select(at => Octet($"{octets} ->> {at}", network, at, parameters));
        return $"CASE WHEN {isPlain} THEN {string.Join(" AND ", conditions)} ELSE FALSE END";
    }

    static string Octet(string octet, Ipv4Network network, int at, SqlParameters parameters)
    {
        var shift = 24 - at * 8;
        var (low, high) = ((long)(network.First >> shift & 255), (long)(network.Last >> shift & 255));

        // A leading zero, or nothing between two dots, is no spelling of a number.
        return string.Create(CultureInfo.InvariantCulture,
            $"CASE WHEN length({octet}) BETWEEN 1 AND 3 AND ({octet} = '0' OR substr({octet}, 1, 1) <> '0') THEN CAST({octet} AS bigint) BETWEEN {parameters.Add(low)} AND {parameters.Add(high)} ELSE FALSE END");
    }
}
