namespace MiniRuntime.Core;

// What the model sees: chosen once and traced by name (BuildContext), rendered from state and agent whenever it is needed (Render).
public sealed partial class Agent
{
    private ContextBuilt BuildContext(State state, Seq<Verdict>? verdicts)
    {
        var room = Context.MaxTokens is { } limit ? Math.Max(0, limit - Tokens(Fixed(state))) : long.MaxValue;
        // Memory gets half of the room at most: without the latest results a model only repeats itself.
        var memoryRoom = room == long.MaxValue ? room : room / 2;
        var (shown, omitted, used) = ChooseMemory(state, verdicts, memoryRoom);
        return new ContextBuilt(FirstTurn(state, room == long.MaxValue ? room : room - used), OfferedNames, shown, omitted);
    }

    private (Seq<string> Shown, Seq<Omission> Omitted, long Used) ChooseMemory(State state, Seq<Verdict>? verdicts, long room)
    {
        var (shown, omitted, used, judged) = (Seq<string>.Empty, Seq<Omission>.Empty, 0L, 0);
        foreach (var item in state.Run.Memory)
        {
            // Verdicts stand in the order of the memory, so one walk over both is enough.
            var verdict = judged < verdicts?.Count && verdicts[judged].Ref == item.Id ? verdicts[judged++].Decision : null;
            var tokens = room == long.MaxValue ? 0 : Tokens(item.Id + item.Scope.Name() + item.Text);
            OmissionReason? reason = !Context.Scopes.Contains(item.Scope) ? OmissionReason.OutOfScope
                : item.Expires is { } expires && (state.Spent.Now is not { } now || now >= expires) ? OmissionReason.Expired
                : verdict?.Deny is not null ? OmissionReason.Denied
                : used + tokens > room ? OmissionReason.OverBudget
                : null;
            if (reason is { } why) omitted = omitted.Add(new Omission(item.Id, why));
            else (shown, used) = (shown.Add(item.Id), used + tokens);
        }
        return (shown, omitted, used);
    }

    // Newest first, whole turns only, until the window or the room ends.
    private int FirstTurn(State state, long room)
    {
        var oldest = Math.Max(0, state.Turns.Count - Context.Window);
        if (room == long.MaxValue) return oldest;
        var first = state.Turns.Count;
        while (first > oldest && (room -= Tokens(state.Turns[first - 1])) >= 0) first--;
        return first;
    }

    private ContextPacket Render(State state, ContextBuilt built)
    {
        var tools = built.Tools == OfferedNames ? Offered : OfferedAmong(built.Tools);
        var memory = built.Memory.Count == state.Run.Memory.Count ? state.Run.Memory : Shown(state.Run.Memory, built.Memory).ToSeq();
        return new ContextPacket(state.RunId, state.Packets - 1, state.Spent.Steps, state.Run.Goal, state.Start.Budget.MaxSteps,
            state.Observations.Count, state.Turns.From(built.FirstTurn), built.FirstTurn, tools, memory, built.Omitted);
    }

    // Apart, so that the usual case, all of them, makes no closure.
    private Seq<Tool> OfferedAmong(Seq<string> names) => Offered.Where(tool => names.Contains(tool.Name)).ToSeq();

    // The items with these ids, which stand in the order of the memory.
    private static IEnumerable<MemoryItem> Shown(Seq<MemoryItem> memory, Seq<string> ids)
    {
        var next = 0;
        foreach (var item in memory)
        {
            if (next == ids.Count) yield break;
            if (item.Id != ids[next]) continue;
            yield return item;
            next++;
        }
    }

    private string Fixed(State state) => state.Run.Goal + state.Summary + string.Concat(Offered.Select(static tool =>
        tool.Name + tool.Description + (tool.InputSchema is { } schema ? CanonicalJson.Write(schema) : "")));

    private static long Tokens(Turn turn) => Tokens((turn.Raw ?? "") + (turn.Proposal?.ToString() ?? "") + turn.Result);

    private static long Tokens(string text) => (text.Length + 3L) / 4;
}
