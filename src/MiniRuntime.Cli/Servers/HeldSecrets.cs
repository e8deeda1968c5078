using System.Text;
using MiniRuntime.Shell;

namespace MiniRuntime.Cli;

/// <summary>The secrets that a scenario names, as this process's environment holds them.</summary>
internal static class HeldSecrets
{
    // No scenario can name it: it has a space, which no name and no placeholder that is looked for may have.
    private const string ModelKey = "model key";

    /// <summary>Their values, as far as they are there. The model's key is one, which no tool is granted.</summary>
    public static Secrets Of(Scenario scenario) => Secrets.Read(scenario.Model is { NeedsKey: true } model
        ? scenario.Secrets.Add(new NamedSecret(ModelKey, model.KeyVariable, []))
        : scenario.Secrets);

    /// <summary>Why a run cannot be driven here, or null: a value is not there, or is too short to be kept out of anything.</summary>
    public static string? Fault(Scenario scenario)
    {
        try
        {
            var held = Of(scenario);
            return scenario.Secrets.FirstOrDefault(secret => !held.Has(secret.Name)) is { } missing
                ? $"The secret '{missing.Name}' has no value: set the variable {missing.Variable}."
                : null;
        }
        catch (ArgumentException e)
        {
            return e.Message;
        }
    }

    /// <summary>Makes sure that what is there can be kept out of a run.</summary>
    /// <exception cref="StoreException">A value is too short for that.</exception>
    public static void Require(Scenario scenario)
    {
        try
        {
            Of(scenario);
        }
        catch (ArgumentException e)
        {
            throw new StoreException(e.Message);
        }
    }

    /// <summary>Why a file cannot be run here, or null. It must not hold a value itself either: it is kept with the run.</summary>
    public static string? Fault(ScenarioFile file) => Fault(file.Scenario)
        ?? (Encoding.UTF8.GetString(file.Bytes) is var text && Of(file.Scenario).Redact(text) != text
            ? "It holds the value of one of its secrets, and would be kept with the run; write ${secret:NAME} in its place."
            : null);
}
