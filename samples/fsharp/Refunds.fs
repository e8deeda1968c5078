/// An agent, its policy, its world, and its runs.
module Refunds

open MiniRuntime.Core
open Patterns

/// A request to judge a call of this tool, and its input.
let (|Tool|_|) name (request: PolicyRequest) =
    match request.Tool with
    | null -> None
    | tool -> if tool.Name = name then Some request.Input else None

/// Policy as a function: nobody may ask for a negative sum, small ones are paid at once, and the rest is for a person. Null is no opinion.
/// What it says is joined with the rules, and the strictest wins.
let refunds request : PolicyDecision | null =
    match request with
    | Tool "refund" (Number "amount" amount) when amount < 0m -> into (Deny "negative_amount")
    | Tool "refund" (Number "amount" amount) when amount <= 50m -> into (Allow())
    | Tool "refund" _ -> into (ApprovalRequired "large_refund")
    | _ -> null

/// Two tools, which are descriptions and hold no code. What no rule and no function allows is denied.
let agent =
    Agent([ Tool("find_order", "Finds an order.", SideEffect.Read); Tool("refund", "Pays an order back.", SideEffect.Write) ],
          Budget(maxSteps = 4, maxRefusals = 1),
          Policy(Seq<Rule>.Empty.Add(Rule(PolicyDecision.Allowed, sideEffect = SideEffect.Read)), PolicyCode("refunds 1", refunds)))

let call name fields : Decision = into (CallTool(name, json fields))
let refund (amount: decimal) = call "refund" [ "order", text "A-17"; "amount", number amount ]

// Three models. A model sees a packet and proposes; it has no other power.
let careful (packet: ContextPacket) : Decision =
    match packet.Turns |> Seq.map _.Result |> List.ofSeq with
    | [] -> call "find_order" [ "order", text "A-17" ]
    | [ Gave _ ] -> refund 20m
    | [ _; Gave data ] -> into (Answer $"Refunded: {data}")
    | _ -> into (Stop StopReason.ToolFailure)

let generous (packet: ContextPacket) = refund (if packet.Turns.Count = 0 then -5m else 500m)
let inventive (_: ContextPacket) = call "delete_customer" [ "name", text "Ada" ]

/// The world: work in, answer out. It holds the tools' code. Work to execute gets here only with a permit, and only the gate makes those.
let world model work : Input =
    match work with
    | Ask packet -> into (model packet: Decision)
    | Execute call when call.Tool.Name = "find_order" -> into (ToolReport(call.Id, into (Ok(json [ "paid", number 20m ]))))
    | Execute call -> into (ToolReport(call.Id, into (Ok(call.Proposal.Input))))
    | WaitForPerson _ // this agent has nobody to ask, so these two are never pending; to end the run is safe whatever happens
    | Keep _ -> into (Cancel())

/// One step more of what has happened so far: the state, and the trace of how it came about, newest first.
let step (state, trace) input =
    let result = agent.Step(state, input)
    result.State, (trace, result.Events) ||> Seq.fold (fun kept event -> event :: kept)

let start name =
    let result = agent.Start(Run(name, "Refund order A-17."))
    result.State, result.Events |> List.ofSeq |> List.rev

/// A run is a fold: all that came in, in its order, gives where the run stands.
let replay name (inputs: Input list) = (start name, inputs) ||> List.fold step

/// The running loop is the same fold, whose inputs are what the world answers to whatever is pending.
let rec drive world (state, trace) =
    match agent.Pending state with
    | null -> state, trace
    | work -> step (state, trace) (world work) |> drive world
