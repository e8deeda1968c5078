using System.Diagnostics;
using System.Text;
using System.Threading.Channels;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace MiniRuntime.Mcp;

/// <summary>
/// A server that is a process of its own, spoken to over its standard input and output. Neither what it says there in one line, nor what it
/// says on standard error, is kept without a bound.
/// </summary>
/// <param name="name">The server's name.</param>
/// <param name="start">How it is started: the command, and all of its environment.</param>
/// <param name="maxMessage">Bytes that one message of it may have.</param>
internal sealed class ProcessTransport(string name, ProcessStartInfo start, long maxMessage = BoundedStream.MaxMessage) : IClientTransport
{
    // So much of its standard error is told, in bytes.
    private const int MaxTail = 2000;

    // So long is waited for a process that was ended, or has closed its output.
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(2);

    private volatile string? _fault;

    public string Name => name;

    /// <summary>Why the connection has ended, where the server ended it.</summary>
    public string? Fault => _fault;

    public async Task<ITransport> ConnectAsync(CancellationToken cancellationToken = default)
    {
        (start.RedirectStandardInput, start.RedirectStandardOutput, start.RedirectStandardError) = (true, true, true);
        (start.UseShellExecute, start.CreateNoWindow) = (false, true);
        var process = new Process { StartInfo = start };
        try
        {
            process.Start();
            var tail = TailAsync(process.StandardError.BaseStream);
            var output = new BoundedStream(process.StandardOutput.BaseStream, MessageEnd.Line, maxMessage,
                e => EndAsync(process, tail, e));
            var streams = new StreamClientTransport(process.StandardInput.BaseStream, output);
            return new Connected(process, await streams.ConnectAsync(cancellationToken));
        }
        catch
        {
            Kill(process);
            process.Dispose();
            throw;
        }
    }

    // The reason is there before the connection has ended by it. Null: it has closed its output.
    private async Task EndAsync(Process process, Task<string> tail, IOException? e)
    {
        if (_fault is not null) return;
        if (e is not null)
        {
            _fault = $"{e.Message} It was ended.";
            Kill(process);
            return;
        }
        await Task.WhenAny(Task.WhenAll(process.WaitForExitAsync(), tail), Task.Delay(_patience));
        _fault = !HasExited(process) ? "It has closed its standard output."
            : $"Its process has ended, with exit code {process.ExitCode}."
                + (tail.IsCompletedSuccessfully && tail.Result.Length > 0 ? $" Its standard error ended with: {tail.Result}" : "");
    }

    // Read, so that it is not held up, and forgotten but for the end.
    private static async Task<string> TailAsync(Stream errors)
    {
        var (tail, buffer, isCut) = (new List<byte>(), new byte[4096], false);
        try
        {
            while (await errors.ReadAsync(buffer) is > 0 and var read)
            {
                tail.AddRange(buffer.AsSpan(0, read));
                if (tail.Count <= MaxTail) continue;
                tail.RemoveRange(0, tail.Count - MaxTail);
                isCut = true;
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The end of the connection.
        }
        // In whole lines: the rest of a secret would not be found.
        if (isCut) tail.RemoveRange(0, tail.IndexOf((byte)'\n') is >= 0 and var end ? end : tail.Count);
        return Encoding.UTF8.GetString(tail.ToArray()).Trim();
    }

    private static bool HasExited(Process process)
    {
        try
        {
            return process.HasExited;
        }
        catch (InvalidOperationException)
        {
            // It was let go in the meantime.
            return false;
        }
    }

    // With what it has started: not every program ends what it started.
    private static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (Exception e) when (e is InvalidOperationException or System.ComponentModel.Win32Exception or AggregateException)
        {
            // It has ended, or was never there.
        }
    }

    private sealed class Connected(Process process, ITransport inner) : ITransport
    {
        public string? SessionId => inner.SessionId;

        public ChannelReader<JsonRpcMessage> MessageReader => inner.MessageReader;

        public Task SendMessageAsync(JsonRpcMessage message, CancellationToken cancellationToken = default) =>
            inner.SendMessageAsync(message, cancellationToken);

        public async ValueTask DisposeAsync()
        {
            Kill(process);
            await inner.DisposeAsync();
            try
            {
                using var limit = new CancellationTokenSource(_patience);
                await process.WaitForExitAsync(limit.Token);
            }
            catch (Exception e) when (e is OperationCanceledException or InvalidOperationException)
            {
                // The system ends it when it can.
            }
            process.Dispose();
        }
    }
}
