namespace MiniRuntime.Models;

/// <summary>
/// Server-sent events, in which an endpoint may report an error amid an answer: the providers' libraries take one that they do not know for
/// the end of it.
/// </summary>
/// <param name="inner">The stream.</param>
/// <param name="most">How many bytes are read of it.</param>
internal sealed class EventStream(Stream inner, long most) : BoundedStream(inner, most)
{
    // No error is longer.
    private const int MaxLine = 64 * 1024;

    private readonly byte[] _line = new byte[MaxLine];
    private readonly Heard? _heard = Heard.Now;
    private int _length;
    private bool _isLong;

    protected override void Look(ReadOnlySpan<byte> more)
    {
        for (int end; (end = more.IndexOfAny((byte)'\n', (byte)'\r')) >= 0; more = more[(end + 1)..])
        {
            Keep(more[..end]);
            See();
        }
        Keep(more);
    }

    private void Keep(ReadOnlySpan<byte> part)
    {
        _isLong |= part.Length > MaxLine - _length;
        if (_isLong) return;
        part.CopyTo(_line.AsSpan(_length));
        _length += part.Length;
    }

    private void See()
    {
        var line = _line.AsMemory(0, _length);
        var isData = line.Span.StartsWith("data:"u8);
        if (isData) _heard?.Event(line.Span["data:".Length..]);
        var mayTell = isData && !_isLong && line.Span.IndexOf("\"error\""u8) >= 0;
        (_length, _isLong) = (0, false);
        if (mayTell && ReportedError.In(line["data:".Length..]) is { } error) throw error;
    }
}
