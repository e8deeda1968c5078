using MiniRuntime.Core;

namespace MiniRuntime.Testing;

/// <summary>
/// Who sees to it that somebody drives the run: looks at it from time to time, starts processes, asks people, ends what hangs.
/// </summary>
internal sealed class Supervisor(ProcessSimulator simulator)
{
    // A process that has not come to its end by then hangs.
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(10);

    private int _looks;
    private long _seen = -1;
    private TimeSpan _interval;

    private Chance Chance => simulator.Chance;

    /// <summary>Looks now, or almost.</summary>
    public void LookSoon() => Look(Chance.Milliseconds(10, 2_000));

    /// <summary>Ends a process that does not come to its end.</summary>
    public void Watch(SimulatedProcess process) => simulator.Agenda.Add(_patience, () =>
    {
        if (process.IsDead || process.IsOver) return;
        process.Die("hangs, and is killed");
        LookSoon();
    });

    /// <summary>Has the run taken up, as somebody who knows that its time has come.</summary>
    public void TakeUp() => Drive(simulator.Store.State);

    private void Look(TimeSpan after)
    {
        var look = ++_looks;
        simulator.Agenda.Add(after, () =>
        {
            if (look != _looks || simulator.IsOver) return;
            Look();
            Look(_interval = Interval());
        });
    }

    // Less and less often, as long as nothing happens; and now and then nobody has the time.
    private TimeSpan Interval()
    {
        var events = simulator.Store.State?.Events ?? 0;
        var same = events == _seen;
        _seen = events;
        return !Chance.IsCalm && Chance.OneIn(25) ? TimeSpan.FromMinutes(Chance.Random.Next(20, 20_000))
            : !same ? Chance.Milliseconds(5_000, 30_000) : _interval < TimeSpan.FromDays(1) ? _interval * 2 : _interval;
    }

    private void Look()
    {
        var state = simulator.Store.State;
        Jump();
        var driver = simulator.Processes.LastOrDefault(static process => process is { Drives: true, IsDead: false, IsOver: false });
        if (state is not null && simulator.Agent.Pending(state) is { AskModel: null, ExecuteTool: null } asked)
        {
            if (!simulator.People.AreBusy) simulator.People.Ask(asked);
            // It waits, and whoever takes it up finds that it does, or that its time has come.
            else if (Chance.OneIn(4)) Drive(state);
        }
        // From outside, one that stands still looks like one that is dead.
        else if (driver is null || (driver.IsPaused && Chance.OneIn(2)) || Chance.Strike(ProcessTrouble.SecondDriver) is not null)
            Drive(state);
        else if (Chance.OneIn(2)) Disturb(driver);
    }

    private void Drive(State? state) => _ = simulator.Begin().DriveAsync(
        start: state is null || Chance.OneIn(3) && Chance.Strike(ProcessTrouble.StartedTwice) is not null);

    private void Disturb(SimulatedProcess driver)
    {
        switch (Chance.Strike(ProcessTrouble.Cancelled, ProcessTrouble.AskedToLeave, ProcessTrouble.AskedToLeave))
        {
            case ProcessTrouble.Cancelled when Chance.OneIn(2):
                simulator.Story.Add("somebody", "asks the store to cancel the run");
                _ = simulator.Store.Inner.AskToCancelAsync(simulator.Run.Id);
                break;
            case { } trouble:
                driver.Ask(trouble);
                break;
        }
    }

    private void Jump()
    {
        if (!Chance.OneIn(3) || Chance.Strike(ProcessTrouble.ClockJumps) is null) return;
        var process = simulator.Processes.LastOrDefault(static process => !process.IsDead && process.Clock.Slept == TimeSpan.Zero);
        var (who, clock) = process is null || Chance.OneIn(2) ? ("the store", simulator.Store.Clock) : (process.Name, process.Clock);
        var jump = Chance.Jump();
        clock.Wrong += jump;
        simulator.Story.Add(who, "has a clock that jumps by", jump);
    }
}
