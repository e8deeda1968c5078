using System.Reflection;

namespace MiniRuntime.Testing;

/// <summary>Something that every store of runs must do.</summary>
public sealed class StoreCheck
{
    private readonly MethodInfo _body;
    private readonly Func<Task<StoreTrial>> _begin;

    internal StoreCheck(MethodInfo body, string catches, Func<Task<StoreTrial>> begin) => (_body, Catches, _begin) = (body, catches, begin);

    /// <summary>The check, as a sentence.</summary>
    public string Name => _body.Name.Replace('_', ' ');

    /// <summary>What it would catch.</summary>
    public string Catches { get; }

    /// <summary>Tries a new store.</summary>
    /// <exception cref="StoreCheckException">The store does otherwise.</exception>
    public async Task VerifyAsync()
    {
        try
        {
            await using var trial = await _begin();
            await (Task)_body.Invoke(null, BindingFlags.DoNotWrapExceptions, null, [trial], null)!;
        }
        catch (Exception e)
        {
            throw new StoreCheckException(this, e);
        }
    }

    /// <summary>The check, as a sentence.</summary>
    public override string ToString() => Name;
}

/// <summary>A store does not do what it must. The message tells what.</summary>
public sealed class StoreCheckException(StoreCheck check, Exception what) : Exception(
    $"{check.Name}: not so.\n\nThis would catch {check.Catches}\n\nWhat is wrong: "
    + (what is BrokenExpectationException ? what.Message : $"{what.GetType().Name}: {what.Message}"), what);
