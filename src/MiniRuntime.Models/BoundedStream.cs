using MiniRuntime.Shell;

namespace MiniRuntime.Models;

/// <summary>What an endpoint sends, read up to a limit.</summary>
/// <param name="inner">The stream.</param>
/// <param name="most">How many bytes are read of it.</param>
internal class BoundedStream(Stream inner, long most) : Stream
{
    private long _read;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var length = await inner.ReadAsync(buffer, cancellationToken);
        return Came(buffer.Span[..length]);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => Came(buffer.AsSpan(offset, inner.Read(buffer, offset, count)));

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <summary>More came.</summary>
    protected virtual void Look(ReadOnlySpan<byte> more)
    {
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) inner.Dispose();
        base.Dispose(disposing);
    }

    private int Came(ReadOnlySpan<byte> more)
    {
        if ((_read += more.Length) > most)
            throw new ModelFailedException($"The endpoint's answer is longer than {most / (1024 * 1024)} MiB; it was dropped.");
        Look(more);
        return more.Length;
    }
}
