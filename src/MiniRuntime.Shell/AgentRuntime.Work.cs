using System.Text.Json;
using MiniRuntime.Core;

namespace MiniRuntime.Shell;

// The work that a run owes, done: a model is asked, a tool executes, each within its limit and under the lease; and what comes of it, whatever
// that is, becomes an input.
public sealed partial class AgentRuntime
{
    // What a timer can wait: a millisecond to some 49 days. Whoever grants less or more grants that. (Less would be no waiting at all.)
    private static readonly TimeSpan _shortest = TimeSpan.FromMilliseconds(1), _longest = TimeSpan.FromMilliseconds(uint.MaxValue - 1);

    // Null: a person is asked, and the run waits; or it is left.
    private ValueTask<Arrival?> PerformAsync(State state, Effect work, HeldLease held) => held.IsCancelled
        ? new ValueTask<Arrival?>(Arrived(new Cancel()))
        : work.Match(
            (runtime: this, state, held),
            record: static (_, _) => Waiting,
            askModel: static (at, ask) => at.runtime.AskAsync(ask.Packet, at.held),
            executeTool: static (at, execute) => at.runtime.ExecuteAsync(at.state, execute.Permit, at.held),
            askApproval: static (_, _) => Waiting,
            askReply: static (_, _) => Waiting,
            askResolution: static (_, _) => Waiting);

    private static ValueTask<Arrival?> Waiting => new((Arrival?)null);

    private async ValueTask<Arrival?> AskAsync(ContextPacket packet, HeldLease held)
    {
        var once = new Once();
        try
        {
            var reply = await LimitAsync(static (ask, token) => ask._model.ProposeAsync(ask.packet, token), (_model, packet), null, held,
                once, _options.ModelTimeout, held.EndsOthers);
            if (reply is null) return Arrived(new ModelFailure("The model returned nothing."));
            return Arrived(_schemas.Checked(_options.Secrets.Redact(reply.Input)), reply.Tokens, reply.Cost);
        }
        catch (Exception) when (held.EndsOthers.IsCancellationRequested)
        {
            return GivenUp(held);
        }
        catch (StoreException) when (once.GiveUp())
        {
            throw;
        }
        catch (Exception e) when (e is FormatException or JsonException)
        {
            return Charged(new InvalidDecision(Clean.Message(e)), packet);
        }
        catch (ModelFailedException e)
        {
            return Charged(new ModelFailure(Clean.Cap(Clean.Text(e.Message), 1000)), packet);
        }
        catch (Exception e) when (e is ModelUnavailableException or TimeoutException)
        {
            var unavailable = e as ModelUnavailableException ?? new ModelUnavailableException(Clean.Message(e));
            return Charged(new ModelFailure(Clean.Cap(Clean.Text(unavailable.Message), 1000)), packet) with { Unavailable = unavailable };
        }
        catch (Exception e)
        {
            return Charged(new ModelFailure(Clean.Message(e)), packet);
        }
    }

    // No answer, and what it has cost all the same.
    private Arrival Charged(Input trouble, ContextPacket packet)
    {
        try
        {
            var (tokens, cost) = _model.UsedFor(packet);
            return Arrived(trouble, Math.Max(tokens, 0), Math.Max(cost, 0));
        }
        catch (Exception)
        {
            // A model that cannot even say that has no say in what becomes of the run.
            return Arrived(trouble);
        }
    }

    private async ValueTask<Arrival?> ExecuteAsync(State state, AuthorizedCall permit, HeldLease held)
    {
        var (call, isWrite, once) = (permit.Call, permit.Call.Tool.SideEffect == SideEffect.Write, new Once());
        if (permit.RunId != state.RunId || permit.AgentHash != _agent.Hash)
            return Reported(new Error("The permit is for another run or from another agent."));
        var ends = isWrite ? held.EndsWrites : held.EndsOthers;
        try
        {
            var ((preparation, function), limit) = _tools[call.Tool.Name];
            var result = await LimitAsync(static (execute, token) => execute.Function(execute.permit, token),
                (Function: function!, permit), preparation is null ? null : async (execute, token) =>
                    (await preparation(permit, token) ?? throw new InvalidOperationException("It prepared nothing to do."), permit),
                held, once, limit, ends);
            // Redacted while it is whole: what is cut off could begin with a part of a secret.
            return Reported(Bounded.Of(_options.Secrets.Redact(result ?? Unknown("The tool returned nothing.")), _options.MaxResult));
        }
        catch (Exception) when (ends.IsCancellationRequested && (!isWrite || held.IsLost || once.GiveUp()))
        {
            return GivenUp(held);
        }
        catch (StoreException) when (once.GiveUp())
        {
            throw;
        }
        catch (Exception e)
        {
            // What was only prepared has not happened; of a repetition, an attempt before it may have.
            return Reported(once.GiveUp() && call.Attempts == 1 ? new Error(Clean.Message(e)) : Unknown(Clean.Message(e)));
        }

        Arrival Reported(ToolResult result) => Arrived(new ToolReport(call.Id, result, attempt: call.Attempts));

        // A read or a draft that fails has not happened, as far as anyone is concerned. A write may have.
        ToolResult Unknown(string reason) => isWrite ? new Lost(reason) : new Error(reason);
    }

    // What ended the work: the run is cancelled; or left, and then nothing has come in.
    private Arrival? GivenUp(HeldLease held) => held.IsLost ? throw new LeaseLostException(held.Lease)
        : held.IsCancelled ? Arrived(new Cancel())
        : null;

    // With a limit of its own and, unless the options say otherwise, beside the thread that drives the run: code that blocks, or does not
    // look at its token, does not hold up the run.
    private async ValueTask<T> LimitAsync<TWith, T>(Func<TWith, CancellationToken, Task<T>> work, TWith with,
        Func<TWith, CancellationToken, Task<TWith>>? prepare, HeldLease held, Once once, TimeSpan limit, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        limit = TimeSpan.FromTicks(Math.Clamp(limit.Ticks, _shortest.Ticks, _longest.Ticks));
        var source = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var running = BeginAsync(work, with, prepare, held, once, source.Token);
        try
        {
            // Its time begins when it does: what still waits for a thread gets all of it.
            if (!running.IsCompleted) await Task.WhenAny(running, once.UnderWay).WaitAsync(cancel);
            return await running.WaitAsync(limit, _options.Clock, cancel);
        }
        catch (TimeoutException) when (!running.IsCompleted)
        {
            throw new TimeoutException($"No answer within {limit.TotalSeconds:0.###} s.");
        }
        finally
        {
            // Work that goes on is told to give up. Nobody waits for that: what a tool does when it is told must not hold up the run
            // either.
            if (running.IsCompleted) source.Dispose();
            else _ = source.CancelAsync().ContinueWith(_ => source.Dispose(), TaskScheduler.Default);
        }
    }

    // Right before it begins, and wherever it waited until then, it is made sure that the run is still this driver's.
    private async Task<T> BeginAsync<TWith, T>(Func<TWith, CancellationToken, Task<T>> work, TWith with,
        Func<TWith, CancellationToken, Task<TWith>>? prepare, HeldLease held, Once once, CancellationToken cancel)
    {
        if (_options.OwnThreads) await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        await held.AssertAsync();
        cancel.ThrowIfCancellationRequested();
        if (prepare is not null)
        {
            once.Prepare();
            with = await prepare(with, cancel);
            await held.ConfirmAsync();
            cancel.ThrowIfCancellationRequested();
        }
        if (!once.Begin()) throw new OperationCanceledException("It was given up before it began.");
        return await work(with, cancel);
    }
}
