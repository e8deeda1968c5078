using System.Text;

namespace MiniRuntime.Models;

/// <summary>
/// What an endpoint says to whoever asks at the moment, as far as a failure tells it: where a provider's library cannot read it, the
/// library's own words do not say what it was.
/// </summary>
internal sealed class Heard
{
    private const int MaxEnd = 500;

    private static readonly AsyncLocal<Heard?> _now = new();

    private volatile byte[] _end = [];
    private volatile string? _said;

    /// <summary>The beginning of an answer that came whole, or the end of one that is streamed; null where nothing came.</summary>
    public string? Said => _said ?? (_end is { Length: > 0 } end ? Encoding.UTF8.GetString(end).Trim() : null);

    /// <summary>Listens to what comes from here on.</summary>
    public static Heard Begin() => _now.Value = new Heard();

    /// <summary>Whoever listens here, if anybody does.</summary>
    public static Heard? Now => _now.Value;

    /// <summary>This came, and is all.</summary>
    public void Whole(ReadOnlyMemory<byte> answer) => _said = EndpointHandler.Cut(answer);

    /// <summary>This event came. (The library may stumble over it later than over the next.)</summary>
    public void Event(ReadOnlySpan<byte> said)
    {
        byte[] all = [.. _end, .. said[^Math.Min(said.Length, MaxEnd)..]];
        _end = all[^Math.Min(all.Length, MaxEnd)..];
    }
}
