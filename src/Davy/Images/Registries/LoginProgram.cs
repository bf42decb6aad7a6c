using System.Diagnostics;
using Davy.Images.Content;

namespace Davy.Images.Registries;

/// <summary>Asks a credential helper of Docker's (https://github.com/docker/docker-credential-helpers#development): the server goes in, a login comes out.</summary>
public static class LoginProgram
{
    const int MostAnswer = 64 << 10;

    /// <summary>Asks <c>docker-credential-NAME get</c>, which must be on the user's PATH.</summary>
    /// <param name="name">The helper's name; checked by the caller.</param>
    /// <param name="server">The server.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>What it answers; null where it knows no login.</returns>
    /// <exception cref="UnreadableImageException">There is no such program.</exception>
    public static async Task<string?> AskAsync(string name, string server, CancellationToken cancel)
    {
        ProcessStartInfo start = new($"docker-credential-{name}") { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add("get");
        try
        {
#pragma warning disable RS0030 // A helper is a program by Docker's own protocol, and the user's file names it.
            using var helper = Process.Start(start)!;
#pragma warning restore RS0030
            try
            {
                await helper.StandardInput.WriteAsync(server);
                helper.StandardInput.Close();
                var answer = new char[MostAnswer];
                var count = await helper.StandardOutput.ReadBlockAsync(answer, cancel);
                await helper.WaitForExitAsync(cancel);
                return helper.ExitCode == 0 ? new(answer, 0, count) : null;
            }
            catch (OperationCanceledException)
            {
                helper.Kill();
                throw;
            }
        }
        catch (System.ComponentModel.Win32Exception fault)
        {
            throw new UnreadableImageException(UnreadableReason.Login, $"The credential helper docker-credential-{name}, which Docker's configuration names, cannot be started.", fault);
        }
    }
}
