using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using Davy.Reports;
using NATS.Client.Core;
using NATS.Client.JetStream;

namespace Davy.Server.Ingest.Nats;

/// <summary>Why a stream cannot be read, in our words: what a server or the client library says is shown only where it can hold no secret, and then made safe.</summary>
/// <param name="message">What is wrong.</param>
sealed class NatsFault(string message) : Exception(message)
{
    /// <summary>The fault that an exception of the client library tells of. It has no inner exception, for that would be logged with it.</summary>
    /// <param name="fault">The exception.</param>
    /// <param name="declared">The source.</param>
    public static NatsFault Of(Exception fault, NatsDeclaration declared) => fault as NatsFault ?? new($"{string.Join(", ", declared.Servers.Select(server => server.Authority))}: {Reason(fault)}");

    static string Reason(Exception fault)
    {
        for (var each = fault; each is not null; each = each.InnerException)
        {
            switch (each)
            {
                case NatsServerException { IsAuthError: true }:
                    return "the server refuses the credentials.";
                case NatsJSApiException said:
                    return $"JetStream answers {said.Error.Code} ({said.Error.ErrCode}): {TextSanitizer.Clean(said.Error.Description ?? "")}.";
                case NatsNoRespondersException or NatsJSApiNoResponseException:
                    return "JetStream does not answer; is it enabled, and may this user call its API?";
                case AuthenticationException or CryptographicException or SocketException or IOException or UnauthorizedAccessException:
                    return TextSanitizer.Clean(each.Message);
                case TimeoutException or OperationCanceledException or NatsNoReplyException or NatsTimeoutException:
                    return "the server does not answer in time.";
                default:
                    break;
            }
        }

        return $"no connection ({fault.GetType().Name}).";
    }
}
