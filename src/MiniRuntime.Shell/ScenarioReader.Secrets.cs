using System.Text.RegularExpressions;
using MiniRuntime.Core;

namespace MiniRuntime.Shell;

// Secrets: their names, and who gets them. Their values are not in the file.
public static partial class ScenarioReader
{
    [GeneratedRegex(@"\A[A-Za-z0-9_-]{1,64}\z")]
    private static partial Regex SecretName();

    private static Seq<NamedSecret> ReadSecrets(Node node, FaultList faults)
    {
        if (!As.Expect(node, faults, "object")) return [];
        foreach (var field in node.Children.Where(static field => !SecretName().IsMatch(field.Name!)))
        {
            faults.Add(field, $"{As.Quote(field.Name!)} cannot be the name of a secret: letters, digits, '_' and '-', 64 characters at "
                + "most.");
        }
        return node.Children.Select(field =>
        {
            var o = new ObjectReader(field, faults);
            var (variable, tools) = (o.Required("env", NotBlank), o.Optional("tools", As.Texts, []));
            return o.Make(() => new NamedSecret(field.Name!, variable, tools));
        }).ToSeq();
    }

    // Where a secret is named it has to be one, in a place that others do not see.
    private static void RefuseUnfitSecrets(Node scenario, FaultList faults)
    {
        foreach (var server in scenario["mcpServers"]?.Children ?? [])
        {
            foreach (var field in (server["env"]?.Children ?? []).Concat(server["headers"]?.Children ?? []))
                foreach (var name in Named(field).Where(name => scenario["secrets"]?[name] is null))
                    faults.Add(field, $"There is no secret {As.Quote(name)}; name it under 'secrets'.");
            var seen = new[] { server["command"], server["cwd"], server["url"] }.OfType<Node>().Concat(server["args"]?.Children ?? []);
            foreach (var field in seen)
                if (Named(field).Any()) faults.Add(field, "A secret does not go here, where others can see it; use 'env', or 'headers'.");
        }

        static IEnumerable<string> Named(Node field) => field.Scalar is Json.String text ? Secrets.In(text.Value) : [];
    }
}
