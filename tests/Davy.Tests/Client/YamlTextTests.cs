using System.Text.Json;
using Davy.Cli.Output;

namespace Davy.Tests.Client;

/// <summary>JSON as YAML.</summary>
public sealed class YamlTextTests
{
    [Theory]
    [InlineData("""{"a":"yes","b":1.5,"c":true,"d":null,"e":{},"f":[]}""", "\"a\": \"yes\"\n\"b\": 1.5\n\"c\": true\n\"d\": null\n\"e\": {}\n\"f\": []\n")]
    [InlineData("""{"a":{"b":[1,{"c":2,"d":[[3,4],[]]}]},"e":5}""", "\"a\":\n  \"b\":\n    - 1\n    - \"c\": 2\n      \"d\":\n        - - 3\n          - 4\n        - []\n\"e\": 5\n")]
    [InlineData("""[]""", "[]\n")]
    [InlineData("""{"a: b\n- c":"#\"\\\u0000\u001b[31m\u0085\u2028\ufeff\ud83d\ude00"}""", "\"a: b\\n- c\": \"#\\\"\\\\\\u0000\\u001b[31m\\u0085\\u2028\\ufeff\\U0001f600\"\n")]
    [InlineData("""{"\ud83d":"a\ud83d"}""", "\"\\ufffd\": \"\\ufffd\"\n")]
    public void IsInBlockStyleAndQuoted(string json, string expected) => Assert.Equal(expected, Of(json));

    [Fact]
    public void ALongNameIsSaidToBeOne()
    {
        var name = new string('n', 2_000);

        Assert.Equal($"? \"{name}\"\n:\n  \"a\": 1\n", Of("{\"" + name + "\":{\"a\":1}}"));
    }

    static string Of(string json)
    {
        using var document = JsonDocument.Parse(json);
        return YamlText.Of(document.RootElement);
    }
}
