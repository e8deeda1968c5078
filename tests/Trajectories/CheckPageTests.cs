using MiniRuntime.Core;
using MiniRuntime.Testing;
using Xunit;

namespace MiniRuntime.Trajectories;

/// <summary>The example of docs/check.md, word for word between the marks.</summary>
public class CheckPageTests
{
    [Fact]
    public void The_example_of_the_page_holds()
    {
        // <example>
        var agent = new Agent([new Tool("pay", "Pays.", SideEffect.Write)], new Budget(maxSteps: 3), approvals: Approvals.On);
        var writes = new CallPattern(sideEffect: SideEffect.Write);
        var found = Explorer.Explore(agent, new Run("check", "goal", "ann"),
            laws: [new TrajectoryLaw("nobody_writes_alone", new Never(writes, UnlessApproved: true))]);
        Assert.Equal(Coverage.Closed, found.Coverage);
        Assert.All(found.Laws, verdict => Assert.Null(verdict.Counterexample));
        // </example>
    }

    [Fact]
    public void It_is_the_one_on_the_page()
    {
        var source = File.ReadAllText(Repository.File("tests", "Trajectories", "CheckPageTests.cs")).ReplaceLineEndings("\n");
        var lines = source.Split("// <example>\n")[1].Split("        // </example>")[0].TrimEnd().Split('\n');
        var example = string.Join('\n', lines.Select(static line => line.StartsWith("        ", StringComparison.Ordinal) ? line[8..] : line));
        Assert.Contains($"```csharp\n{example}\n```", File.ReadAllText(Repository.File("docs", "check.md")).ReplaceLineEndings("\n"));
    }
}
