using System.Text;
using System.Text.Json;
using MiniRuntime.Shell;

namespace MiniRuntime.Models;

/// <summary>An error that an endpoint reports in an answer that says otherwise that all is well.</summary>
internal static class ReportedError
{
    // As Anthropic calls them. Whatever is not known to be for good may pass.
    private static readonly string[] _forGood =
        ["invalid_request_error", "authentication_error", "billing_error", "permission_error", "not_found_error", "request_too_large"];

    /// <summary>Why a whole answer is none, or null.</summary>
    /// <param name="body">The answer.</param>
    /// <param name="said">The field that holds what the model said.</param>
    public static Exception? WhyNoAnswer(ReadOnlyMemory<byte> body, string said)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return In(document.RootElement) ?? (Says(document.RootElement, said) ? null
                : new ModelFailedException($"The endpoint's answer has no '{said}': {EndpointHandler.Cut(body)}"));
        }
        catch (JsonException)
        {
            return new ModelFailedException($"The endpoint's answer is no JSON: {EndpointHandler.Cut(body)}");
        }
    }

    /// <summary>The error that a message of a stream reports, or null.</summary>
    public static Exception? In(ReadOnlyMemory<byte> message)
    {
        try
        {
            using var document = JsonDocument.Parse(message);
            return In(document.RootElement);
        }
        catch (JsonException)
        {
            // That is for the provider's library to say.
            return null;
        }
    }

    private static Exception? In(JsonElement answer)
    {
        if (answer.ValueKind != JsonValueKind.Object || !answer.TryGetProperty("error", out var error) || error.ValueKind == JsonValueKind.Null)
            return null;
        var told = $"The endpoint reported an error: {EndpointHandler.Cut(Encoding.UTF8.GetBytes(error.GetRawText()))}";
        return IsForGood(error) ? new ModelFailedException(told) : new ModelUnavailableException(told);
    }

    private static bool IsForGood(JsonElement error) => error.ValueKind == JsonValueKind.Object
        && ((error.TryGetProperty("code", out var code) && code.ValueKind == JsonValueKind.Number && code.TryGetInt32(out var status)
                && status is >= 400 and < 500 and not (408 or 429))
            || (error.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String && _forGood.Contains(type.GetString())));

    // OpenAI's library fails on no choice at all; a message of Anthropic's may be empty.
    private static bool Says(JsonElement answer, string field) => answer.ValueKind == JsonValueKind.Object
        && answer.TryGetProperty(field, out var said) && said.ValueKind == JsonValueKind.Array && (field != "choices" || said.GetArrayLength() > 0);
}
