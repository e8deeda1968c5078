using MiniRuntime.Core;

namespace MiniRuntime.Testing;

/// <summary>
/// What the world does next, as symbols ("answer what is pending with this") that become an input only against a state. So a shorter or
/// simpler list of moves is still a sensible story, and shrinking works.
/// </summary>
/// <param name="When">When it comes, and what it costs.</param>
public abstract record Move(Moment When)
{
    /// <summary>The input that this move is, here and now. Null for a crash, which is no input.</summary>
    internal abstract Input? Against(View view);

    /// <summary>The move in a line.</summary>
    public sealed override string ToString() => $"{GetType().Name} {{ {Describe()} }} {When}";

    private protected virtual string Describe() => "";
}

/// <summary>What a move can see: the state, what came in before, and the last request that a person was asked.</summary>
internal sealed record View(State State, IReadOnlyList<Input> Past, ApprovalRequest? LastRequest)
{
    /// <summary>The id of the call or question that is open, or else of the latest one.</summary>
    public string OpenId =>
        State.Phase.Call?.Id ?? State.Phase.AwaitingReply?.Id ?? $"{State.RunId}:{Math.Max(0, State.Spent.Steps - 1)}";

    /// <summary>The attempt of the open call; 1 where none is executing.</summary>
    public int OpenAttempt => State.Phase.Executing?.Call.Attempts ?? 1;

    public string IdFor(Aim aim) => aim switch
    {
        Aim.Early => $"{State.RunId}:0",
        Aim.Unknown => "nobody:7",
        _ => OpenId,
    };
}

/// <summary>At what a move is aimed: right at what is pending, or beside it in one of the ways that the core must tell apart.</summary>
internal enum Aim
{
    Right,
    Early,
    Unknown,
    EarlierAttempt,
    WrongHash,
    Actor,
    ActorDisguised,
    Blank,
}

/// <summary>When something comes in, seen from the run, and what it costs.</summary>
/// <param name="After">After the latest time that the run knows; before it when negative; null for an arrival without a time.</param>
/// <param name="Tokens">Model tokens that it costs.</param>
/// <param name="Cost">Money that it costs.</param>
public sealed record Moment(TimeSpan? After, long Tokens, decimal Cost)
{
    /// <summary>When runs begin.</summary>
    public static readonly DateTimeOffset Epoch = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);

    /// <summary>A second later, for nothing.</summary>
    public static Moment Plain { get; } = new(TimeSpan.FromSeconds(1), 0, 0);

    /// <summary>The stamp, for a run whose latest known time is this.</summary>
    public Stamp At(DateTimeOffset? now)
    {
        if (After is not { } after) return new Stamp(null, Tokens, Cost);
        var from = now ?? Epoch;
        var room = after >= TimeSpan.Zero ? DateTimeOffset.MaxValue - from : from - DateTimeOffset.MinValue;
        var edge = after > TimeSpan.Zero ? DateTimeOffset.MaxValue : DateTimeOffset.MinValue;
        return new Stamp(after.Duration() <= room ? from + after : edge, Tokens, Cost);
    }

    /// <summary>Nothing, when it is as usual.</summary>
    public override string ToString() => this == Plain ? "" : $"(after {After}, {Tokens} tokens, cost {Cost})";
}

/// <summary>Whatever is pending, answered: the move that gets a run somewhere.</summary>
internal sealed record Answering(Moment When, Decision Decision, ToolResult Result, Seq<string> Labels, Review Review, Resolution Outcome,
    Json.Object Data) : Move(When)
{
    /// <summary>What the model proposes in the same answer, beside the decision: decisions or unusable ones.</summary>
    public Seq<Input> More { get; init; } = [];

    internal override Input? Against(View view) => view.State.Phase switch
    {
        { Executing: not null } => new ToolReport(view.OpenId, Result, Labels, view.OpenAttempt),
        { AwaitingApproval: not null } => Review switch
        {
            Review.Reject => new Rejecting(When, Aim.Right).Against(view),
            Review.Edit => new Approving(When, Aim.Right, Data).Against(view),
            _ => new Approving(When, Aim.Right, null).Against(view),
        },
        { InDoubt: not null } => new Resolving(When, Aim.Right, Outcome, Data).Against(view),
        { AwaitingReply: not null } => (PersonSaid)new Reply(view.OpenId, "yes", Reviewers.Name, Labels),
        _ when More.Count == 0 => Offered(view.State.Phase.Thinking),
        _ => More.Aggregate(new Decisions(Offered(view.State.Phase.Thinking)), static (all, next) =>
            next.InvalidDecision is { } invalid ? all.Then(invalid) : all.Then(next.Decision!)),
    };

    // A model mostly calls what it is offered: a name from the pool that is not on offer stands for one that is.
    private Decision Offered(Thinking? thinking) =>
        Decision.CallTool is { } call && Array.IndexOf(Vocabulary.Any.Tools, call.Name) is >= 0 and var i
        && thinking?.Context.Tools is { Count: > 0 } offered && !offered.Contains(call.Name)
            ? new CallTool(offered[i % offered.Count], call.Input)
            : Decision;

    private protected override string Describe() => $"{Decision} {More} / {Result} {Labels} / {Review} / {Outcome} {Data}";
}

