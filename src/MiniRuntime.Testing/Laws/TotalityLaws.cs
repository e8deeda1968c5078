using MiniRuntime.Core;

namespace MiniRuntime.Testing;

internal static class TotalityLaws
{
    // What no sensible world says, thrown at every state. (The journeys have hostile texts, numbers and JSON of their own.)
    private static readonly Input[] Hostile =
    [
        new CallTool("", Json.Object.Empty),
        new CallTool("look", Values.Nested(Json.MaxDepth)),
        new CallTool(new string('x', 100_000), Json.Object.Of(("amount", decimal.MinValue))),
        new CallTool("pay\0", Json.Object.Empty),
        new Answer("\u202E\uFFFF\U0010FFFF"),
        new AskHuman(""),
        new Stop(StopReason.BudgetExhausted),
        new InvalidDecision("", new string('\uFFFF', 10_000)),
        new ModelFailure(""),
        new Decisions(new InvalidDecision("")).Then(new CallTool("", Json.Object.Empty)).Then(new Answer("")),
        new ToolReport("", new Lost("")),
        (PersonSaid)new Approve("", "", ""),
        (PersonSaid)new Approve("\0", "\0", "\0", Values.Nested(Json.MaxDepth)),
        (PersonSaid)new Reject("", "", ""),
        (PersonSaid)new Reply("", "", "", [""]),
        (PersonSaid)new Resolve("", Resolution.Abandon, ""),
        new Recovered(),
        new Tick(),
        new Cancel(),
    ];

    private static readonly Stamp[] Stamps =
    [
        Stamp.None,
        new(DateTimeOffset.MinValue),
        new(DateTimeOffset.MaxValue, long.MaxValue, decimal.MaxValue),
        new(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.FromHours(14)), 1, 0.0000000000000000000000000001m),
    ];

    [Law("an exception, a null or an overflow anywhere in the core, in any state that a run can reach.", Cases = 150)]
    public static void No_input_makes_step_throw_in_any_state_where_a_run_rests(Saga saga)
    {
        foreach (var leg in saga.Walk().Legs)
        {
            foreach (var input in Hostile)
            {
                var result = leg.Setup.Agent.Step(leg.After, input, Stamps[input.ToString().Length % Stamps.Length]);
                Expect.True(result.State.Events > leg.After.Events);
                Expect.NotEmpty(result.State.ToString());
            }
        }
    }

    [Law("a state in the middle of a step, as a cut journal gives it, that some input does not expect.", Cases = 100)]
    public static void No_input_makes_step_throw_in_the_middle_of_a_step(Saga saga)
    {
        var trace = saga.Walk().Trace;
        foreach (var (_, state) in Agent.States(trace))
        {
            foreach (var setup in saga.Setups)
            {
                foreach (var input in Hostile)
                    Expect.True(setup.Agent.Step(state, input, Stamps[(int)(state.Events % Stamps.Length)]).State.Events > state.Events);
            }
        }
    }
}
