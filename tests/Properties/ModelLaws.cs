namespace MiniRuntime.Properties;

public sealed class ModelLaws
{
    // Would catch: any difference between what the design says and what the core does, where nobody has to be asked.
    [Property(MaxTest = 1000)]
    public void The_core_agrees_with_the_naive_model_after_every_input(Plain story)
    {
        var walk = story.Journey.Walk();
        var model = new Model(story.Journey.Setup, story.Journey.Run);
        foreach (var leg in walk.Legs)
        {
            if (leg.Input is { } input) model.Take(input, leg.Stamp);
            else model.Start(leg.Stamp);
            Assert.Equal(model.StopReason, leg.After.Stopped?.Reason.Name());
            Assert.Equal(model.Steps, leg.After.Spent.Steps);
            Assert.Equal(model.Observations, leg.After.Observations.Select(seen => $"{seen.Kind.Name()} {seen.Summary}"));
            Assert.Equal(model.ToolsCalled, leg.After.ToolsCalled);
            Assert.Equal(model.Answer, leg.After.Answer);
            Assert.Equal(model.Labels, leg.After.Labels);
            if (model.Detail is not null) Assert.Equal(model.Detail, leg.After.Stopped!.Detail);
        }
    }

    // Would catch: a matcher that is quick and wrong. (Small alphabets, so that patterns and texts meet.)
    [Property(MaxTest = 1000)]
    public void Globs_match_as_a_naive_matcher_does(int pattern, int text)
    {
        var (p, t) = (Spell(pattern, "ab*?"), Spell(text, "ab"));
        Assert.Equal(Model.Globs(p, t), Glob.Matches(p, t));
        Assert.Equal(p.Contains('*') || p.Contains('?'), Glob.IsPattern(p));
    }

    // Would catch: a pattern that takes time beyond pattern times text. The naive matcher would not come back from this one.
    [Fact]
    public void Globs_do_not_backtrack() =>
        Assert.False(Glob.Matches(string.Concat(Enumerable.Repeat("a*", 500)) + "b", new string('a', 5000)));

    // Would catch: a comparison across kinds, or of a missing field, that says yes or no where it can say nothing.
    [Property(MaxTest = 1000)]
    public void Conditions_hold_as_in_the_naive_model(Condition condition, Json.Object input, Json value)
    {
        // Chance seldom meets a bound or a wanted value exactly, so they are tried one by one.
        var bounds = new[] { condition.Greater, condition.Less }.OfType<decimal>()
            .SelectMany(bound => Math.Abs(bound) < 1000 ? new Json[] { bound, bound - 1, bound + 1 } : [bound]);
        Json[] values = [value, Json.None, "alice", "ALICE", "a", "b\n", "", 0, true, .. condition.In ?? [], .. bounds];
        foreach (var candidate in condition.Equal is { } equal ? values.Append(equal) : values)
            Agrees(At(condition.Field, candidate));
        Agrees(input);

        void Agrees(Json.Object tried) => Assert.Equal(Model.Holds(condition, tried), condition.Holds(tried));

        static Json.Object At(string field, Json value) => field switch
        {
            "/deep/q" => Json.Object.Of(("deep", Json.Object.Of(("q", value)))),
            "/items/0" => Json.Object.Of(("items", new Json.Array([value]))),
            _ => Json.Object.Of((field, value)),
        };
    }

    private static string Spell(int number, string alphabet)
    {
        var (text, length) = ("", alphabet.Length);
        for (var rest = Math.Abs((long)number * 7919) % 5000; rest > 0; rest /= length) text += alphabet[(int)(rest % length)];
        return text;
    }
}
