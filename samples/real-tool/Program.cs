// A shell with real tools: two C# methods over files, governed like any other tool. The model is a script here, so that the sample says
// the same each time; any IChatClient takes its place by `new ChatModel(client)`, and nothing else in this file changes.
using Microsoft.Extensions.AI;
using MiniRuntime.Core;
using MiniRuntime.Shell;
using RealTool;

var folder = Directory.CreateTempSubdirectory("notes-").FullName;
try
{
    File.WriteAllText(Path.Combine(folder, "returns.txt"), "Opened items: within 30 days.");
    File.WriteAllText(Path.Combine(folder, "shipping.txt"), "Two days.");
    await RunAsync(folder);
}
finally
{
    Directory.Delete(folder, recursive: true);
}

static async Task RunAsync(string folder)
{
    // Name, description and input schema come from the method. What it does to the world is the operator's to say.
    var notes = new Notes(folder);
    var find = AIFunctionFactory.Create(notes.FindNotes, "find_notes");
    var save = AIFunctionFactory.Create(notes.SaveNote, "save_note");
    var agent = new Agent(
        tools: [find.AsTool(SideEffect.Read), save.AsTool(SideEffect.Write)],
        budget: new Budget(maxSteps: 6, maxInvalidDecisions: 1, maxRefusals: 1),
        policy: new Policy(
        [
            new Rule(new Allow(), sideEffect: SideEffect.Read),
            // A name that leads out of the folder does not match. Then no rule does, and what no rule allows is denied.
            new Rule(new ApprovalRequired("a_note_is_saved"), tool: "save_note", input: [new Condition("name", matches: "[a-z-]+")]),
        ]),
        approvals: Approvals.On);
    var model = new ScriptedModel(
    [
        ModelReply.Proposed(new CallTool("find_notes", Json.Object.Of(("word", "days")))),
        ModelReply.Proposed(new CallTool("save_note", Json.Object.Of(("name", 7), ("text", "Both name days.")))),
        ModelReply.Proposed(new CallTool("save_note", Json.Object.Of(("name", "../summary"), ("text", "Both name days.")))),
        ModelReply.Proposed(new CallTool("save_note", Json.Object.Of(("name", "summary"), ("text", "Both name days.")))),
        ModelReply.Proposed(new Answer("Saved.")),
    ]);

    // The runs live in a file, so the process that starts one need not be the one that ends it.
    await using var store = SqliteStore.Open(Path.Combine(folder, "runs.db"));
    var runtime = new AgentRuntime(agent, model, Toolbox.Empty.Bind(find).Bind(save), store);
    var waiting = await runtime.RunAsync(new Run("notes_1", "Summarise the notes about time.", actor: "ann"), Tell);

    var ask = agent.Pending(waiting)!.AskApproval!;
    Console.WriteLine($"may it?    {ask.Call.Tool.Name} {ask.Call.Proposal.Input} ({ask.Reason}); written so far: {Saved(folder)}");
    await runtime.TellAsync("notes_1", (PersonSaid)new Approve(ask.Request.Id, ask.Request.Hash, Reviewer: "bob"));
    var ended = await runtime.ResumeAsync("notes_1", Tell);
    Console.WriteLine($"{ended.Stopped!.Reason}: {ended.Answer} Written: {Saved(folder)}");
}

static string Saved(string folder) =>
    File.Exists(Path.Combine(folder, "summary.txt")) ? File.ReadAllText(Path.Combine(folder, "summary.txt")) : "nothing";

static void Tell(StepResult step)
{
    foreach (var traced in step.Events)
    {
        if (traced.Fact.Accepted?.Input.Decision?.CallTool is { } call) Console.WriteLine($"proposed   {call.Name} {call.Input}");
        if (traced.Fact.Accepted?.Input.InvalidDecision is { } invalid) Console.WriteLine($"invalid    {invalid.Reason}");
        if (traced.Fact.CallJudged is { } judged) Console.WriteLine($"policy     {judged.Tool.Name}: {judged.Verdict}");
        if (traced.Fact.Accepted?.Input.ToolReport is { } report) Console.WriteLine($"ran        {report.Result}");
    }
}
