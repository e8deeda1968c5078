using MiniRuntime.Core;
using MiniRuntime.Shell;
using Xunit;

namespace MiniRuntime.Trajectories;

/// <summary>Input schemas: an input that breaks one never reaches the tool, and a schema that could not be checked never gets in.</summary>
public sealed class InputSchemaTests
{
    [Theory]
    [InlineData("true", """{ "x": 1 }""")]
    [InlineData("{}", """{ "x": 1 }""")]
    [InlineData("""{ "type": ["null", "object"], "title": "t", "x-mine": 7, "format": "odd" }""", "{}")]
    [InlineData("""{ "properties": { "n": { "type": "integer" } } }""", """{ "n": 3.0 }""")]
    [InlineData("""{ "properties": { "n": { "maximum": 12345678901234567890123 } } }""", """{ "n": 12345678901234567890123 }""")]
    [InlineData("""{ "properties": { "n": { "multipleOf": 0.1 } } }""", """{ "n": 0.3 }""")]
    [InlineData("""{ "properties": { "n": { "multipleOf": 1e-28 } } }""", """{ "n": 79228162514264337593543950335 }""")]
    [InlineData("""{ "properties": { "s": { "maxLength": 1, "pattern": "." } } }""", """{ "s": "😀" }""")]
    [InlineData("""{ "properties": { "s": { "minLength": 5 } } }""", """{ "s": 1 }""")]
    [InlineData("""{ "properties": { "a": { "$ref": "#/$defs/s" } }, "$defs": { "s": { "const": "v" } } }""", """{ "a": "v" }""")]
    [InlineData("""{ "properties": { "a": { "$ref": "#/properties/b~1c" }, "b/c": { "type": "null" } } }""", """{ "a": null }""")]
    [InlineData("""{ "oneOf": [{ "required": ["a"] }, { "required": ["b"] }] }""", """{ "b": 1 }""")]
    [InlineData("""{ "if": { "required": ["a"] }, "then": { "required": ["b"] } }""", """{ "c": 1 }""")]
    [InlineData("""{ "properties": { "a": { "prefixItems": [{ "type": "null" }], "items": false } } }""", """{ "a": [null] }""")]
    [InlineData("""{ "properties": { "a": { "items": { "type": "number" }, "uniqueItems": true } } }""", """{ "a": [1, 2] }""")]
    [InlineData("""{ "patternProperties": { "^x": {} }, "properties": { "y": {} }, "additionalProperties": false }""", """{ "xa": 1 }""")]
    public async Task Input_that_fits_reaches_the_tool(string schema, string input) =>
        Assert.Equal(StopReason.Success, (await RunAsync(schema, input)).Reason);

    [Theory]
    [InlineData("false", "{}", "$: nothing is allowed here")]
    [InlineData("""{ "type": "null" }""", "{}", "$: expected null, found object")]
    [InlineData("""{ "properties": { "a": { "items": { "type": "string" } } } }""", """{ "a": ["x", 1] }""", "$.a[1]: expected string")]
    [InlineData("""{ "properties": { "n": { "type": "integer" } } }""", """{ "n": 1.5 }""", "$.n: expected integer, found number")]
    [InlineData("""{ "properties": { "n": { "maximum": 9007199254740992 } } }""", """{ "n": 9007199254740993 }""", "$.n: maximum is")]
    [InlineData("""{ "properties": { "n": { "exclusiveMinimum": 0 } } }""", """{ "n": 0 }""", "$.n: exclusiveMinimum is 0")]
    [InlineData("""{ "properties": { "n": { "multipleOf": 0.1 } } }""", """{ "n": 0.35 }""", "$.n: multipleOf is 0.1")]
    [InlineData("""{ "properties": { "s": { "const": "v" } } }""", """{ "s": "w" }""", "$.s: not the value")]
    [InlineData("""{ "properties": { "s": { "enum": ["v", 1] } } }""", """{ "s": "1" }""", "$.s: not one of the values")]
    [InlineData("""{ "properties": { "s": { "pattern": "^a+$" } } }""", """{ "s": "aab" }""", "$.s: does not match")]
    [InlineData("""{ "properties": { "s": { "minLength": 2 } } }""", """{ "s": "😀" }""", "$.s: minLength is 2")]
    [InlineData("""{ "required": ["a b"] }""", "{}", "$: the field 'a b' is missing")]
    [InlineData("""{ "properties": { "a": {} }, "additionalProperties": false }""", """{ "b c": 1 }""", "$['b c']: nothing")]
    [InlineData("""{ "propertyNames": { "maxLength": 1 } }""", """{ "bc": 1 }""", "$.bc: maxLength is 1")]
    [InlineData("""{ "maxProperties": 1 }""", """{ "a": 1, "b": 1 }""", "$: maxProperties is 1")]
    [InlineData("""{ "not": { "required": ["a"] } }""", """{ "a": 1 }""", "$: has a form that is not allowed")]
    [InlineData("""{ "anyOf": [{ "required": ["a"] }, { "required": ["b"] }] }""", "{}", "$: fits none of the forms")]
    [InlineData("""{ "oneOf": [{}, { "required": ["b"] }] }""", """{ "b": 1 }""", "$: does not fit exactly one")]
    [InlineData("""{ "if": { "required": ["a"] }, "then": { "required": ["b"] } }""", """{ "a": 1 }""", "'b' is missing")]
    [InlineData("""{ "if": { "required": ["a"] }, "else": { "required": ["b"] } }""", "{}", "'b' is missing")]
    [InlineData("""{ "properties": { "a": { "prefixItems": [{}], "items": false } } }""", """{ "a": [1, 2] }""", "$.a[1]: nothing")]
    [InlineData("""{ "properties": { "a": { "items": [{}], "additionalItems": false } } }""", """{ "a": [1, 2] }""", "$.a[1]: nothing")]
    [InlineData("""{ "properties": { "a": { "uniqueItems": true } } }""", """{ "a": [1, 2, 1.0] }""", "$.a: an item occurs twice")]
    [InlineData("""{ "properties": { "a": { "contains": { "const": 1 } } } }""", """{ "a": [2] }""", "$.a: no item is as expected")]
    public async Task Input_that_does_not_fit_is_an_invalid_decision(string schema, string input, string fault)
    {
        var stopped = await RunAsync(schema, input);
        Assert.Equal(StopReason.InvalidDecision, stopped.Reason);
        Assert.Contains(fault, stopped.Detail);
    }

