using System.Globalization;
using MiniRuntime.Core;
using MiniRuntime.Shell;

namespace MiniRuntime.Cli;

/// <summary>What a run waits for a person to say: all that they need to see before they say it, and how to say it.</summary>
/// <param name="Kind"><c>approval</c>, <c>question</c> or <c>doubt</c>.</param>
/// <param name="Id">The id to name in the answer.</param>
/// <param name="Lines">What there is to see, a label and a text each.</param>
/// <param name="Answers">The commands that answer it.</param>
/// <param name="Document">The same for programs.</param>
internal sealed record Waiting(string Kind, string Id, IReadOnlyList<(string Label, string Text)> Lines, IReadOnlyList<string> Answers,
    JsonText Document)
{
    /// <summary>What the run waits for; null when no person owes it anything.</summary>
    public static Waiting? For(State state) =>
        state.Phase.AwaitingApproval is { } approval ? For(state, approval)
        : state.Phase.AwaitingReply is { } question ? For(state, question)
        : state.Phase.InDoubt is { } doubt ? For(state, doubt)
        : null;

    /// <summary>Shows it.</summary>
    public void Print(Page page)
    {
        foreach (var (label, text) in Lines) page.Uncut(label, text);
    }

    /// <summary>Shows it, and the commands that answer it.</summary>
    public void Print(Page page, OpenStore store)
    {
        Print(page);
        foreach (var answer in Answers) page.Uncut("", answer + store.Option, Page.Quiet);
    }

    private static Waiting For(State state, AwaitingApproval waiting)
    {
        var (call, request) = (waiting.Call, waiting.Request);
        var isOver = request.Expires < TimeProvider.System.GetUtcNow() || request.Expires < state.Spent.Now;
        return new Waiting("approval", request.Id,
            [
                isOver
                    ? ("expired", $"for approval of {call.Tool.Name}: approval_expired; nobody can give it any more, and the call is "
                        + "refused when the run is resumed")
                    : ("waiting", $"for approval of {call.Tool.Name}"),
                .. Described(call), ("reason", waiting.Reason), ("request", request.Id), ("hash", request.Hash),
                ("expires", request.Expires is { } expires ? Time(expires) : "at once: the run knows no time"),
                ("actor", $"{state.Run.Actor} (who may not approve it)"),
            ],
            isOver
                ? [$"miniruntime resume {state.RunId}"]
                : [$"miniruntime approve {request.Id} --as NAME", $"miniruntime reject {request.Id} --as NAME --reason \"…\""],
            Documented(state, "approval", request.Id,
            [
                .. Documented(call), ("reason", waiting.Reason), ("hash", request.Hash),
                ("expires", request.Expires is { } at ? Time(at) : null), ("expired", isOver),
            ]));
    }

    private static Waiting For(State state, AwaitingReply waiting) => new("question", waiting.Id,
        [("waiting", "for a reply"), ("question", waiting.Question.Question), ("id", waiting.Id)],
        [$"miniruntime answer {waiting.Id} \"…\""],
        Documented(state, "question", waiting.Id, [("question", waiting.Question.Question)]));

    /// <summary>What a person is asked about a call in doubt.</summary>
    public static Waiting For(State state, InDoubt doubt) => new("doubt", doubt.Call.Id,
        [
            ("waiting", $"for a person to find out whether {doubt.Call.Tool.Name} happened"), .. Described(doubt.Call), ("id", doubt.Call.Id),
        ],
        [
            $"miniruntime resolve {doubt.Call.Id} --happened RESULT", $"miniruntime resolve {doubt.Call.Id} --did-not-happen",
            $"miniruntime resolve {doubt.Call.Id} --abandon",
        ],
        Documented(state, "doubt", doubt.Call.Id, [.. Documented(doubt.Call)]));

    private static (string, string)[] Described(Call call) =>
    [
        ("tool", $"{call.Tool.Name} ({call.Tool.SideEffect.Name()}), version {call.Tool.Version}"),
        ("input", CanonicalJson.Write(call.Proposal.Input)),
    ];

    private static (string, JsonText?)[] Documented(Call call) =>
    [
        ("tool", call.Tool.Name), ("version", call.Tool.Version), ("sideEffect", call.Tool.SideEffect.Name()), ("input", call.Proposal.Input),
    ];

    private static JsonText Documented(State state, string kind, string id, (string, JsonText?)[] fields) =>
        Output.Fields([("runId", state.RunId), ("kind", kind), ("id", id), ("actor", state.Run.Actor), .. fields]);

    /// <summary>A time, as it is shown.</summary>
    public static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
