namespace MiniRuntime.Mcp;

/// <summary>A queue: who takes a place in it first comes first.</summary>
internal sealed class Places
{
    private readonly Lock _one = new();
    private Task _last = Task.CompletedTask;

    /// <summary>The next place. Whoever has it leaves it by disposing of it, whether their turn has come or not.</summary>
    public Place Take()
    {
        lock (_one)
        {
            var place = new Place(_last);
            _last = place.Left;
            return place;
        }
    }
}

/// <summary>A place in a queue.</summary>
/// <param name="before">Ends once all that were before have left.</param>
internal sealed class Place(Task before) : IDisposable
{
    private readonly TaskCompletionSource _left = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends once this place and all before it are left.</summary>
    public Task Left => _left.Task;

    /// <summary>Waits for the turn of whoever has it.</summary>
    public Task TurnAsync(CancellationToken cancel) => before.WaitAsync(cancel);

    public void Dispose() => before.ContinueWith(_ => _left.TrySetResult(), TaskScheduler.Default);
}
