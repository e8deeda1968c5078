using System.ComponentModel;
using Microsoft.Extensions.AI;
using MiniRuntime.Core;
using MiniRuntime.Shell;
using Xunit;

namespace MiniRuntime.Trajectories;

/// <summary>Any function of Microsoft.Extensions.AI is a tool, and so is any method.</summary>
public sealed class FunctionToolTests
{
    [Fact]
    public async Task A_method_becomes_a_tool_in_a_line()
    {
        var state = await RunAsync(AIFunctionFactory.Create(LookUp), """{ "topic": "returns", "limit": 2 }""");
        Assert.Equal(new Ok(Json.Object.Of(("topic", "returns"), ("days", new Json.Array([30, 14])))), state.Turns[0].Result!);
    }

    [Fact]
    public void Name_description_and_schema_come_from_the_method_and_the_class_from_the_operator()
    {
        var tool = AIFunctionFactory.Create(LookUp).AsTool(SideEffect.Read, ["untrusted"], "2", timeout: TimeSpan.FromSeconds(3));
        Assert.Equal(("LookUp", "Looks a policy up.", SideEffect.Read, "2"),
            (tool.Name, tool.Description, tool.Ref.SideEffect, tool.Ref.Version));
        Assert.Equal((["untrusted"], TimeSpan.FromSeconds(3)), (tool.Ref.Labels, tool.Timeout));
        Assert.Equal(["topic"], ((Json.Array)((Json.Object)tool.InputSchema!)["required"]!).Items);
        Assert.Equal(SideEffect.Write, AIFunctionFactory.Create(LookUp).AsTool().Ref.SideEffect);
    }

    [Fact]
    public async Task Input_that_breaks_the_schema_never_reaches_the_method()
    {
        var state = await RunAsync(AIFunctionFactory.Create(LookUp), """{ "topic": 7 }""");
        Assert.Equal(StopReason.InvalidDecision, state.Stopped!.Reason);
        Assert.Contains("$.topic: expected string, found number", state.Stopped.Detail);
    }

    [Fact]
    public async Task The_call_id_is_the_functions_idempotency_key()
    {
        var tellsKey = AIFunctionFactory.Create((AIFunctionArguments all) => all.Context![FunctionTools.IdempotencyKey], "key");
        Assert.Equal(new Ok("r:0"), (await RunAsync(tellsKey, "{}")).Turns[0].Result!);
    }

    [Theory]
    [InlineData(SideEffect.Read, "tool_failure", "InvalidOperationException: boom")]
    [InlineData(SideEffect.Write, "blocked", "in_doubt")]
    public async Task What_a_method_throws_did_not_happen_if_it_was_a_read(SideEffect sideEffect, string reason, string detail)
    {
        var throws = AIFunctionFactory.Create(string () => throw new InvalidOperationException("boom"), "boom");
        var state = await RunAsync(throws, "{}", sideEffect);
        Assert.Equal((reason, detail), (state.Stopped!.Reason.Name(), state.Stopped.Detail));
    }

    [Theory]
    [InlineData("0.1", "0.1")]
    [InlineData("\"[1]\"", "\"[1]\"")]
    [InlineData("null", "null")]
    [InlineData("1e400", "1e400")]
    [InlineData("""{"a":1,"a":2}""", """{"a":1,"a":2}""")]
    public async Task Results_are_kept_exactly_or_as_text_that_says_why(string returned, string kept)
    {
        var element = System.Text.Json.JsonDocument.Parse(returned).RootElement;
        var state = await RunAsync(AIFunctionFactory.Create(() => element, "give"), "{}");
        var data = state.Turns[0].Result!.Ok!.Data;
        // A number that no decimal holds, and a key that occurs twice: neither is rounded, and none of the two is dropped.
        Assert.Equal(kept, data is Json.Object { Fields: [{ Name: "notExact" }, { Value: Json.String text }] }
            ? string.Concat(text.Value.Where(static c => !char.IsWhiteSpace(c)))
            : CanonicalJson.Write(data));
    }

    [Fact]
    public async Task A_function_can_say_that_it_declined()
    {
        var function = AIFunctionFactory.Create(() => (ToolResult)new Refused("closed"), new AIFunctionFactoryOptions
        {
            Name = "shop",
            MarshalResult = static (result, _, _) => new ValueTask<object?>(result),
        });
        Assert.Equal(new Refused("closed"), (await RunAsync(function, "{}")).Turns[0].Result!);
    }

    [Description("Looks a policy up.")]
    private static Found LookUp(string topic, int limit = 1) => new(topic, [.. new[] { 30, 14, 7 }.Take(limit)]);

    private sealed record Found(string Topic, int[] Days);

    private static Task<State> RunAsync(AIFunction function, string input, SideEffect sideEffect = SideEffect.Read)
    {
        var agent = new Agent([function.AsTool(sideEffect)], new Budget(maxSteps: 3), Policy.Permissive);
        var call = (Json.Object)StrictJson.Parse(System.Text.Encoding.UTF8.GetBytes(input), JsonSource.Wire).Value;
        var model = new ScriptedModel([ModelReply.Proposed(new CallTool(function.Name, call)), ModelReply.Proposed(new Answer("done"))]);
        return new AgentRuntime(agent, model, Toolbox.Empty.Bind(function)).RunAsync(new Run("r", "g"));
    }
}
