using MiniRuntime.Core;
using MiniRuntime.Shell;
using ModelContextProtocol;

namespace MiniRuntime.Mcp;

/// <summary>
/// Passes a call's progress on to the client, in the order in which it is heard. What a server says without end must not pile up before a
/// client that is slow to read: of too much, the latest is left out.
/// </summary>
/// <param name="secrets">What is never passed on.</param>
/// <param name="tell">Tells the client; null where it does not want to know.</param>
internal sealed class ProgressTeller(Secrets secrets, Func<ProgressNotificationValue, Task>? tell)
{
    /// <summary>How many may wait for the client.</summary>
    public const int MostUntold = 100;

    /// <summary>How many characters of a message are passed on.</summary>
    public const int MaxMessage = 10_000;

    private readonly Lock _order = new();
    private Task _told = Task.CompletedTask;
    private int _untold;

    /// <summary>Passes this on, after what was heard before it.</summary>
    public void Tell(ProgressNotificationValue value)
    {
        if (tell is null || Volatile.Read(ref _untold) >= MostUntold) return;
        var message = value.Message is { } said ? Clean.Cap(secrets.Redact(Clean.Text(said)), MaxMessage) : null;
        var told = new ProgressNotificationValue { Progress = value.Progress, Total = value.Total, Message = message };
        lock (_order)
        {
            Interlocked.Increment(ref _untold);
            _told = TellAsync(_told, told);
        }
    }

    /// <summary>Comes to its end when all that is to be told was.</summary>
    public Task ToldAsync()
    {
        lock (_order) return _told;
    }

    private async Task TellAsync(Task before, ProgressNotificationValue value)
    {
        await before;
        try
        {
            await tell!(value);
        }
        catch (Exception e) when (e is IOException or InvalidOperationException or McpException)
        {
            // The client is gone, which is heard elsewhere.
        }
        finally
        {
            Interlocked.Decrement(ref _untold);
        }
    }
}
