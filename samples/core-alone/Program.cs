// MiniRuntime's core without its shell. The core decides; this file is the world: a model, a tool, a person, and a journal that is a list.
// Halfway through, the process "dies" in the middle of a refund. All that is left then is the journal, and that is enough.
using MiniRuntime.Core;

var agent = new Agent(
    tools:
    [
        new Tool("find_order", "Finds an order.", SideEffect.Read),
        new Tool("refund", "Pays an order back.", SideEffect.Write),
    ],
    budget: new Budget(maxSteps: 5),
    approvals: Approvals.On);
var journal = new List<TraceEvent>();
// The core has no clock. When something came in is data, and an approval without it would count as expired.
var (now, second) = (new DateTimeOffset(2026, 1, 5, 9, 0, 0, TimeSpan.Zero), TimeSpan.FromSeconds(1));

// Until something is executed that nobody will ever hear of.
var (state, effects) = agent.Start(new Run("ticket_7", "Refund order A-17.", actor: "ann"), new Stamp(now));
Keep(effects);
while (agent.Pending(state) is { } work && work.ExecuteTool?.Permit.Call.Tool.Name != "refund")
    (state, effects) = Answer(state, work);
Console.WriteLine("-- the process dies: a refund was handed out, and nobody knows what came of it");

// Another process. It has the journal, and folds it.
state = Agent.Fold(journal).State!;
(state, effects) = agent.Step(state, new Recovered(), new Stamp(now += second));
Keep(effects);
while (agent.Pending(state) is { } work) (state, effects) = Answer(state, work);
Console.WriteLine($"{state.Stopped!.Reason}: {state.Answer}");
Console.WriteLine($"The journal of {journal.Count} events folds to the same state: {Agent.Fold(journal).State == state}");

StepResult Answer(State at, Effect work)
{
    var result = agent.Step(at, World(work), new Stamp(now += second));
    Keep(result.Effects);
    return result;
}

// Work in, answer out. A case that is added to the core stops this from compiling, here, where it has to be thought about.
static Input World(Effect work) => work.Match(0,
    record: static (_, _) => throw new InvalidOperationException("To keep an event is no work: nobody waits for an answer."),
    askModel: static (_, ask) => Model(ask.Packet),
    executeTool: static (_, execute) => new ToolReport(execute.Permit.Call.Id, Execute(execute.Permit.Call.Proposal)),
    // Whoever approves is not the actor, and names the request and the hash of the call that they saw.
    askApproval: static Input (_, ask) => (PersonSaid)new Approve(ask.Request.Id, ask.Request.Hash, Reviewer: "bob"),
    askReply: static (_, ask) => (PersonSaid)new Reply(ask.QuestionId, "I do not know.", person: "ann"),
    // A write in doubt is never repeated by guess. Somebody looked at the bank's page: it happened.
    askResolution: static (_, ask) => (PersonSaid)new Resolve(ask.Call.Id, Resolution.Happened, Person: "bob", Data: "paid"));

static Decision Model(ContextPacket packet) => packet.Turns.Count switch
{
    0 => new CallTool("find_order", Json.Object.Of(("order", "A-17"))),
    1 => new CallTool("refund", Json.Object.Of(("order", "A-17"), ("amount", 80))),
    _ => new Answer($"Refunded: {packet.Turns[^1].Result!.Ok!.Data}"),
};

static ToolResult Execute(CallTool call) => call.Name == "find_order"
    ? new Ok(Json.Object.Of(("order", "A-17"), ("paid", 80)))
    : new Error("not connected");

void Keep(Seq<Effect> effects)
{
    foreach (var effect in effects)
        if (effect.Record is { } record)
        {
            journal.Add(record.Event);
            Console.WriteLine($"{record.Event.Sequence,2} {Words(record.Event.Fact)}");
        }
}

static string Words(Fact fact) => fact.Match(0,
    runStarted: static (_, started) => $"started     {started.Run.Goal}",
    contextBuilt: static (_, built) => $"context     tools {built.Tools}",
    accepted: static (_, accepted) => $"came in     {accepted.Input.Kind}",
    ignored: static (_, ignored) => $"ignored     {ignored.Reason}",
    callRefused: static (_, refused) => $"refused     {refused.Tool}: {refused.Reason}",
    callJudged: static (_, judged) => $"policy      {judged.Tool.Name}: {judged.Verdict.Status}",
    callAuthorized: static (_, permit) => $"permit      {permit.CallId}",
    otherJudged: static (_, judged) => $"policy      {judged.Action}",
    stopped: static (_, stopped) => $"stopped     {stopped.Reason}");
