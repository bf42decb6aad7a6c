using System.Globalization;
using System.Text;
using Davy.Cli;
using Davy.Cli.Client;
using Davy.Tests.EndToEnd;

namespace Davy.Tests.Client;

/// <summary>Runs <c>davy</c> against a server: in this process or, where it was built, as the native program.</summary>
static class ClientRun
{
    /// <summary>A token that must never be seen where it does not belong.</summary>
    public const string Token = "davy_canary-0123456789abcdef";

    /// <summary>Runs the program in this process; only its pauses are shorter.</summary>
    public static (int Code, string Out, string Error) Here(ServerSettings settings, string input, params string[] arguments) =>
        With(new HurriedClock(TimeSpan.FromSeconds(30)), settings, input, arguments);

    /// <summary>Runs the program in this process, with little patience: for what it has to give up.</summary>
    public static (int Code, string Out, string Error) Hurried(ServerSettings settings, string input, params string[] arguments) =>
        With(new HurriedClock(TimeSpan.FromMinutes(5)), settings, input, arguments);

    /// <summary>Runs the native program.</summary>
    public static (int Code, string Out, string Error) Native(ServerSettings settings, string input, params string[] arguments)
    {
        using var process = BuiltProgram.Start(NativeProgram.File(), arguments,
            ("DAVY_SERVER", settings.Address), ("DAVY_TOKEN", settings.Token), ("DAVY_PARENT", settings.Parent));
        try
        {
            process.In.Write(Encoding.UTF8.GetBytes(input));
            process.In.Close();
        }
        catch (IOException)
        {
            // It ended without reading all of it, as it may.
        }

        return process.End();
    }

    static (int Code, string Out, string Error) With(TimeProvider clock, ServerSettings settings, string input, string[] arguments)
    {
        using var output = new MemoryStream();
        using var words = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        using var error = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        var code = Program.Run(arguments, new()
        {
            Out = words,
            OpenOut = () => output,
            Error = error,
            OpenIn = () => new MemoryStream(Encoding.UTF8.GetBytes(input)),
        }, clock, settings);
        var (said, complained) = (words + Encoding.UTF8.GetString(output.ToArray()), error.ToString());
        if (settings.Token != "") Assert.DoesNotContain(settings.Token, said + complained, StringComparison.Ordinal);
        return (code, said, complained);
    }
}
