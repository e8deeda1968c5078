using System.Text;
using MiniRuntime.Core;
using MiniRuntime.Shell;

namespace MiniRuntime.Testing;

/// <summary>The wire: what was written is read back as it was, and the same run is written with the same bytes.</summary>
internal static class CodecLaws
{
    [Law("a fact, an input or a field of one that a journal forgets, rounds or renames.")]
    public static void Every_event_survives_a_round_trip(Saga saga)
    {
        foreach (var traced in saga.Walk().Trace)
        {
            Survives(Codec.TraceEvent, traced);
            Survives(Codec.Fact, traced.Fact);
            if ((traced.Fact.Accepted?.Input ?? traced.Fact.Ignored?.Input) is { } input) Survives(Codec.Input, input);
        }
    }

    [Law("a journal that folds to another state once it was written down.")]
    public static void A_trace_that_was_written_and_read_folds_to_the_same_state(Saga saga)
    {
        var walk = saga.Walk();
        var read = walk.Trace.Select(traced => Codec.TraceEvent.Decode(Codec.TraceEvent.Encode(traced)).Value);
        Expect.Equal(walk.Final, Agent.Fold(read).State!);
    }

    [Law("a rule, a tool or a limit that a file cannot say, or says otherwise.")]
    public static void Every_part_of_an_agent_and_a_run_survives_a_round_trip(Setup setup, Run run)
    {
        foreach (var tool in setup.Tools)
        {
            Survives(Codec.Tool, tool);
            Survives(Codec.ToolRef, tool.Ref);
        }
        foreach (var rule in setup.Policy.Rules)
        {
            Survives(Codec.Rule, rule);
            Survives(Codec.PolicyDecision, rule.Then);
            foreach (var condition in rule.Input) Survives(Codec.Condition, condition);
        }
        Survives(Codec.Policy, new Policy(setup.Policy.Rules));
        Survives(Codec.Budget, setup.Budget);
        Survives(Codec.Approvals, setup.Approvals);
        Survives(Codec.ContextRules, setup.Context);
        Survives(Codec.Run, run);
        foreach (var item in run.Memory) Survives(Codec.MemoryItem, item);
    }

    [Law("what a state is made of but no event shows as such.")]
    public static void Every_part_of_a_state_survives_a_round_trip(Saga saga)
    {
        var state = saga.Walk().Final;
        Survives(Codec.Spent, state.Spent);
        foreach (var seen in state.Observations) Survives(Codec.Observation, seen);
        foreach (var turn in state.Turns)
        {
            Survives(Codec.Turn, turn);
            Survives(Codec.ToolResult, turn.Result);
            if (turn.Proposal is { } proposal) Survives(Codec.Decision, proposal);
        }
    }

    [Law("anything in the written form that hangs on hash codes, culture or the order of construction.")]
    public static void The_same_inputs_give_the_same_bytes(Saga saga)
    {
        var again = saga with { Setup = saga.Setup with { }, Successors = saga.Successors.Select(static setup => setup with { }).ToSeq() };
        Expect.Equal(Bytes(saga.Walk()), Bytes(again.Walk()));

        static string Bytes(Walk walk) => string.Join('\n', walk.Legs.SelectMany(static leg => leg.Result.Effects)
            .Select(static effect => EffectView.Of(effect).ToString()).Append(StateView.Of(walk.Final).ToString()));
    }

    internal static void Survives<T>(Codec<T> codec, T value) where T : notnull
    {
        var text = codec.Encode(value);
        var read = codec.Decode(text);
        Expect.True(read.IsValid, $"{value}\n{text}\n{string.Join('\n', read.Faults)}");
        Expect.Equal(value, read.Value);
        Expect.Equal(text, codec.Encode(read.Value));
    }
}
