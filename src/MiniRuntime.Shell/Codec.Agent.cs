using MiniRuntime.Core;

namespace MiniRuntime.Shell;

// What an agent is made of, beside its policy. Read forms are those of a scenario: what has a default can be left out.
public static partial class Codec
{
    /// <summary><c>{ name, description, sideEffect, inputSchema, labels, version, enabled, idempotent, timeout }</c>. Only the name must
    /// be given; a tool that does not say what it does to the world is taken for a <c>write</c>, the strictest.</summary>
    public static Codec<Tool> Tool { get; } = new(Write, Of(static o => ToolOf(o, As.Duration)));

    /// <summary><c>{ name, version, sideEffect, idempotent, labels }</c>.</summary>
    public static Codec<ToolRef> ToolRef { get; } = new(static tool => Object(Fields(tool, "name")), Of(static o => RefOf(o, "name")));

    /// <summary><c>{ maxSteps, maxToolCalls, … , deadline }</c>, the deadline in seconds. Only <c>maxSteps</c> must be given.</summary>
    public static Codec<Budget> Budget { get; } = new(Write, ReadBudget(int.MaxValue));

    /// <summary><c>{ enabled, validFor }</c>, in seconds.</summary>
    public static Codec<Approvals> Approvals { get; } = new(
        static approvals => Object([("enabled", approvals.Enabled), ("validFor", Write(approvals.ValidFor))]),
        Of<Approvals>(static o =>
        {
            var (enabled, validFor) = (o.Required("enabled", As.Bool), o.Required("validFor", As.Duration));
            return () => new Approvals(enabled, validFor);
        }));

    /// <summary><c>{ window, maxTokens, scopes }</c>; what is left out has its default.</summary>
    public static Codec<ContextRules> ContextRules { get; } = new(
        static rules => Object(
        [
            ("window", rules.Window), ("maxTokens", Write(rules.MaxTokens)), ("scopes", List(rules.Scopes, static scope => scope.Name())),
        ]),
        ReadContextRules);

    internal static ContextRules ReadContextRules(Node node, FaultList faults) => Of<ContextRules>(static o =>
    {
        var window = o.Optional("window", As.Int(0), Core.ContextRules.Default.Window);
        var maxTokens = o.OptionalValue("maxTokens", As.Long(0));
        var scopes = o.Optional("scopes", As.List(As.Name<MemoryScope>(Wire.Name)));
        return () => new ContextRules(window, maxTokens, scopes);
    })(node, faults);

    internal static JsonText Write(Tool tool) => Object(
    [
        .. Fields(tool.Ref, "name"), ("description", tool.Description), ("inputSchema", tool.InputSchema),
        ("enabled", tool.Enabled), ("timeout", Write(tool.Timeout)),
    ]);

    internal static Func<Tool> ToolOf(ObjectReader o, ReadValue<TimeSpan> readTimeout)
    {
        var name = o.Required("name", ReadToolName);
        var description = o.Optional("description", As.Text, "");
        var sideEffect = o.Optional("sideEffect", As.Name<SideEffect>(Wire.Name), SideEffect.Write);
        var schema = o.Optional("inputSchema", As.Value);
        var (labels, version) = (ReadLabels(o), o.Optional("version", As.Text, "1"));
        var (enabled, idempotent) = (o.Optional("enabled", As.Bool, true), o.Optional("idempotent", As.Bool, false));
        var timeout = o.OptionalValue("timeout", readTimeout);
        return () => new Tool(name, description, sideEffect, schema, labels, version, enabled, idempotent, timeout);
    }

    // With or without tolerance, where the budget does not say: as many of each kind of trouble as there are steps, or none.
    internal static ReadValue<Budget> ReadBudget(int mostSteps, bool isTolerant = false) => Of<Budget>(o =>
    {
        var steps = o.Required("maxSteps", As.Int(0, mostSteps));
        var tolerance = isTolerant ? steps : 0;
        var toolCalls = o.OptionalValue("maxToolCalls", As.Int(0));
        var invalidDecisions = o.Optional("maxInvalidDecisions", As.Int(0), tolerance);
        var modelFailures = o.Optional("maxModelFailures", As.Int(0), tolerance);
        var toolFailures = o.Optional("maxToolFailures", As.Int(0), tolerance);
        var refusals = o.Optional("maxRefusals", As.Int(0), tolerance);
        var (tokens, cost) = (o.OptionalValue("maxTokens", As.Long(0)), o.OptionalValue("maxCost", As.NotNegative));
        var deadline = o.OptionalValue("deadline", As.Duration);
        return () => new Budget(steps, toolCalls, invalidDecisions, modelFailures, toolFailures, refusals, tokens, cost, deadline);
    });

    private static JsonText Write(Budget budget) => Object(
    [
        ("maxSteps", budget.MaxSteps), ("maxToolCalls", budget.MaxToolCalls), ("maxInvalidDecisions", budget.MaxInvalidDecisions),
        ("maxModelFailures", budget.MaxModelFailures), ("maxToolFailures", budget.MaxToolFailures), ("maxRefusals", budget.MaxRefusals),
        ("maxTokens", Write(budget.MaxTokens)), ("maxCost", Write(budget.MaxCost)), ("deadline", Write(budget.Deadline)),
    ]);

    private static Fields Fields(ToolRef tool, string nameField) =>
    [
        (nameField, tool.Name), ("version", tool.Version), ("sideEffect", tool.SideEffect.Name()), ("idempotent", tool.Idempotent),
        ("labels", Labels(tool.Labels)),
    ];

    private static Func<ToolRef> RefOf(ObjectReader o, string nameField)
    {
        var (name, version) = (o.Required(nameField, ReadToolName), o.Required("version", As.Text));
        var sideEffect = o.Required("sideEffect", As.Name<SideEffect>(Wire.Name));
        var (idempotent, labels) = (o.Required("idempotent", As.Bool), ReadLabels(o));
        return () => new ToolRef(name, version, sideEffect, idempotent, labels);
    }

    private static string ReadToolName(Node node, FaultList faults) =>
        As.Checked(static name => _ = new ToolRef(name, "", SideEffect.Read, false, []))(node, faults);
}
