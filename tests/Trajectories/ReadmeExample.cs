using MiniRuntime.Core;

namespace MiniRuntime.Trajectories;

/// <summary>The README's example, word for word between the marks.</summary>
internal static class ReadmeExample
{
    // The parameter's name lets the example say what it would say in a program of its own.
    public static void Run(TextWriter Console)
    {
        // <example>
        var agent = new Agent(
            tools: [new Tool("lookup_policy", "Looks up a store policy.", SideEffect.Read)],
            budget: new Budget(maxSteps: 3));

        var (state, effects) = agent.Start(new Run("demo_001", "May an opened item be returned?"));
        while (agent.Pending(state) is { } work)
        {
            Input input = work.ExecuteTool is { } execute ? new ToolReport(execute.Permit.Call.Id, new Ok("Within 30 days."))
                : state.Turns.Count == 0 ? new CallTool("lookup_policy", Json.Object.Of(("topic", "returns")))
                : new Answer("Yes, within 30 days.");
            (state, effects) = agent.Step(state, input);
            Console.WriteLine($"{input.Kind} → {state.Phase.Name}, {effects.Count} effects");
        }
        Console.WriteLine($"{state.Stopped!.Reason}: {state.Answer}");
        // </example>
    }
}
