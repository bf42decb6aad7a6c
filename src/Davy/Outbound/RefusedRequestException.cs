namespace Davy.Outbound;

/// <summary>A request that was not sent, because of where it would have gone. Trying again does not help.</summary>
/// <param name="message">One sentence: which host, why, what to do. It holds nothing of the URL but its host.</param>
public sealed class RefusedRequestException(string message) : HttpRequestException(HttpRequestError.ConnectionError, message);
