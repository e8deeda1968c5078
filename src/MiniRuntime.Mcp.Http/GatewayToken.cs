using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace MiniRuntime.Mcp;

/// <summary>What a client of the gateway over HTTP has to know, since any program and any user of the machine can reach it.</summary>
public sealed class GatewayToken
{
    /// <summary>So many characters at least.</summary>
    public const int Shortest = 16;

    private readonly byte[] _hash;

    private GatewayToken(string value) => _hash = Hash(value);

    /// <summary>A new one, and what it is.</summary>
    public static GatewayToken New(out string value) => new(value = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)));

    /// <summary>One that was agreed upon; false where it is too short, or holds what a header cannot say.</summary>
    public static bool TryParse(string value, [NotNullWhen(true)] out GatewayToken? token)
    {
        token = value.Length >= Shortest && value.All(static c => c is > ' ' and < '\u007f') ? new GatewayToken(value) : null;
        return token is not null;
    }

    /// <summary>Lets a request through that has it: <c>Authorization: Bearer TOKEN</c>.</summary>
    internal Task Required(HttpContext http, RequestDelegate next)
    {
        if (http.Request.Headers.Authorization is [{ } only] && only.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)
            && CryptographicOperations.FixedTimeEquals(Hash(only["Bearer ".Length..].Trim()), _hash)) return next(http);
        http.Response.StatusCode = StatusCodes.Status401Unauthorized;
        http.Response.Headers[HeaderNames.WWWAuthenticate] = "Bearer";
        return http.Response.WriteAsync("The gateway wants its token: a header 'Authorization: Bearer TOKEN'.");
    }

    // Of one length, so that a comparison does not say how long it is.
    private static byte[] Hash(string value) => SHA256.HashData(Encoding.UTF8.GetBytes(value));
}