    [Theory]
    [InlineData("""{ "type": "text" }""", "is unknown")]
    [InlineData("""{ "type": 7 }""", "must be a string")]
    [InlineData("""{ "required": "x" }""", "must be an array")]
    [InlineData("""{ "properties": [] }""", "must be an object")]
    [InlineData("""{ "properties": { "a": 7 } }""", "an object or a boolean")]
    [InlineData("""{ "minLength": -1 }""", "must not be negative")]
    [InlineData("""{ "multipleOf": 0 }""", "more than 0")]
    [InlineData("""{ "exclusiveMinimum": true }""", "must be a number")]
    [InlineData("""{ "uniqueItems": 1 }""", "must be a boolean")]
    [InlineData("""{ "then": {} }""", "needs an 'if'")]
    [InlineData("""{ "pattern": "(" }""", "no regular expression")]
    [InlineData("""{ "pattern": "(a)\\1" }""", "backtracking")]
    [InlineData("""{ "patternProperties": { "(": {} } }""", "no regular expression")]
    [InlineData("""{ "$dynamicRef": "#a" }""", "would not be checked")]
    [InlineData("""{ "$defs": { "unused": { "minimun": 1 } } }""", "would not be checked")]
    [InlineData("""{ "$ref": "http://example.org/x" }""", "out of the schema")]
    [InlineData("""{ "$ref": "/etc/hostname" }""", "out of the schema")]
    [InlineData("""{ "items": { "$ref": "x.json#/a" } }""", "out of the schema")]
    [InlineData("""{ "$ref": "#/definitions/x" }""", "to nothing")]
    [InlineData("""{ "not": { "$ref": "#" } }""", "back to itself")]
    [InlineData("""{ "$defs": { "a": { "anyOf": [{ "$ref": "#/$defs/b" }] }, "b": { "not": { "$ref": "#/$defs/a" } } } }""", "to itself")]
    public void Schema_that_could_not_be_checked_as_it_is_meant_is_refused(string schema, string message)
    {
        var fault = Assert.Throws<InvalidOperationException>(() => Play.Parse(Scenario(schema, "{}")));
        Assert.Contains("$.tools[0].inputSchema", fault.Message);
        Assert.Contains(message, fault.Message);
    }

    [Fact]
    public async Task Pattern_that_would_backtrack_for_years_does_not() =>
        Assert.Contains("does not match", (await RunAsync(
            """{ "properties": { "s": { "pattern": "^(a+)+$" } } }""", $$"""{ "s": "{{new string('a', 50_000)}}!" }""")).Detail);

    [Fact]
    public async Task References_that_multiply_the_work_end_it()
    {
        // Each definition tests the next one twice: 2^40 tests, were they all made.
        var definitions = Enumerable.Range(0, 40)
            .Select(i => $$"""
                "d{{i}}": { "allOf": [{ "$ref": "#/$defs/d{{i + 1}}" }, { "$ref": "#/$defs/d{{i + 1}}" }] },
                """);
        var schema = $$"""{ "$ref": "#/$defs/d0", "$defs": { {{string.Concat(definitions)}} "d40": {} } }""";
        Assert.Contains("too complex", (await RunAsync(schema, "{}")).Detail);
    }

    private static async Task<Stopped> RunAsync(string schema, string input) =>
        (await Play.RunAsync(Play.Parse(Scenario(schema, input)))).State.Stopped!;

    private static string Scenario(string schema, string input) => $$"""
        {
          "runId": "r", "goal": "g", "budget": { "maxSteps": 9 },
          "tools": [{ "name": "t", "sideEffect": "read", "inputSchema": {{schema}} }],
          "decisions": [{ "kind": "tool", "name": "t", "input": {{input}} }, { "kind": "answer", "text": "done" }]
        }
        """;
}
