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

    /// <summary>What came from a model, or an invalid decision in the place of each call whose input breaks its tool's schema.</summary>
    public Input Checked(Input input) => input.Decisions is { } several ? Several.Of(several.Items.Select(CheckedOne)) : CheckedOne(input);

    private Input CheckedOne(Input proposal) => Unfit(proposal) is { } unfit ? unfit : proposal;

    private InvalidDecision? Unfit(Input proposal) => proposal.Decision?.CallTool is { } call && Fault(call) is { } fault
        ? new InvalidDecision(fault, JsonText.Object([("name", call.Name), ("input", call.Input)]).ToString())
        : null;

    /// <summary>What is wrong with an edited input, or null: nothing, or this is no edit of the call that the run waits for.</summary>
    public string? Fault(State state, Input input) =>
        input.PersonSaid?.Approve?.EditedInput is { } edited && state.Phase.AwaitingApproval is { Call.Tool.Name: var tool }
            ? Fault(new CallTool(tool, edited))
            : null;

    /// <summary>What is wrong with the input of a call, or null: it fits, or its tool is unknown, disabled or without a schema.</summary>
    public string? Fault(CallTool call) => _schemas.GetValueOrDefault(call.Name)?.Fault(call.Input) is { } fault
        ? $"The input does not fit the schema of the tool '{call.Name}': {fault}"
        : null;
}
