/// What must hold of every run, whatever comes in; checked over random runs by FsCheck.
module Properties

open FsCheck
open FsCheck.FSharp
open MiniRuntime.Core
open Patterns
open Refunds

/// Anything: sums around every bound of the policy, tools that do not exist, answers to calls that nobody made, a crash, a cancel.
let input: Gen<Input> =
    Gen.frequency [
        6, Gen.elements [ -1m; 0m; 50m; 50.01m; 500m ] |> Gen.map (fun amount -> into (refund amount))
        1, Gen.elements [ into (call "refund" []); into (call "delete_customer" []); into (Answer "Done."); into (Answer " ") ]
        4, Gen.elements [ 0..3 ] |> Gen.map (fun step -> into (ToolReport($"any:{step}", into (Ok(Json.None)))))
        1, Gen.elements [ into (Recovered()); into (Cancel()); into (Tick()) ] ]

/// No more than 50 is ever paid at once, and no debt is collected: read from the permits, not from what was proposed.
let paysSmallSumsOnly inputs =
    let _, trace = replay "any" inputs
    Trajectory.Of(List.rev trace).Calls
    |> Seq.forall (fun executed -> match executed.Input with Number "amount" amount -> amount >= 0m && amount <= 50m | _ -> false)

/// What is not traced has not happened: folding the trace gives the state.
let foldsToItsState inputs =
    let state, trace = replay "any" inputs
    Agent.Fold(List.rev trace).State = state

let check name (property: Input list -> bool) =
    Check.One(Config.QuickThrowOnFailure.WithName name, Prop.forAll (Arb.list (Arb.fromGen input)) property)
