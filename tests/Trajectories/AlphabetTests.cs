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

    // In each case one rule allows too much, and the others look after all inputs that come to mind first.
    [Theory]
    [InlineData("the other alternative of a pattern", """{ "type": "string" }""", """{ "matches": "staging|prod" }""",
        """{ "equals": "staging" }""")]
    [InlineData("what lies below all bounds", """{ "type": "integer" }""", """{ "less": 2 }""", """{ "in": [0, 1] }""")]
    [InlineData("a text so short that little fits", """{ "type": "string", "maxLength": 2 }""", null, """{ "equals": "" }""",
        """{ "in": ["KP", "IR"] }""")]
    [InlineData("a text that one pattern matches and another does not", """{ "type": "string" }""",
        """{ "matches": "https://[a-z.]*example.com/.*" }""", null, """{ "matches": "https://example.com/.*" }""")]
    [InlineData("a step that stands in 'allOf'", """{ "type": "integer", "allOf": [{ "multipleOf": 7 }] }""", """{ "greater": 10 }""",
        """{ "greater": 97 }""")]
    [InlineData("a step behind a reference", """{ "$ref": "#/$defs/step" }""", """{ "greater": 10 }""", """{ "greater": 97 }""")]
    [InlineData("a later value of an enum behind a reference", """{ "$ref": "#/$defs/env" }""", """{ "matches": ".*" }""",
        """{ "in": ["dev", "test"] }""")]
    [InlineData("a form that is not the first", """{ "oneOf": [{ "type": "string" }, { "type": "integer", "minimum": 50 }] }""",
        """{ "greater": 10 }""", """{ "greater": 97 }""")]
    [InlineData("a pattern with a class of escapes, and a length",
        """{ "type": "string", "pattern": "^[\\w\\-]{3,}$", "minLength": 5 }""", null, null)]
    [InlineData("a text where case does not matter", """{ "type": "string" }""", """{ "matches": "(?i)prod" }""",
        """{ "in": ["prod", "PROD"] }""")]
    [InlineData("a number far beyond", null, """{ "greater": 79228162514264337593543950333 }""",
        """{ "equals": 79228162514264337593543950335 }""")]
    public void An_input_is_found_that_slips_through(string why, string? schema, string? allowed, string? asked, string? denied = null)
    {
        var found = Slips("v", "v", schema ?? "true", allowed, asked, denied);
        Assert.True(found.Laws[0].Counterexample is not null, $"{why}: {string.Join("; ", found.Alphabet.Gaps)}");
        Assert.Empty(found.Alphabet.Gaps);
    }

    [Fact]
    public void A_field_with_a_slash_in_its_name_is_not_the_one_within_another()
    {
        var found = Check("""
            "tools": [{ "name": "pay" }], "laws": [{ "name": "l", "never": { "tool": "pay" } }],
            "policy": { "rules": [
              { "when": { "input": { "a/b": { "equals": 1 }, "/a/b": { "equals": 2 } } }, "then": "allow" }
            ] }
            """);
        Assert.NotNull(found.Laws[0].Counterexample);
        Assert.Empty(found.Alphabet.Gaps);
    }

    [Theory]
    [InlineData("patterns that never both hold", """{ "type": "string" }""", """{ "matches": "[a-y]+" }""", """{ "matches": "z.*" }""")]
    [InlineData("a bound that the schema keeps", """{ "type": "integer", "maximum": 50 }""", """{ "greater": 50 }""", """{ "less": 0 }""")]
    [InlineData("no number in between", """{ "type": "integer" }""", """{ "greater": 3, "less": 4 }""", """{ "equals": 3.5 }""")]
    [InlineData("a text that is no value of the enum", """{ "enum": ["a", "b"] }""", """{ "matches": "c" }""", """{ "equals": "d" }""")]
    public void What_cannot_be_is_no_gap(string why, string schema, string allowed, string asked)
    {
        var gaps = Slips("v", "v", schema, allowed, asked, null).Alphabet.Gaps;
        Assert.True(gaps.Count == 0, $"{why}: {string.Join("; ", gaps)}");
    }

    [Theory]
    [InlineData("no call of it was tried", """{ "type": "string", "pattern": "^(?:DE)+\\z", "minLength": 5, "maxLength": 5 }""",
        """{ "equals": "x" }""")]
    [InlineData("for which v greater 100 holds", """{ "not": { "minimum": 50 } }""", """{ "greater": 100 }""")]
    [InlineData("for which v matches .*\\Bx holds", """{ "type": "string" }""", """{ "matches": ".*\\Bx" }""", """{ "matches": "y?x" }""")]
    [InlineData("for 4 more outcomes of the conditions on v", """{ "type": "string" }""", """{ "matches": "\\Bx\\B" }""",
        """{ "matches": "\\By\\B" }""", """{ "matches": "\\Bz\\B" }""")]
    public void What_was_not_found_is_said(string gap, string schema, string allowed, string? asked = null, string? denied = null)
    {
        var gaps = Slips("v", "v", schema, allowed, asked, denied).Alphabet.Gaps;
        Assert.True(gaps.Any(text => text.Contains(gap, StringComparison.Ordinal)), string.Join("; ", gaps));
        Assert.All(gaps, text => Assert.EndsWith("propose one in 'decisions', or show one in 'examples' of the tool's input schema", text));
    }

    [Fact]
    public void The_scenarios_that_show_what_a_check_is_have_no_gap()
    {
        foreach (var file in Directory.GetFiles(Repository.File("scenarios", "check"), "*.json"))
        {
            var scenario = Play.Read(file);
            Assert.Empty(Alphabet.Of(scenario.Agent, scenario.Run, scenario.Laws).Gaps);
        }
    }

    // Each branch asks for a field of its own, so that one sample would fit one branch at most.
    [Fact]
    public void Each_form_of_an_input_is_tried()
    {
        var found = Check("""
            "tools": [{ "name": "pay", "inputSchema": { "oneOf": [
              { "type": "object", "properties": { "to": { "type": "string", "minLength": 3 } }, "required": ["to"], "additionalProperties": false },
              { "type": "object", "properties": { "all": { "const": true } }, "required": ["all"], "additionalProperties": false }
            ] } }],
            "policy": { "rules": [{ "when": { "input": { "all": { "equals": true } } }, "then": "allow" }] },
            "laws": [{ "name": "l", "never": { "tool": "pay" } }]
            """);
        Assert.NotNull(found.Laws[0].Counterexample);
        Assert.Empty(found.Alphabet.Gaps);
    }

    [Fact]
    public void Outcomes_of_two_fields_that_no_input_has_at_once_are_said()
    {
        var found = Check("""
            "tools": [{ "name": "pay", "inputSchema": {
              "type": "object", "properties": { "a": { "type": "boolean" }, "b": { "type": "boolean" } }, "required": ["a", "b"],
              "not": { "properties": { "a": { "const": true }, "b": { "const": true } } }
            } }], "laws": [],
            "policy": { "rules": [{ "when": { "input": { "a": { "equals": true }, "b": { "equals": true } } }, "then": "allow" }] }
            """);
        Assert.Equal(["no input of pay was found for 1 of 4 combinations of outcomes of several fields, such as: a equals true holds,"
            + " b equals true holds; if there is one, propose one in 'decisions', or show one in 'examples' of the tool's input schema"],
            found.Alphabet.Gaps);
    }

    [Fact]
    public void An_input_that_is_proposed_closes_the_gap()
    {
        const string When = """{ "v": { "matches": ".*\\bx" } }""";
        var scenario = Play.Parse($$"""
            {
              "runId": "r", "goal": "g", "budget": { "maxSteps": 2 }, "laws": [{ "name": "l", "never": { "tool": "pay" } }],
              "tools": [{ "name": "pay", "inputSchema": {
                "type": "object", "properties": { "v": { "type": "string", "minLength": 8 } }, "required": ["v"]
              } }],
              "policy": { "rules": [{ "when": { "input": {{When}} }, "then": "allow" }] }
            }
            """);
        var call = new CallTool("pay", Json.Object.Of(("v", "that is x")));
        var without = Alphabet.Of(scenario.Agent, scenario.Run, scenario.Laws);
        Assert.Single(without.Gaps);
        var alphabet = Alphabet.Of(scenario.Agent, scenario.Run, scenario.Laws, [call]);
        Assert.Empty(alphabet.Gaps);
        Assert.NotNull(Explorer.Explore(scenario.Agent, scenario.Run, scenario.Laws, alphabet).Laws[0].Counterexample);
    }

    // Where a model or a gateway proposes, a file has no decisions.
    [Fact]
    public void An_input_that_the_schema_shows_closes_the_gap()
    {
        Exploration Found(string shown) => Check($$"""
            "tools": [{ "name": "pay", "inputSchema": {
              "type": "object", "properties": { "v": { "type": "string", "minLength": 9, "not": { "maxLength": 20 } } }, "required": ["v"] {{shown}}
            } }],
            "policy": { "rules": [{ "when": { "input": { "v": { "matches": "(?s).*" } } }, "then": "allow" }] },
            "laws": [{ "name": "l", "never": { "tool": "pay" } }]
            """);
        Assert.Equal("no call of pay was tried", Found("").Limit);
        var found = Found(""", "examples": [{ "v": "more than twenty characters" }]""");
        Assert.NotNull(found.Laws[0].Counterexample);
        Assert.Empty(found.Alphabet.Gaps);
    }

    // In .NET what repeats stands before the comment.
    [Theory]
    [InlineData("""{ "type": "string" }""", """{ "matches": "z(?#only z)+" }""", """{ "matches": ".{1,4}" }""")]
    [InlineData("""{ "type": "string", "pattern": "^a(?#vowel)+$" }""", """{ "matches": "a{5,}" }""", null)]
    public void A_comment_in_a_pattern_hides_nothing(string schema, string allowed, string? asked)
    {
        var found = Slips("v", "v", schema, allowed, asked, null);
        Assert.True(found.Laws[0].Counterexample is not null || found.Alphabet.Gaps.Count > 0);
    }

    // Would catch: a schema of somebody else's that ends the process, which nothing can catch.
    [Theory]
    [InlineData(99)]
    [InlineData(20_000)]
    [InlineData(100_000)]
    public void Groups_within_groups_are_read_or_are_a_gap(int groups)
    {
        var pattern = new string('(', groups) + "a" + new string(')', groups);
        var found = Slips("v", "v", $$"""{ "type": "string", "pattern": "{{pattern}}" }""", """{ "matches": ".*aa" }""", null, null);
        Assert.True(found.Laws[0].Counterexample is not null || found.Alphabet.Gaps.Count > 0);
    }

    // Would catch: a search that spends itself on the combinations of the first fields.
    [Fact]
    public void Of_many_fields_each_is_tried_by_itself()
    {
        var rules = string.Join(", ", Enumerable.Range(0, 6).Select(static i =>
            $$"""{ "when": { "input": { "a{{i}}": { "matches": "x.*" }, "b{{i}}": { "greater": 1 } } }, "then": "allow" }"""));
        var scenario = Play.Parse($$"""
            { "runId": "r", "goal": "g", "budget": { "maxSteps": 2 }, "tools": [{ "name": "pay" }], "policy": { "rules": [{{rules}}] } }
            """);
        Assert.Equal("some combinations of values for input of pay: 20000 of 531441 were tried",
            Assert.Single(Alphabet.Of(scenario.Agent, scenario.Run, []).Gaps));
    }

    [Fact]
    public void A_search_ends_when_it_is_cancelled_and_where_there_is_too_much()
    {
        var many = string.Join(", ", "abcdefghijklmn".Select(static c =>
            $$"""{ "when": { "input": { "v": { "matches": ".*{{c}}.{9}" } } }, "then": "allow" }"""));
        var scenario = Play.Parse($$"""
            {
              "runId": "r", "goal": "g", "budget": { "maxSteps": 2 }, "laws": [],
              "tools": [{ "name": "pay" }], "policy": { "rules": [{{many}}] }
            }
            """);
        var gaps = Alphabet.Of(scenario.Agent, scenario.Run, []).Gaps;
        Assert.Contains(gaps, static gap => gap.Contains("too many", StringComparison.Ordinal));
        Assert.Throws<OperationCanceledException>(
            () => Alphabet.Of(scenario.Agent, scenario.Run, [], cancel: new CancellationToken(canceled: true)));
    }

    private static Exploration Slips(string field, string property, string schema, string? allowed, string? asked, string? denied)
    {
        string Rule(string? condition, string then) => condition is null ? ""
            : $$""", { "when": { "input": { "{{field}}": {{condition}} } }, "then": "{{then}}" }""";
        return Check($$"""
            "tools": [{ "name": "pay", "inputSchema": {
              "type": "object", "properties": { "{{property}}": {{schema}} }, "required": ["{{property}}"],
              "$defs": { "step": { "type": "integer", "multipleOf": 7 }, "env": { "enum": ["dev", "test", "prod"] } }
            } }],
            "actor": "ann", "approvals": true, "laws": [{ "name": "l", "never": { "tool": "pay" }, "unless": "approved" }],
            "policy": { "rules": [
              { "when": { "input": { "{{field}}": {{allowed ?? """{ "matches": "(?s).*" }"""}} } }, "then": "allow" }
              {{Rule(asked, "approval_required")}} {{Rule(denied, "deny")}}
            ] }
            """);
    }

    private static Exploration Check(string rest)
    {
        var scenario = Play.Parse($$"""{ "runId": "r", "goal": "g", "budget": { "maxSteps": 2 }, {{rest}} }""");
        return Explorer.Explore(scenario.Agent, scenario.Run, scenario.Laws);
    }
}
