using MiniRuntime.Core;
using MiniRuntime.Shell;

namespace MiniRuntime.Testing;

/// <summary>
/// A process with a real runtime in it. When it dies, what it waits for never comes: nothing is thrown, nothing is tidied up, and only what
/// it had sent off already can still arrive.
/// </summary>
internal sealed class SimulatedProcess
{
    private readonly ProcessSimulator _simulator;
    private readonly CancellationTokenSource _cancel = new();
    private readonly CancellationTokenSource _leave = new();
    private readonly AgentRuntime _runtime;

    public SimulatedProcess(ProcessSimulator simulator, int number)
    {
        (_simulator, Name, Clock) = (simulator, $"process {number}", new ProcessClock(simulator.Agenda, this));
        // Every other one has something to do before it does anything.
        var tools = simulator.Agent.Tools.Select(static (tool, i) => (tool.Name, IsPrepared: i % 2 == 1)).Aggregate(Toolbox.Empty,
            (box, tool) => tool.IsPrepared
                ? box.BindPrepared(tool.Name, (permit, _) => simulator.Outside.PrepareAsync(this, permit))
                : box.Bind(tool.Name, (permit, _) => simulator.Outside.ExecuteAsync(this, permit)));
        _runtime = new AgentRuntime(simulator.Agent, new ProposingModel(simulator, this), tools, new StoreConnection(simulator, this),
            new RuntimeOptions
            {
                Clock = Clock,
                Chance = simulator.Chance.Random.NextDouble,
                LeaseLasts = ProcessSimulator.LeaseLasts,
                ModelTimeout = TimeSpan.FromMinutes(1),
                Owner = Name,
                OwnThreads = false,
            });
    }

    /// <summary>What the story calls it.</summary>
    public string Name { get; }

    /// <summary>Its clocks.</summary>
    public ProcessClock Clock { get; }

    /// <summary>It does nothing any more, and what it waited for never comes.</summary>
    public bool IsDead { get; private set; }

    /// <summary>It has done what it was there for, or failed to, and has gone by itself.</summary>
    public bool IsOver { get; private set; }

    /// <summary>How often it heard from the store whether its lease is held.</summary>
    public int Renewals { get; set; }

    /// <summary>It stands still until then.</summary>
    public TimeSpan PausedUntil { get; private set; }

    /// <summary>It drives the run, or is about to.</summary>
    public bool Drives { get; private set; }

    /// <summary>It stands still.</summary>
    public bool IsPaused => PausedUntil > _simulator.Agenda.Now;

    /// <summary>Drives the run until it ends or waits, or the process does.</summary>
    public Task DriveAsync(bool start)
    {
        Drives = true;
        return LiveAsync(start ? "starts the run" : "takes the run up", async () => await (start
            ? _runtime.RunAsync(_simulator.Run, null, _cancel.Token, _leave.Token)
            : _runtime.ResumeAsync(_simulator.Run.Id, null, _cancel.Token, _leave.Token)));
    }

    /// <summary>Tells the run something.</summary>
    /// <returns>Whether the run was told, whatever it made of it; never, when the process dies over it.</returns>
    public async Task<bool> TellAsync(Input input)
    {
        var told = false;
        await LiveAsync("tells the run", async () =>
        {
            var (state, ignored) = await _runtime.TellAsync(_simulator.Run.Id, input);
            told = true;
            if (ignored is not null) _simulator.Count(Recovery.AnswerIgnored, this, $"is told that it does not count: {ignored}");
            return state;
        }, input);
        return told;
    }

    /// <summary>Ends it, from one moment to the next.</summary>
    public void Die(string why = "dies")
    {
        IsDead = true;
        _simulator.Story.Add(Name, why);
    }

    /// <summary>Ends it or stops it for a while, whichever trouble it is.</summary>
    public void Stop(ProcessTrouble trouble)
    {
        if (trouble == ProcessTrouble.Crash)
        {
            Die();
            return;
        }
        var time = _simulator.Chance.Long();
        PausedUntil = _simulator.Agenda.Now + time;
        // A machine that sleeps measures no time; the clock that tells the time has to be right then, or nothing is left to go by.
        if (trouble == ProcessTrouble.Sleep && Clock.Wrong == TimeSpan.Zero) Clock.Slept += time;
        _simulator.Story.Add(Name, trouble == ProcessTrouble.Sleep ? "sleeps for" : "stands still for", time);
    }

    /// <summary>Asks it to leave the run as it is, or to cancel it.</summary>
    public void Ask(ProcessTrouble what)
    {
        _simulator.Story.Add(Name, what == ProcessTrouble.Cancelled ? "is asked to cancel" : "is asked to leave");
        (what == ProcessTrouble.Cancelled ? _cancel : _leave).Cancel();
    }

    private async Task LiveAsync(string what, Func<Task<State>> live, object? detail = null)
    {
        _simulator.Story.Add(Name, what, detail);
        try
        {
            var state = await live();
            _simulator.Said(state);
            _simulator.Story.Add(Name, "ends; the run is", state.Phase.Name);
        }
        catch (LeaseLostException)
        {
            _simulator.Count(Recovery.Fenced, this, "finds that it is replaced, and stops");
        }
        catch (RunIsDrivenException)
        {
            // Nothing has changed: whoever sent it here tries again at a time of their own.
            _simulator.Count(Recovery.TurnedAway, this, "is turned away: the run is driven");
            IsOver = true;
            return;
        }
        catch (StoreException e)
        {
            _simulator.Story.Add(Name, "stops:", e.Message);
        }
        catch (Exception e)
        {
            _simulator.Break($"{Name} failed with what no store, model or tool gave it: {e}");
        }
        IsOver = true;
        _simulator.Supervisor.LookSoon();
    }
}
