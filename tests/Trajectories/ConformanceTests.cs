using MiniRuntime.Core;
using MiniRuntime.Shell;
using Xunit;

namespace MiniRuntime.Trajectories;

/// <summary>
/// The conformance set: 80 scenarios and what an independent implementation did with each (see conformance/README.md for what must match).
/// </summary>
public class ConformanceTests
{
    private static readonly Lazy<Json.Array> _cases = new(() => (Json.Array)StrictJson.Parse(
        File.ReadAllBytes(Repository.File("tests", "Trajectories", "conformance", "scenarios.json")), JsonSource.Wire).Value);

    private static readonly string[] _referenceTypes = ["context_built", "decision", "policy_decision", "tool_result", "stop"];

    public static TheoryData<int, string> Cases()
    {
        var data = new TheoryData<int, string>();
        for (var i = 0; i < _cases.Value.Items.Count; i++) data.Add(i, Text(At(i)["scenario"]!, "runId"));
        return data;
    }

    [Fact]
    public void The_set_has_80_cases() => Assert.Equal(80, _cases.Value.Items.Count);

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_scenario_gives_what_the_reference_gives(int index, string name)
    {
        var (scenarioJson, reference) = (At(index)["scenario"]!, (Json.Object)At(index)["reference"]!);
        var scenario = Play.Parse(CanonicalJson.Write(scenarioJson));
        Assert.Equal(name, scenario.Run.Id);
        var (state, events) = await Play.RunAsync(scenario);

        var stateFields = new[] { "runId", "goal", "steps", "maxSteps", "observations", "toolsCalled", "answer", "stopReason" };
        AssertHas((Json.Object)reference["state"]!, (Json.Object)Play.Json(StateView.Of(state)), "state", stateFields);

        var expected = ((Json.Array)reference["trace"]!).Items.Cast<Json.Object>().ToList();
        var actual = TraceView.Of(events).Select(Play.Json).Cast<Json.Object>()
            .Where(traced => _referenceTypes.Contains(Text(traced, "type"))).ToList();
        Assert.Equal(expected.Select(static traced => Text(traced, "type")), actual.Select(static traced => Text(traced, "type")));
        foreach (var (want, got) in expected.Zip(actual))
        {
            AssertHas(want, got, "event", ["runId", "step", "type"]);
            var data = (Json.Object)want["data"]!;
            AssertHas(data, (Json.Object)got["data"]!, Text(want, "type"), data.Fields.Select(static field => field.Name));
        }

        var evaluation = (Json.Object)reference["evaluation"]!;
        var result = Assert.Single(scenario.Evals).Judge(Trajectory.Of(events));
        AssertHas(evaluation, (Json.Object)Play.Json(Codec.EvalResult.Encode(result)), "evaluation", ["status", "caseId", "reasons"]);
    }

    private static Json.Object At(int index) => (Json.Object)_cases.Value.Items[index];

    private static string Text(Json value, string field) => ((Json.String)((Json.Object)value)[field]!).Value;

    private static void AssertHas(Json.Object expected, Json.Object actual, string where, IEnumerable<string> fields)
    {
        foreach (var field in fields)
        {
            var (want, got) = (expected[field], actual[field]);
            Assert.True(want == got, $"{where}.{field}: expected {want?.ToString() ?? "nothing"}, got {got?.ToString() ?? "nothing"}");
        }
    }
}
