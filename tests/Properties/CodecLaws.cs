using System.Text;
using MiniRuntime.Shell;

namespace MiniRuntime.Properties;

/// <summary>The wire: what was written is read back as it was, and the same run is written with the same bytes.</summary>
public sealed class CodecLaws
{
    // Would catch: an expectation that is read as absent, or an absent one that is read as empty.
    [Property]
    public void Every_eval_survives_a_round_trip(bool stop, bool called, bool notCalled, StopReason reason, NonNull<string[]> tools)
    {
        var names = tools.Get.Select(static tool => (tool ?? "").ToWellFormed()).ToSeq();
        var eval = new EvalCase("case", stop ? reason : null, called ? names : null, notCalled ? names : null);
        Testing.CodecLaws.Survives(Codec.EvalCase, eval);
        Testing.CodecLaws.Survives(Codec.EvalResult, eval.Judge(new Trajectory([], null)));
    }

    // Would catch: an event that repeats what earlier ones hold, so that a journal grows quadratically.
    [Property(MaxTest = 60)]
    public void The_bytes_of_an_event_do_not_depend_on_the_length_of_the_run(Setup setup, Run run)
    {
        var agent = new Agent([new Tool("look", "", SideEffect.Read)], new Budget(200), Policy.Permissive, setup.Approvals, setup.Context);
        var result = agent.Start(run, new Stamp(Moment.Epoch));
        var stamp = new Stamp(Moment.Epoch.AddHours(1));
        var sizes = new List<int>();
        for (var step = 0; step < 110; step++)
        {
            var asked = agent.Step(result.State, new CallTool("look", Json.Object.Of(("q", "the same"))), stamp);
            result = agent.Step(asked.State, new ToolReport($"{run.Id}:{step}", new Ok("found")), stamp);
            sizes.Add(asked.Effects.Concat(result.Effects).Select(static effect => effect.Record).OfType<Record>()
                .Sum(static record => Codec.TraceEvent.Encode(record.Event).ToUtf8().Length));
        }
        // All that may grow are the digits of the numbers in them: five events a step, with at most four numbers each.
        Assert.InRange(sizes[105] - sizes[30], 0, 20);
    }

    // Would catch: a value whose canonical form means something else, or is refused by the strict reader.
    [Property]
    public void Every_json_value_survives_a_round_trip(Json value) =>
        Assert.Equal(value, StrictJson.Parse(Encoding.UTF8.GetBytes(CanonicalJson.Write(value)), JsonSource.Wire).Value);

    // Would catch: a decoder that throws, whatever bytes it is given.
    [Property]
    public void Damaged_bytes_are_faults_or_another_value_but_never_an_exception(Saga saga, ushort at, byte with)
    {
        foreach (var traced in saga.Walk().Trace)
        {
            var bytes = Codec.TraceEvent.Encode(traced).ToUtf8();
            bytes[at % bytes.Length] = with;
            var read = Codec.TraceEvent.Decode(bytes);
            Assert.Equal(read.IsValid, read.Faults.Count == 0);
            Assert.False(Codec.TraceEvent.Decode(bytes.AsSpan(0, at % bytes.Length)).IsValid);
        }
    }
}

internal static class WellFormed
{
    public static string ToWellFormed(this string text) => string.Concat(text.EnumerateRunes());
}