/// <summary>How a reviewer takes a request.</summary>
internal enum Review
{
    Approve,
    Edit,
    Reject,
}

internal sealed record Saying(Moment When, Input Input) : Move(When)
{
    internal override Input? Against(View view) => Input;

    private protected override string Describe() => $"{Input}";
}

internal sealed record Reporting(Moment When, Aim Aim, ToolResult Result, Seq<string> Labels) : Move(When)
{
    internal override Input? Against(View view) => new ToolReport(view.IdFor(Aim), Result, Labels,
        Aim == Aim.EarlierAttempt ? Math.Max(1, view.OpenAttempt - 1) : view.OpenAttempt);

    private protected override string Describe() => $"{Aim} {Result} {Labels}";
}

internal sealed record Approving(Moment When, Aim Aim, Json.Object? Edit) : Move(When)
{
    internal override Input? Against(View view)
    {
        var (id, reviewer) = Reviewers.Of(view, Aim);
        var hash = (view.State.Phase.AwaitingApproval?.Request ?? view.LastRequest)?.Hash;
        return (PersonSaid)new Approve(id, Aim == Aim.WrongHash || hash is null ? new string('0', 64) : hash, reviewer, Edit);
    }

    private protected override string Describe() => $"{Aim} {Edit}";
}

internal sealed record Rejecting(Moment When, Aim Aim) : Move(When)
{
    internal override Input? Against(View view)
    {
        var (id, reviewer) = Reviewers.Of(view, Aim);
        return (PersonSaid)new Reject(id, reviewer, "no");
    }

    private protected override string Describe() => $"{Aim}";
}

internal sealed record Replying(Moment When, Aim Aim, string Text, Seq<string> Labels) : Move(When)
{
    internal override Input? Against(View view) => (PersonSaid)new Reply(view.IdFor(Aim), Text, Reviewers.Of(view, Aim).Reviewer, Labels);

    private protected override string Describe() => $"{Aim} {Text} {Labels}";
}

internal sealed record Resolving(Moment When, Aim Aim, Resolution Outcome, Json? Data) : Move(When)
{
    internal override Input? Against(View view) =>
        (PersonSaid)new Resolve(view.IdFor(Aim), Outcome, Reviewers.Of(view, Aim).Reviewer, Data);

    private protected override string Describe() => $"{Aim} {Outcome} {Data}";
}

/// <summary>Something that came in already comes in again.</summary>
internal sealed record Repeating(Moment When, int Back) : Move(When)
{
    internal override Input? Against(View view) => Back < view.Past.Count ? view.Past[view.Past.Count - 1 - Back] : new Tick();

    private protected override string Describe() => $"{Back} back";
}

/// <summary>
/// The process dies, and the run is taken up from its journal, perhaps by another agent. Lost is how many of the last step's events had not
/// been kept yet: the work that follows them cannot have begun then.
/// </summary>
internal sealed record Crash(int Lost, int Successor) : Move(Moment.Plain)
{
    internal override Input? Against(View view) => null;

    private protected override string Describe() => $"{Lost} events lost, then agent {Successor}";
}

internal static class Reviewers
{
    /// <summary>Who reviews, when nothing is amiss: never a run's actor.</summary>
    public const string Name = "carol";

    public static (string RequestId, string Reviewer) Of(View view, Aim aim)
    {
        var request = view.State.Phase.AwaitingApproval?.Request ?? view.LastRequest;
        var actor = view.State.Run.Actor ?? "nobody";
        var reviewer = aim switch
        {
            Aim.Actor => actor,
            Aim.ActorDisguised => Disguises(actor)[view.State.Events % 5],
            Aim.Blank => " ",
            _ => Name,
        };
        return (aim switch { Aim.Early => $"{view.State.RunId}:0#3", Aim.Unknown => "nobody:7#7", _ => request?.Id ?? "none" }, reviewer);
    }

    /// <summary>The same name to whoever reads it, in other characters.</summary>
    public static string[] Disguises(string name) =>
    [
        string.Concat(name.Select(static c => char.IsUpper(c) ? char.ToLowerInvariant(c) : char.ToUpperInvariant(c))),
        $" {name}\u200B",
        $"\u202D{name}\u202C\0",
        string.Concat(name.Select(static c => c is > ' ' and <= '~' ? (char)(c - '!' + '\uFF01') : c)),
        name.Replace("e", "e\u0301", StringComparison.Ordinal) + "\uFE0F",
    ];
}
