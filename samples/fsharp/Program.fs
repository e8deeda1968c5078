// MiniRuntime's core from F#: the core decides, as a pure function, and a world answers. Here the world is a pure function too, so a whole
// governed run is one fold over agent.Step.
module GovernedRun

open MiniRuntime.Core
open Patterns
open Refunds

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
        (fun judged -> $"policy_decision  {judged.Tool.Name}: {judged.Verdict}"),
        (fun permit -> $"call_authorized  {permit.CallId}"),
        (fun judged -> $"other_judged     {judged.Action}"),
        (fun stopped -> $"stop             {stopped.Reason.Name()}"))

let show name model =
    let state, trace = start name |> drive (world model)
    for event in List.rev trace do printfn $"{event.Sequence,2} {describe event.Fact}"
    let inputs = [ for event in List.rev trace do match event.Fact.Accepted with null -> () | accepted -> accepted.Input ]
    let outcome = match state.Stopped with null -> "still running" | stopped -> stopped.Reason.Name()
    printfn $"{name}: {outcome}; its inputs fold to the same state and trace: {replay name inputs = (state, trace)}\n"

show "careful" careful
show "generous" generous // a sum that nobody may ask for, and one that a person would have to approve
show "inventive" inventive // a tool that does not exist
Properties.check "Pays small sums only" Properties.paysSmallSumsOnly
Properties.check "Folds to its state" Properties.foldsToItsState
