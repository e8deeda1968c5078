using System.Text;

namespace MiniRuntime.Properties;

public sealed class Distribution
{
    private static readonly string[] Phases = ["thinking", "awaiting_approval", "awaiting_reply", "executing", "in_doubt", "stopped"];

    private static readonly string[] Inputs =
    [
        "answer", "tool", "ask_human", "stop", "invalid_decision", "model_failure", "tool_result", "approve", "reject", "reply", "resolve",
        "recovered", "tick", "cancel", "decisions",
    ];

    // Would catch: laws that hold because nothing happens. FsCheck does not say what its generators never make, so this test does: with a
    // fixed seed, each input meets each phase where a run can rest, and everything that can come out does, often enough.
    [Fact]
    public void Everything_that_can_happen_happens_often_enough()
    {
        var counts = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var journey in Gen.Sample(Arbitraries.Journey().Generator, 4000, new Rnd(20300101, 7), 50)) Count(journey, counts);
        var wanted = new List<(string What, int Least)>();
        foreach (var input in Inputs) wanted.AddRange(Phases.Select(phase => ($"{input} in {phase}", 12)));
        wanted.AddRange(new[]
        {
            "answer in thinking", "tool in thinking", "ask_human in thinking", "stop in thinking", "invalid_decision in thinking",
            "model_failure in thinking", "tool_result in executing", "approve in awaiting_approval", "reject in awaiting_approval",
            "reply in awaiting_reply", "resolve in in_doubt", "recovered in executing", "tick in thinking", "tick in awaiting_approval",
            "tick in awaiting_reply", "decisions in thinking",
        }.Select(what => ($"{what}, accepted", 12)));
        wanted.AddRange(Phases.SkipLast(1).Select(phase => ($"cancel in {phase}, accepted", 12)));
        wanted.AddRange(new[] { "Record", "AskModel", "ExecuteTool", "AskApproval", "AskReply", "AskResolution" }
            .Select(what => ($"effect {what}", 300)));
        wanted.AddRange(new[]
        {
            "RunStarted", "ContextBuilt", "Accepted", "Ignored", "CallRefused", "CallJudged", "CallAuthorized", "OtherJudged", "Stopped",
        }.Select(what => ($"fact {what}", 250)));
        wanted.AddRange(Enum.GetValues<StopReason>().Select(reason => ($"stop {reason}", 50)));
        wanted.AddRange(new[] { "result ok", "result refused", "result error", "result lost" }.Select(what => (what, 100)));
        wanted.AddRange(new[] { "verdict allow", "verdict approval_required", "verdict deny", "repeated call", "edited call", "queued proposal" }
            .Select(what => (what, 100)));
        wanted.AddRange(new[] { "Answer", "MemoryRead" }.SelectMany(what => new[] { ($"{what} allow", 20), ($"{what} deny", 20) }));
        wanted.AddRange(new[] { ("Answer of a run with labels", 100), ("MemoryRead judged by the labels of the run", 12) });
        wanted.AddRange(Enum.GetValues<OmissionReason>().Select(reason => ($"omitted {reason}", 50)));
        var missing = wanted.Where(want => counts.GetValueOrDefault(want.What) < want.Least).ToList();
        Assert.True(missing.Count == 0, Table(missing, counts));
    }

    private static void Count(Journey journey, SortedDictionary<string, int> counts)
    {
        foreach (var leg in journey.Walk().Legs)
        {
            if (leg.Input is { } input)
            {
                var what = $"{Name(input)} in {leg.Before!.Phase.Name}";
                One(what);
                One($"{what}, {(leg.Ignored is null ? "accepted" : "ignored")}");
                if (leg.Ignored is null && input.ToolReport is { } report) One($"result {report.Result.Status}");
                if (leg.Ignored is null && input.PersonSaid?.Approve?.EditedInput is not null) One("edited call");
            }
            foreach (var effect in leg.Result.Effects) One($"effect {effect.Value.GetType().Name}");
            foreach (var fact in leg.Events.Select(traced => traced.Fact))
            {
                One($"fact {fact.Value.GetType().Name}");
                if (fact.Stopped is { } stopped) One($"stop {stopped.Reason}");
                if (fact.CallJudged is { } judged) One($"verdict {judged.Verdict.Status}");
                if (fact.CallAuthorized is { Attempt: > 1 }) One("repeated call");
                if (fact.Accepted is { Queued: true }) One("queued proposal");
                if (fact.Accepted?.Input.Decision?.Answer is not null && leg.Before!.Labels.Count > 0) One("Answer of a run with labels");
                if (fact.OtherJudged is { } other) Count(journey, leg.Before ?? leg.After, other, One);
                foreach (var omission in fact.ContextBuilt?.Omitted ?? []) One($"omitted {omission.Reason}");
            }
        }

        void One(string what) => counts[what] = counts.GetValueOrDefault(what) + 1;
    }

    // What is judged beside calls, and how often the verdict hangs on what the run, and not the item itself, has picked up.
    private static void Count(Journey journey, State before, OtherJudged other, Action<string> one)
    {
        foreach (var (id, verdict) in other.Verdicts)
        {
            one($"{other.Action} {verdict.Status}");
            if (journey.Run.Memory.FirstOrDefault(item => item.Id == id) is not { } item) continue;
            var alone = Asked.OfMemory(journey, before, item) with { Labels = item.Labels };
            if (journey.Setup.Policy.Judge(alone) != verdict) one($"{other.Action} judged by the labels of the run");
        }
    }

    private static string Name(Input input) => input.PersonSaid?.Match(0,
        approve: static (_, _) => "approve", reject: static (_, _) => "reject", reply: static (_, _) => "reply",
        resolve: static (_, _) => "resolve") ?? input.Kind;

    private static string Table(List<(string What, int Least)> missing, SortedDictionary<string, int> counts)
    {
        var text = new StringBuilder("Too rare:\n");
        foreach (var (what, least) in missing) text.AppendLine($"  {what}: {counts.GetValueOrDefault(what)}, wanted {least}");
        text.AppendLine("All:");
        foreach (var (what, count) in counts) text.AppendLine($"  {what}: {count}");
        return text.ToString();
    }
}
