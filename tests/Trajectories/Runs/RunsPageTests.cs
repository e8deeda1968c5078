using MiniRuntime.Core;
using MiniRuntime.Shell;
using Xunit;

namespace MiniRuntime.Trajectories;

/// <summary>docs/runs.md: its commands, run one after the other as a reader would, and its example, word for word between the marks.</summary>
public sealed class RunsPageTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("miniruntime-").FullName;

    private static string Page => File.ReadAllText(Repository.File("docs", "runs.md")).ReplaceLineEndings("\n");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Every_command_of_the_page_does_what_the_page_says()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "scenarios", "waiting"));
        File.Copy(Repository.File("scenarios", "waiting", "refund-with-approval.json"), Path.Combine(_folder, "scenarios", "waiting", "refund-with-approval.json"));
        await PageCommands.RunAsync(Page, _folder);
    }

    [Fact]
    public async Task The_example_of_the_page_holds()
    {
        var agent = new Agent([new Tool("refund", "Refunds.", SideEffect.Write)], new Budget(maxSteps: 3), approvals: Approvals.On);
        var refunds = new List<string>();
        var tools = Toolbox.Empty.Bind("refund", (permit, _) =>
        {
            refunds.Add(permit.Call.Id);
            return Task.FromResult<ToolResult>(new Ok(Json.None));
        });
        var model = new ScriptedModel(
            [ModelReply.Proposed(new CallTool("refund", Json.Object.Empty)), ModelReply.Proposed(new Answer("Refunded."))]);
        var path = Path.Combine(_folder, "runs.db");
        // <example>
        await using var store = SqliteStore.Open(path);
        var runtime = new AgentRuntime(agent, model, tools, store);
        var waiting = await runtime.RunAsync(new Run("refund_17", "Refund order A-17.", actor: "ann"));
        var ask = agent.Pending(waiting)!.AskApproval!;
        Console.WriteLine($"{ask.Call.Tool.Name} {ask.Call.Proposal.Input}: {ask.Reason}");

        await runtime.TellAsync("refund_17", (PersonSaid)new Approve(ask.Request.Id, ask.Request.Hash, Reviewer: "bob"));
        var ended = await runtime.ResumeAsync("refund_17");
        // </example>
        Assert.Equal((StopReason.Success, "refund_17:0"), (ended.Stopped!.Reason, Assert.Single(refunds)));
    }

    [Fact]
    public void It_is_the_one_on_the_page()
    {
        var source = File.ReadAllText(Repository.File("tests", "Trajectories", "Runs", "RunsPageTests.cs")).ReplaceLineEndings("\n");
        var lines = source.Split("// <example>\n")[1].Split("        // </example>")[0].TrimEnd().Split('\n');
        var example = string.Join('\n', lines.Select(static line => line.StartsWith("        ", StringComparison.Ordinal) ? line[8..] : line));
        Assert.Contains($"```csharp\n{example}\n```", Page, StringComparison.Ordinal);
    }
}
