namespace MiniRuntime.Testing;

/// <summary>What goes wrong with one piece of work that a simulated world was asked to do.</summary>
public enum Trouble
{
    /// <summary>It fails at once: a tool has an error, a model gives none or nonsense, a reviewer says no.</summary>
    Fails,

    /// <summary>It answers nothing, and is given up when its time is over.</summary>
    Hangs,

    /// <summary>It is given up when its time is over, and answers after that.</summary>
    AnswersLate,

    /// <summary>It answers, and the same answer comes in again.</summary>
    AnswersTwice,

    /// <summary>
    /// It answers nothing, and nobody gives it up: the process dies over it, or a deadline comes, or somebody cancels the run.
    /// </summary>
    NeverAnswers,
}
