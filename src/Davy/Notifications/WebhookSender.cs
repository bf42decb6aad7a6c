using System.Net.Http.Headers;
using Davy.Outbound;

namespace Davy.Notifications;

/// <summary>Posts notifications to a webhook. Any status from 200 to 299 means that it has them.</summary>
/// <param name="target">The webhook.</param>
/// <param name="http">A guarded client.</param>
/// <param name="time">The clock.</param>
public sealed class WebhookSender(Target.Webhook target, HttpClient http, TimeProvider time) : TargetSender
{
    const int MostAnswer = 2_048;

    static readonly ProductInfoHeaderValue Agent = new("Davy", typeof(WebhookSender).Assembly.GetName().Version!.ToString(3));

    /// <inheritdoc/>
    public override async Task SendAsync(Notification notification, CancellationToken cancel)
    {
        var url = target.Url ?? (Uri.TryCreate(SecretFile.Line(target.UrlFile!), UriKind.Absolute, out var read) ? read : throw new SendException($"{target.UrlFile} holds no URL."));
        var secrets = target.SecretFiles.ToDictionary(pair => pair.Key, pair => SecretFile.Line(pair.Value));
        var body = target.Template.Fill(notification, secrets);

        using HttpRequestMessage request = new(HttpMethod.Post, url) { Content = new ByteArrayContent(body) { Headers = { ContentType = MediaTypeHeaderValue.Parse(target.ContentType) } } };
        request.Headers.UserAgent.Add(Agent);
        request.Headers.Add(WebhookSignature.IdHeader, notification.Id);
        List<string> hidden = [.. secrets.Values];
        foreach (var (name, value) in target.Headers) Add(request, name, value);
        foreach (var (name, file) in target.HeaderFiles)
        {
            var value = SecretFile.Line(file);
            hidden.Add(value);
            Add(request, name, value);
        }

        if (target.SecretFile is { } keys)
        {
            var signing = SecretFile.Lines(keys);
            hidden.AddRange(signing);
            var (timestamp, signature) = WebhookSignature.Of(signing, time.GetUtcNow(), body);
            request.Headers.Add(WebhookSignature.TimestampHeader, timestamp);
            request.Headers.Add(WebhookSignature.SignatureHeader, signature);
        }

        await PostAsync(request, hidden, cancel);
    }

    async Task PostAsync(HttpRequestMessage request, List<string> hidden, CancellationToken cancel)
    {
        var url = request.RequestUri!;
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
            if (response.IsSuccessStatusCode) return;

            var status = (int)response.StatusCode;
            if (status is >= 300 and < 400) throw new SendException($"{url.Authority} answered {status} and points elsewhere; name the place itself, for Davy follows no redirect.");

            var (answer, _) = await BoundedBody.ReadUpToAsync(response.Content, MostAnswer, cancel);
            throw new SendException($"{url.Authority} answered {status}{Said(answer, url, hidden)}.")
            {
                RetryAfter = response.Headers.RetryAfter?.Delta ?? response.Headers.RetryAfter?.Date - time.GetUtcNow(),
            };
        }
        catch (HttpRequestException fault)
        {
            throw new SendException(fault is RefusedRequestException ? fault.Message : $"{url.Authority} could not be asked: {fault.Message}", fault);
        }
    }

    /// <summary>What the answer says, where it repeats nothing that was secret.</summary>
    static string Said(byte[] answer, Uri url, List<string> hidden)
    {
        var whole = Excerpt.Of(answer, MostAnswer);
        if (whole.Length == 0 || hidden.Any(secret => whole.Contains(secret, StringComparison.Ordinal)) || (url.PathAndQuery.Length > 1 && whole.Contains(url.PathAndQuery, StringComparison.Ordinal))) return "";
        return ": " + Excerpt.Of(whole, 200).TrimEnd('.');
    }

    static void Add(HttpRequestMessage request, string name, string value)
    {
        if (value.Any(letter => letter is < ' ' or > '~') || !request.Headers.TryAddWithoutValidation(name, value)) throw new SendException($"The header '{name}' has a value that no header can have.");
    }
}
