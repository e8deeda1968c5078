namespace MiniRuntime.Testing;

/// <summary>What goes wrong with the processes that drive a run, with their store, and with whom they work for.</summary>
public enum ProcessTrouble
{
    /// <summary>A process dies: before, while or after the store, the model or a tool does what it asked for. Nobody hears of it.</summary>
    Crash,

    /// <summary>A process stands still, often for longer than its lease, and goes on as if nothing had been.</summary>
    Pause,

    /// <summary>As before, and what it measures time with stands still too: a machine that sleeps.</summary>
    Sleep,

    /// <summary>The store keeps an append, and its writer hears of a failure, or that somebody else wrote it, or nothing at all.</summary>
    AcknowledgementLost,

    /// <summary>Of an append only the first events are kept, and its writer dies.</summary>
    TornTail,

    /// <summary>An append comes in late: its writer is dead, or paused, or waits, and another one may have taken over.</summary>
    LateAppend,

    /// <summary>The store fails, says so, and has done nothing.</summary>
    StoreFails,

    /// <summary>A clock jumps, forwards or backwards: the store's, or a process's.</summary>
    ClockJumps,

    /// <summary>A second process begins to drive a run that is driven.</summary>
    SecondDriver,

    /// <summary>Somebody starts a run that exists.</summary>
    StartedTwice,

    /// <summary>A process is asked to leave its run as it is.</summary>
    AskedToLeave,

    /// <summary>The run is cancelled: by its process, or by way of the store.</summary>
    Cancelled,

    /// <summary>The model answers with nonsense, with nothing, or throws.</summary>
    ModelFails,

    /// <summary>The model does not answer.</summary>
    ModelHangs,

    /// <summary>A tool fails, or throws; then it may have done what it was asked for.</summary>
    ToolFails,

    /// <summary>A tool does not answer; it may do what it was asked for, now or later.</summary>
    ToolHangs,

    /// <summary>A tool's result comes in once more, by another way.</summary>
    ResultTwice,

    /// <summary>Two people answer at once, or one answers again.</summary>
    AnsweredTwice,

    /// <summary>A person answers late, or never.</summary>
    AnsweredLate,
}
