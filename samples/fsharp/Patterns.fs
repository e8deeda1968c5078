/// The core's unions as active patterns. Match takes one function per case: a case that is added to the core stops this file from compiling
/// at the place where it has to be thought about, and the compiler knows that each pattern is complete.
module Patterns

open MiniRuntime.Core

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

/// A field of an object that is a number, and which.
let (|Number|_|) (field: string) (fields: Json.Object) =
    match fields[field] with
    | :? Json.Number as number -> Some number.Value
    | _ -> None

/// C# turns a case into its union by itself (an implicit conversion). In F# the types around `into` say which union is meant.
let inline into (case: ^case) : ^union = ((^case or ^union): (static member op_Implicit: ^case -> ^union) case)

let text value : Json = Json.String value
let number (value: decimal) : Json = into value
let json fields = Json.Object [ for name, value in fields -> Json.Field(name, value) ]
