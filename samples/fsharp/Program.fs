// MiniRuntime's core from F#: the core decides, as a pure function, and a world answers. Here the world is a pure function too, so a whole
// governed run is one fold over agent.Step.
module GovernedRun

open MiniRuntime.Core

// The core's unions as active patterns. Match takes one function per case: a case that is added to the core stops this file from
// compiling at the place where it has to be thought about, and the compiler knows that each pattern is complete.
let (|Keep|Ask|Execute|WaitForPerson|) (effect: Effect) =
    effect.Match(
        (fun record -> Keep record.Event),
        (fun ask -> Ask ask.Packet),
        (fun execute -> Execute execute.Permit.Call),
        (fun approval -> WaitForPerson $"May {approval.Call.Proposal.Name} run?"),
        (fun reply -> WaitForPerson reply.Question),
        (fun doubt -> WaitForPerson $"Did {doubt.Call.Proposal.Name} happen?"))

let (|Answers|Calls|AsksSomebody|Stops|) (decision: Decision) =
    decision.Match((fun a -> Answers a.Text), (fun c -> Calls c), (fun h -> AsksSomebody h.Question), (fun s -> Stops s.Reason))
let (|Gave|Failed|) (result: ToolResult) =
    result.Match((fun ok -> Gave ok.Data), (fun r -> Failed r.Reason), (fun e -> Failed e.Reason), (fun lost -> Failed lost.Reason))

// C# turns a case into its union by itself (an implicit conversion). In F# the types around `into` say which union is meant.
let inline into (case: ^case) : ^union = ((^case or ^union): (static member op_Implicit: ^case -> ^union) case)
let json fields = Json.Object [ for name, value in fields -> Json.Field(name, Json.String value) ]

// The agent: two tools, which are descriptions and hold no code. The default policy allows what only reads; a write needs a person.
let agent =
    Agent([ Tool("find_order", "Finds an order.", SideEffect.Read); Tool("refund", "Pays an order back.", SideEffect.Write) ],
          Budget(maxSteps = 4))

// Three models. A model sees a packet and proposes; it has no other power.
let careful (packet: ContextPacket) : Decision =
    match Seq.tryLast packet.Turns |> Option.map _.Result with
    | None -> into (CallTool("find_order", json [ "order", "A-17" ]))
    | Some(Gave data) -> into (Answer $"This is your order: {data}")
    | Some(Failed _) -> into (Stop StopReason.ToolFailure)

let generous (_: ContextPacket) : Decision = into (CallTool("refund", json [ "order", "A-17" ]))
let inventive (_: ContextPacket) : Decision = into (CallTool("delete_customer", json [ "name", "Ada" ]))

// The world: work in, answer out. It holds the tools' code. Work to execute gets here only with a permit, and only the gate makes those.
let world model work : Input =
    match work with
    | Ask packet -> into (model packet: Decision)
    | Execute call when call.Tool.Name = "find_order" ->
        into (ToolReport(call.Id, into (Ok(json [ "order", "A-17"; "status", "delivered" ]))))
    | Execute call -> into (ToolReport(call.Id, into (Error "not connected")))
    | WaitForPerson _ // this agent has nobody to ask, so these two are never pending; to end the run is safe whatever happens
    | Keep _ -> into (Cancel())

// The run: whatever is pending is answered, until nothing is. State and trace are all that is carried along.
let rec follow world trace (result: StepResult) =
    let trace = (trace, result.Effects) ||> Seq.fold (fun kept effect -> match effect with Keep event -> event :: kept | _ -> kept)
    match agent.Pending result.State with
    | null -> result.State, List.rev trace
    | work -> agent.Step(result.State, world work) |> follow world trace

let say (input: Input) =
    match input.Value with
    | :? Decision as Answers text -> $"decision         answer: {text}"
    | :? Decision as Calls call -> $"decision         call {call.Name} {call.Input}"
    | :? Decision as AsksSomebody question -> $"decision         ask: {question}"
    | :? Decision as Stops reason -> $"decision         stop: {reason.Name()}"
    | :? ToolReport as report -> $"tool_result      {report.Result.Status}"
    | other -> $"{other}"

let describe (fact: Fact) =
    fact.Match(
        (fun started -> $"run_started      {started.Run.Goal}"),
        (fun built -> $"context_built    {built.Tools}"),
        (fun accepted -> say accepted.Input),
        (fun ignored -> $"ignored          {ignored.Reason}"),
        (fun refused -> $"call_refused     {refused.Tool}: {refused.Reason}"),
        (fun judged -> $"policy_decision  {judged.Tool.Name}: {judged.Verdict.Status}"),
        (fun permit -> $"call_authorized  {permit.CallId}"),
        (fun judged -> $"other_judged     {judged.Action}"),
        (fun stopped -> $"stop             {stopped.Reason.Name()}"))

let show name model =
    let state, trace = agent.Start(Run(name, "Where is order A-17?")) |> follow (world model) []
    for event in trace do printfn $"{event.Sequence} {describe event.Fact}"
    // The trace is the journal: folding it gives the same state, compared as a value.
    let same = match Agent.Fold(trace).State with null -> false | folded -> folded = state
    let outcome = match state.Stopped with null -> "still running" | stopped -> stopped.Reason.Name()
    printfn $"{name}: {outcome}; the trace folds to the same state: {same}\n"

show "careful" careful
show "generous" generous // a write without a person to approve it
show "inventive" inventive // a tool that does not exist
