namespace MiniRuntime.Mcp;

/// <summary>
/// What a server says, which may be as long as it likes, but for one message: the protocol's library keeps that in memory until it is
/// whole.
/// </summary>
/// <param name="inner">What is read.</param>
/// <param name="ends">What ends a message.</param>
/// <param name="most">Bytes that one may have.</param>
/// <param name="ended">Told how it ends, before its reader is: why it is not read on, or null where there is no more.</param>
internal sealed class BoundedStream(Stream inner, MessageEnd ends, long most, Func<IOException?, Task>? ended = null) : Stream
{
    /// <summary>Bytes that one message of a server may have: results of 50 MB are to be handled.</summary>
    public const int MaxMessage = 64 * 1024 * 1024;

    private long _length;
    private long _line;
    private byte _before;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <exception cref="MessageTooLongException">A message is too long.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await inner.ReadAsync(buffer, cancellationToken);
        Count(buffer.Span[..read]);
        var fault = _length > most ? new MessageTooLongException(most) : null;
        if (ended is not null && (fault is not null || (read == 0 && buffer.Length > 0))) await ended(fault);
        if (fault is null) return read;
        // Whoever reads may let go of this stream without a word, and a server that floods is not to be kept on the line.
        await inner.DisposeAsync();
        throw fault;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) inner.Dispose();
        base.Dispose(disposing);
    }

    private void Count(ReadOnlySpan<byte> read)
    {
        if (ends == MessageEnd.Stream) _length += read.Length;
        else foreach (var one in read) Count(one);
    }

    private void Count(byte one)
    {
        // What has been too long stays so, though it may end within what was read at once.
        if (_length > most) return;
        _length++;
        if (one is (byte)'\n' or (byte)'\r')
        {
            // \r\n ends one line, not two.
            if (one == '\n' && _before == '\r') _line = 0;
            else
            {
                if (ends == MessageEnd.Line || _line == 0) _length = 0;
                _line = 0;
            }
        }
        else _line++;
        _before = one;
    }
}

/// <summary>A server says too much in one message.</summary>
/// <param name="most">Bytes that one may have.</param>
internal sealed class MessageTooLongException(long most) : IOException($"It says more than {most / (1024 * 1024)} MiB in one message.");

/// <summary>What ends a message of a server.</summary>
internal enum MessageEnd
{
    /// <summary>The end of its line.</summary>
    Line,

    /// <summary>An empty line, as for events that a server sends.</summary>
    EmptyLine,

    /// <summary>The end of all that it says.</summary>
    Stream,
}
