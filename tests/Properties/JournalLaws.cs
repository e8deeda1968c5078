namespace MiniRuntime.Properties;

public sealed class JournalLaws
{
    // Would catch: an answer's verdict read from a fact that is about something else.
    [Fact]
    public void A_verdict_on_a_tool_call_cannot_pass_for_one_on_an_answer() =>
        Assert.Throws<ArgumentException>(static () => new OtherJudged(PolicyAction.Tool, [new Verdict("run:0", new Allow())]));
}
