using MiniRuntime.Models;
using MiniRuntime.Shell;

namespace MiniRuntime.Cli;

/// <summary>The model of a scenario: its script, or one that is asked over the network.</summary>
internal static class ScenarioModel
{
    /// <summary>The model.</summary>
    /// <param name="scenario">The scenario.</param>
    /// <param name="said">Told of text as it comes; raw.</param>
    public static IModel Of(Scenario scenario, Action<string>? said = null) => scenario.Model is { } settings
        ? new NetworkModel(settings, Key(settings), scenario.Prices.GetValueOrDefault(settings.Name), scenario.Agent.Approvals.Enabled, said)
        : new ScriptedModel(scenario.Script);

    /// <summary>Why the model cannot be asked here, or null.</summary>
    public static string? Fault(Scenario scenario) => scenario.Model is { NeedsKey: true } settings && string.IsNullOrEmpty(Key(settings))
        ? $"The model '{settings.Name}' needs a key: set the variable {settings.KeyVariable}."
        : null;

    /// <summary>The scenario with another model: <c>NAME</c>, or <c>PROVIDER:NAME</c> for one of another provider at its own endpoint.</summary>
    public static (Scenario Scenario, string? Fault) With(Scenario scenario, string model)
    {
        if (scenario.Model is not { } settings) return (scenario, "It has no 'model' that another could take the place of.");
        foreach (var (prefix, provider) in new[] { ("openai:", ModelProvider.OpenAI), ("anthropic:", ModelProvider.Anthropic) })
        {
            if (!model.StartsWith(prefix, StringComparison.Ordinal)) continue;
            model = model[prefix.Length..];
            if (settings.Provider != provider) settings = settings with { Provider = provider, Endpoint = null, ApiKey = null };
        }
        if (string.IsNullOrWhiteSpace(model)) return (scenario, "--model needs the name of a model.");
        return scenario.Agent.Budget.MaxCost is not null && !scenario.Prices.ContainsKey(model)
            ? (scenario, $"The budget has a limit of cost, and 'prices' does not say what '{model}' costs; add it.")
            : (scenario with { Model = settings with { Name = model } }, null);
    }

    // Nobody's usual key is sent to an endpoint that is not that provider's own, unless the scenario says so.
    private static string? Key(ModelSettings settings) =>
        settings.NeedsKey ? Environment.GetEnvironmentVariable(settings.KeyVariable) : null;
}
