namespace MiniRuntime.Core;

// What the model sees: chosen once and traced by name (BuildContext), rendered from state and agent whenever it is needed (Render).
public sealed partial class Agent
{
    private ContextBuilt BuildContext(State state, Seq<Verdict>? verdicts)
    {
        var always = ContextPacket.Tokens(_offeredLength + state.Run.Goal.Length + state.Summary.Length);
        var room = Context.MaxTokens is { } limit ? Math.Max(0, limit - always) : long.MaxValue;
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
            var tokens = room == long.MaxValue ? 0
                : ContextPacket.Tokens(0L + item.Id.Length + item.Scope.Name().Length + item.Text.Length);
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

    // As many of the latest turns, whole ones only, as the window and the room hold.
    private int FirstTurn(State state, long room)
    {
        var (first, end) = (Math.Max(0, state.Turns.Count - Context.Window), state.Turns.Count);
        if (room == long.MaxValue) return first;
        while (first < end)
        {
            var middle = (first + end) / 2;
            if (state.TokensFrom(middle) <= room) end = middle;
            else first = middle + 1;
        }
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
}
