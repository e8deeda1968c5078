open System
open System.Text.Json.Nodes

/// Yours to write: one question, and no loop yet.
let run (case: JsonNode) =
    let kind, answer =
        match case["decisions"] with
        | null -> "stop", null
        | decisions when decisions.AsArray().Count = 0 -> "stop", null
        | decisions -> decisions.[0].["kind"].GetValue<string>(), decisions.[0].["text"]

    let state = JsonObject()
    state["runId"] <- case["runId"].DeepClone()
    state["steps"] <- JsonValue.Create 1
    state["stopReason"] <- JsonValue.Create "success"
    state["answer"] <- if isNull answer then null else answer.DeepClone()
    state["toolsCalled"] <- JsonArray()
    let seen = JsonObject()
    seen["kind"] <- JsonValue.Create "decision"
    seen["summary"] <- JsonValue.Create kind
    state["observations"] <- JsonArray(seen :> JsonNode)
    state

Seq.initInfinite (fun _ -> Console.ReadLine())
|> Seq.takeWhile (isNull >> not)
|> Seq.iter (fun line ->
    let answer = JsonObject()
    answer["state"] <- run (JsonNode.Parse line)
    Console.WriteLine(answer.ToJsonString()))
