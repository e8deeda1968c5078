using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;
using MiniRuntime.Core;

namespace MiniRuntime.Shell;

/// <summary>
/// Functions of Microsoft.Extensions.AI as tools. <c>AIFunctionFactory.Create</c> makes one of any C# method; name, description and input
/// schema come from it. What the tool does to the world is the operator's to say, and a <c>write</c> unless they say otherwise. Nothing is
/// retried here: a model that wants another try proposes one, and it passes the gate.
/// </summary>
public static class FunctionTools
{
    /// <summary>The key under which <see cref="AIFunctionArguments.Context"/> holds the call's id: the idempotency key.</summary>
    public const string IdempotencyKey = "idempotencyKey";

    /// <summary>The description of a function, for an agent.</summary>
    /// <param name="function">The function.</param>
    /// <param name="sideEffect">What running it does to the world.</param>
    /// <param name="labels">Labels that a run picks up from any result.</param>
    /// <param name="version">The tool's version.</param>
    /// <param name="enabled">False: not shown to the model, and refused when proposed.</param>
    /// <param name="idempotent">True when the function honours <see cref="IdempotencyKey"/>.</param>
    /// <param name="timeout">How long one execution may take; null leaves it to the runtime.</param>
    /// <exception cref="ArgumentException">Its name is no tool name, or its schema has a number that no decimal holds.</exception>
    public static Tool AsTool(this AIFunction function, SideEffect sideEffect = SideEffect.Write, IEnumerable<string>? labels = null,
        string version = "1", bool enabled = true, bool idempotent = false, TimeSpan? timeout = null)
    {
        var schema = StrictJson.Parse(Encoding.UTF8.GetBytes(function.JsonSchema.GetRawText()), JsonSource.Wire);
        if (!schema.IsValid)
            throw new ArgumentException($"The input schema of '{function.Name}' is not exact: {schema.Faults[0]}", nameof(function));
        return new Tool(function.Name, Clean.Text(function.Description), sideEffect, schema.Value, labels, version, enabled, idempotent,
            timeout);
    }

    /// <summary>With a function for the tool of its name. It gets the values of those secrets that it is granted.</summary>
    public static Toolbox Bind(this Toolbox toolbox, AIFunction function, Secrets? secrets = null) =>
        toolbox.Bind(function.Name, Body(function, secrets));

    /// <summary>
    /// What the function does, given a permit. It gets the input's fields as its arguments, and the call's id in their context. A
    /// <see cref="ToolResult"/> that it returns is the result; of anything else the result is Ok, with <see cref="ExactJson"/> of it.
    /// </summary>
    public static ToolFunction Body(AIFunction function, Secrets? secrets = null) => async (permit, cancel) =>
    {
        var arguments = new AIFunctionArguments(StringComparer.Ordinal)
        {
            Context = new Dictionary<object, object?> { [IdempotencyKey] = permit.Call.Id },
        };
        foreach (var field in (secrets ?? Secrets.None).Reveal(permit).Fields) arguments[field.Name] = ExactJson.Element(field.Value);
        return await function.InvokeAsync(arguments, cancel) switch
        {
            ToolResult result => result,
            Json json => new Ok(json),
            string text => new Ok(Clean.Text(text)),
            TextContent content => new Ok(Clean.Text(content.Text)),
            JsonElement element => new Ok(ExactJson.Of(element.GetRawText())),
            var other => new Ok(ExactJson.Of(JsonSerializer.Serialize(other, function.JsonSerializerOptions))),
        };
    };
}
