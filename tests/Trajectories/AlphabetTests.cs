using MiniRuntime.Core;
using MiniRuntime.Shell;
using MiniRuntime.Testing;
using Xunit;

namespace MiniRuntime.Trajectories;

/// <summary>
/// Inputs that an explorer has to think of. In each case one input, or one result, breaks the law; an alphabet without it would call the
/// space closed.
/// </summary>
public class AlphabetTests
{
    [Theory]
    [InlineData("a value between two close bounds", """{ "discount": { "greater": 0, "less": 1 } }""", null)]
    [InlineData("a multiple beyond a bound", """{ "amount": { "greater": 100 } }""", """{ "amount": { "type": "number", "multipleOf": 50 } }""")]
    [InlineData("a value of an enum", """{ "amount": { "greater": 100 } }""", """{ "amount": { "enum": [5, 500] } }""")]
    [InlineData("a whole number above a broken bound", """{ "amount": { "greater": 99.99 } }""", """{ "amount": { "type": "integer" } }""")]
    [InlineData("an item of an array", """{ "/to/0": { "equals": "bob" } }""", """{ "to": { "type": "array", "items": { "type": "string" } } }""")]
    [InlineData("a field within another", """{ "/target/env": { "equals": "prod" } }""", """{ "target": { "type": "object" } }""")]
    [InlineData("a text that matches a pattern", """{ "to": { "matches": "(?i)[a-z]{2,5}@corp[.](com|org)" } }""", null)]
    [InlineData("two fields at once", """{ "amount": { "less": 10 }, "to": { "equals": "bob" } }""", null)]
    public void An_input_is_found_that_a_rule_allows(string why, string input, string? properties)
    {
        var schema = properties is null ? "" : $$""", "inputSchema": { "type": "object", "properties": {{properties}} }""";
        var found = Check($$"""
            "tools": [{ "name": "pay"{{schema}} }],
            "policy": { "rules": [{ "when": { "tool": "pay", "input": {{input}} }, "then": "allow" }] },
            "laws": [{ "name": "l", "never": { "tool": "pay" } }]
            """);
        Assert.True(found.Laws[0].Counterexample is not null, $"{why}: {string.Join("; ", found.Alphabet.Gaps)}");
    }

    [Theory]
    [InlineData("""{ "input": { "to": { "matches": ".*@corp[.]com" } } }""", """{ "input": { "to": { "matches": "ceo@.*" } } }""")]
    [InlineData("""{ "input": { "mode": { "equals": "prod" } } }""", """{ "input": { "/mode": { "matches": "prod" } } }""")]
    [InlineData("""{ "input": { "amount": { "greater": 10 } } }""", """{ "input": { "amount": { "less": 11 } } }""")]
    public void An_input_is_found_that_a_rule_allows_and_a_law_forbids(string when, string never)
    {
        var found = Check($$"""
            "tools": [{ "name": "pay" }], "policy": { "rules": [{ "when": {{when}}, "then": "allow" }] },
            "laws": [{ "name": "l", "never": {{never}} }]
            """);
        Assert.True(found.Laws[0].Counterexample is not null, string.Join("; ", found.Alphabet.Gaps));
    }

    [Fact]
    public void An_input_is_found_that_a_rule_does_not_deny()
    {
        var found = Check("""
            "tools": [{ "name": "mail" }], "laws": [{ "name": "l", "never": { "tool": "mail" } }],
            "policy": { "rules": [{ "then": "allow" }, { "when": { "input": { "cc": { "equals": [] } } }, "then": "deny" }] }
            """);
        Assert.NotNull(found.Laws[0].Counterexample);
    }

    [Fact]
    public void One_result_may_bring_several_labels()
    {
        var found = Check("""
            "tools": [{ "name": "look", "sideEffect": "read" }, { "name": "pay" }], "laws": [{ "name": "l", "never": { "tool": "pay" } }],
            "policy": { "rules": [
              { "when": { "tool": "look" }, "then": "allow" }, { "when": { "tool": "pay", "labels": ["a", "b"] }, "then": "allow" }
            ] }
            """);
        Assert.Equal(3, found.Laws[0].Counterexample?.Inputs.Count);
    }

    [Fact]
    public void Somebody_else_reviews_whatever_the_actor_is_called()
    {
        var found = Check("""
            "actor": "reviewer ", "approvals": true, "tools": [{ "name": "pay" }], "laws": [{ "name": "l", "never": { "tool": "pay" } }]
            """);
        Assert.NotNull(found.Laws[0].Counterexample);
    }

    [Theory]
    [InlineData("no call of it was tried", """{ "iban": { "type": "string", "pattern": "DE", "minLength": 5 } }""", """{ "amount": { "greater": 1 } }""")]
    [InlineData("for which amount greater 100 holds", """{ "iban": true, "amount": { "maximum": 50 } }""", """{ "amount": { "greater": 100 } }""")]
    public void What_was_not_found_is_said(string gap, string properties, string input)
    {
        var found = Check($$"""
            "tools": [{ "name": "pay", "inputSchema": { "type": "object", "required": ["iban"], "properties": {{properties}} } }],
            "policy": { "rules": [{ "when": { "input": {{input}} }, "then": "allow" }] }, "laws": []
            """);
        Assert.Contains(found.Alphabet.Gaps, text => text.Contains(gap, StringComparison.Ordinal));
    }

    private static Exploration Check(string rest)
    {
        var scenario = Play.Parse($$"""{ "runId": "r", "goal": "g", "budget": { "maxSteps": 2 }, {{rest}} }""");
        return Explorer.Explore(scenario.Agent, scenario.Run, scenario.Laws);
    }
}
