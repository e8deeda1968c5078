using MiniRuntime.Core;

namespace MiniRuntime.Testing;

internal static class LabelLaws
{
    [Law("a label that washes off: after a recovery, an error, a refusal, or with the next packet.", Cases = 500)]
    public static void Labels_only_grow(Saga saga)
    {
        var before = Seq<string>.Empty;
        foreach (var (_, state) in Agent.States(saga.Walk().Trace))
        {
            Expect.All(before, label => Expect.Contains(label, state.Labels));
            before = state.Labels;
        }
    }

    [Law("content that comes in without its label, or a label that nothing brought.", Cases = 500)]
    public static void The_labels_are_those_of_every_result_reply_and_memory_shown(Saga saga)
    {
        var labels = new SortedSet<string>(StringComparer.Ordinal);
        var tools = new Dictionary<string, ToolRef>();
        foreach (var (traced, state) in Agent.States(saga.Walk().Trace))
        {
            var fact = traced.Fact;
            if (fact.CallJudged is { } judged) tools[judged.CallId] = judged.Tool;
            if (fact.ContextBuilt is { } built)
                labels.UnionWith(saga.Run.Memory.Where(item => built.Memory.Contains(item.Id)).SelectMany(item => item.Labels));
            if (fact.Accepted?.Input is { } input)
            {
                if (input.ToolReport is { } report) labels.UnionWith(report.Labels.Concat(tools[report.CallId].Labels));
                labels.UnionWith(input.PersonSaid?.Match(tools,
                    approve: static (_, _) => Seq<string>.Empty,
                    reject: static (_, _) => Seq<string>.Empty,
                    reply: static (_, reply) => reply.Labels,
                    resolve: static (tools, resolve) =>
                        resolve.Resolution == Resolution.Abandon ? Seq<string>.Empty : tools[resolve.CallId].Labels) ?? []);
            }
            Expect.Equal<IEnumerable<string>>(labels, state.Labels);
        }
    }
}
