using MiniRuntime.Core;

namespace MiniRuntime.Shell;

// The model that a scenario asks, and what models cost.
public static partial class ScenarioReader
{
    private sealed record PricedModel(string Name, Price Price);

    private static ModelSettings ReadModel(Node node, FaultList faults)
    {
        var o = new ObjectReader(node, faults);
        var provider = o.Required("provider", As.Name<ModelProvider>(NameOf));
        var (name, endpoint) = (o.Required("name", As.Text), o.Optional("endpoint", ReadEndpoint));
        var (key, instructions) = (o.Optional("apiKey", ReadVariable), o.Optional("instructions", As.Text));
        var temperature = o.OptionalValue("temperature", As.NotNegative);
        var length = o.OptionalValue("maxOutputTokens", As.Int(1));
        var streams = o.Optional("stream", As.Bool, true);
        var timeout = o.OptionalValue("timeout", ReadTimeout);
        if (o.Has("name") && string.IsNullOrWhiteSpace(name)) o.Fault("name", "The model has no name; give the one that the provider knows it by.");
        return o.Make(() => new ModelSettings(provider, name, endpoint, key)
        {
            Instructions = instructions, Temperature = temperature, MaxOutputTokens = length, Streams = streams, Timeout = timeout,
        });
    }

    internal static string NameOf(ModelProvider provider) => provider == ModelProvider.Anthropic ? "anthropic" : "openai";

    private static Uri ReadEndpoint(Node node, FaultList faults)
    {
        var text = As.Text(node, faults);
        if (Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.UserInfo.Length == 0) return uri;
        if (node.Kind == "string" && !node.IsBroken)
            faults.Add(node, $"{As.Quote(text)} is no endpoint; write a URL such as http://localhost:11434/v1, without user and password.");
        return new Uri("http://localhost");
    }

    // { "env": "NAME" }. A key itself has no place in a file that is kept, shared and shown.
    private static string ReadVariable(Node node, FaultList faults)
    {
        if (node.Kind == "string")
        {
            faults.Add(node, "A key does not belong into a file; put it into an environment variable and name that: { \"env\": \"OPENAI_API_KEY\" }.");
            return "";
        }
        var o = new ObjectReader(node, faults);
        var name = o.Required("env", As.Text);
        if (o.Has("env") && (name.Length == 0 || name.Contains('=') || name.Contains('\0')))
            o.Fault("env", $"{As.Quote(name)} is no name of an environment variable.");
        return o.Make(() => name);
    }

    private static Price ReadPrice(Node node, FaultList faults)
    {
        var o = new ObjectReader(node, faults);
        var (input, output) = (o.Required("input", As.NotNegative), o.Required("output", As.NotNegative));
        var cached = o.OptionalValue("cachedInput", As.NotNegative);
        return o.Make(() => new Price(input, output, cached));
    }

    // An object whose fields are the names of models.
    private static Seq<PricedModel> ReadPrices(Node node, FaultList faults) => As.Expect(node, faults, "object")
        ? node.Children.Select(field => new PricedModel(field.Name!, ReadPrice(field, faults))).ToSeq()
        : [];

    private static void CheckModel(ObjectReader o, ModelSettings? model, Budget? budget, Seq<PricedModel> prices)
    {
        if (model is null) return;
        foreach (var script in new[] { "decisions", "inputs" })
            if (o.Has(script)) o.Fault(script, $"A scenario has a 'model' or '{script}', not both; remove one.");
        if (budget?.MaxCost is not null && !prices.Any(priced => priced.Name == model.Name))
        {
            o.Fault("model", $"The budget has a limit of cost, and 'prices' does not say what {As.Quote(model.Name)} costs; "
                + "add it, or the limit would never hold.");
        }
    }
}
