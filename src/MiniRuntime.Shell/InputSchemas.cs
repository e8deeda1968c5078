using MiniRuntime.Core;

namespace MiniRuntime.Shell;

/// <summary>
/// The input schemas of an agent's tools. Input is checked here, where it comes in; the core carries schemas and no more. A call of a
/// disabled tool is not checked: whatever its input, the core refuses it.
/// </summary>
public sealed class InputSchemas
{
    private readonly Dictionary<string, InputSchema> _schemas = new(StringComparer.Ordinal);

    /// <summary>The schemas of these tools.</summary>
    /// <exception cref="ArgumentException">A schema is unusable; the message names its tool.</exception>
    public InputSchemas(Seq<Tool> tools)
    {
        foreach (var tool in tools)
        {
            if (tool.InputSchema is not { } schema) continue;
            try
            {
                var usable = InputSchema.Load(schema);
                if (tool.Enabled) _schemas[tool.Name] = usable;
            }
            catch (ArgumentException e)
            {
                throw new ArgumentException($"The input schema of the tool '{tool.Name}' is unusable. {e.Message}", nameof(tools), e);
            }
        }
    }

    /// <summary>What is wrong with the input of a call, or null: it fits, or its tool is unknown, disabled or without a schema.</summary>
    public string? Fault(CallTool call) => _schemas.GetValueOrDefault(call.Name)?.Fault(call.Input) is { } fault
        ? $"The input does not fit the schema of the tool '{call.Name}': {fault}"
        : null;
}
