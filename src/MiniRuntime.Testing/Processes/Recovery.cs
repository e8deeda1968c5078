namespace MiniRuntime.Testing;

/// <summary>A way in which a run got over trouble.</summary>
public enum Recovery
{
    /// <summary>A call that was executing when its process died was taken up as in doubt.</summary>
    TakenUp,

    /// <summary>A call whose outcome was unknown was executed again: a read, a draft, or a write that honours the key.</summary>
    Repeated,

    /// <summary>A write whose outcome was unknown waited for a person, who settled it.</summary>
    Settled,

    /// <summary>A call that was approved once needed approval again before it was repeated.</summary>
    ApprovedAgain,

    /// <summary>A step that was kept in part was finished from what was kept.</summary>
    TailFinished,

    /// <summary>A process that held its lease too long found out, and stopped.</summary>
    Fenced,

    /// <summary>An append of a process that another one had replaced was refused.</summary>
    LateAppendRefused,

    /// <summary>Of two writers of the same events one lost.</summary>
    ConflictLost,

    /// <summary>A process that wanted a run which was driven was turned away.</summary>
    TurnedAway,

    /// <summary>Somebody whose answer was no longer open was told so.</summary>
    AnswerIgnored,

    /// <summary>A wait ended because its time was over.</summary>
    Expired,
}
