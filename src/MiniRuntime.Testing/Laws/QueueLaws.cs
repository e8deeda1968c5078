using MiniRuntime.Core;
using MiniRuntime.Shell;

namespace MiniRuntime.Testing;

internal static class QueueLaws
{
    // Not for policy written as code, which may look at anything. One by one more packets are built, and what is in them can be another: some
    // memory may have expired, or found no place. So no memory brings labels here, and no packet has a limit.
    [Law("a proposal in the queue that is charged, judged or traced otherwise than one that comes alone, or that is lost.", Cases = 300)]
    public static void Proposals_made_at_once_do_what_they_would_do_one_by_one(Journey journey)
    {
        var setup = journey.Setup with
        {
            Policy = new Policy(journey.Setup.Policy.Rules),
            Context = new ContextRules(journey.Setup.Context.Window, null, journey.Setup.Context.Scopes),
        };
        var run = journey.Run;
        var memory = run.Memory.Select(static item => new MemoryItem(item.Id, item.Scope, item.Text, item.Expires)).ToSeq();
        run = new Run(run.Id, run.Goal, run.Actor, run.Tenant, run.Route, memory);
        var (agent, walk) = (setup.Agent, (journey with { Setup = setup, Run = run }).Walk());
        var single = walk.Legs[0].After;
        foreach (var leg in walk.Steps)
        {
            var (stamp, together) = (leg.Stamp, leg.After);
            var taken = leg.Events.Where(static traced => traced.Fact.Accepted?.Queued == true)
                .Select(static traced => traced.Fact.Accepted!.Input).ToList();
            var several = leg.Ignored is null && leg.Input!.Decisions is not null;
            // The answer cost the last of the budget; one by one, the first would have been taken.
            if (several && taken.Count == 0) return;
            // Requests are numbered otherwise, so a wrong name here could be right there: this one is wrong everywhere.
            if (!several) Take(leg.Ignored is null ? ScriptedInput.Blank(leg.Input!, leg.Before!) : new ToolReport("nobody", new Lost("")));
            foreach (var proposal in taken) Take(proposal);
            Expect.Equal(together.Spent, single.Spent);
            Expect.Equal(together.Phase.Name, single.Phase.Name);
            Expect.Equal(together.Phase.Call?.Id, single.Phase.Call?.Id);
            Expect.Equal(together.Stopped, single.Stopped);
            Expect.Equal(together.Labels, single.Labels);
            Expect.Equal(together.ToolsCalled, single.ToolsCalled);
            Expect.Equal(together.Turns, single.Turns);
            Expect.Equal(together.Observations, single.Observations);

            void Take(Input input)
            {
                single = agent.Step(single, new ScriptedInput(input).Against(single), stamp).State;
                stamp = Stamp.None;
            }
        }
    }

    [Law("a queue that is asked past: a model that is asked while proposals wait, or an order that is not the model's.", Cases = 300)]
    public static void The_queue_is_taken_in_order_and_the_model_is_not_asked_while_it_holds_anything(Saga saga)
    {
        var queue = new Queue<Input>();
        foreach (var (traced, state) in Agent.States(saga.Walk().Trace))
        {
            var accepted = traced.Fact.Accepted;
            if (accepted is { Queued: true }) Expect.Equal(queue.Dequeue(), accepted.Input);
            if (accepted?.Input.Decisions is { } several) queue = new Queue<Input>(several.Items);
            if (traced.Fact.ContextBuilt is not null) Expect.Empty(queue);
            Expect.Equal<IEnumerable<Input>>(queue, state.Queue);
        }
    }
}
