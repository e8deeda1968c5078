using System.Text;
using System.Text.Json;
using MiniRuntime.Core;

namespace MiniRuntime.Shell;

// What a scenario says of the gateway.
public static partial class ScenarioReader
{
    /// <summary>A scenario file with one more field, on the line where it begins: all else stays as it is, and where it was.</summary>
    /// <param name="scenario">The file: a JSON object, as it was read before. It does not have the field.</param>
    /// <param name="field">The field's name.</param>
    /// <param name="value">Its value, as JSON text.</param>
    public static byte[] With(ReadOnlySpan<byte> scenario, string field, string value)
    {
        var mark = scenario.StartsWith(Encoding.UTF8.Preamble) ? Encoding.UTF8.Preamble.Length : 0;
        var reader = new Utf8JsonReader(scenario[mark..], new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip });
        reader.Read();
        var at = mark + (int)reader.TokenStartIndex + 1;
        return [.. scenario[..at], .. Encoding.UTF8.GetBytes($" \"{field}\": {value},"), .. scenario[at..]];
    }

    private static GatewaySettings ReadGateway(Node node, FaultList faults)
    {
        var o = new ObjectReader(node, faults);
        var reviewer = o.Optional("reviewer", As.Text);
        return o.Make(() => new GatewaySettings(reviewer));
    }

    private static void CheckGateway(ObjectReader o, GatewaySettings? gateway, string? actor, Policy policy, Approvals approvals)
    {
        if (gateway is null) return;
        foreach (var script in new[] { "model", "decisions", "inputs" })
            if (o.Has(script)) o.Fault(script, $"Behind a 'gateway' a client proposes, so there is no '{script}'; remove one of the two.");
        if (!o.Has("approvals") && !approvals.Enabled && policy.Rules.Any(static rule => rule.Then.ApprovalRequired is not null))
        {
            o.Fault("gateway", "Its policy asks for approvals, and nobody can give them without an 'actor', whose calls they are; add it. "
                + "(With \"approvals\": false such a call ends the run as blocked.)");
        }
        if (gateway.Reviewer is not { } reviewer) return;
        if (PersonName.IsNobody(reviewer)) o.Fault("gateway", "The reviewer has no name.");
        else if (!approvals.Enabled)
            o.Fault("gateway", "A reviewer reviews approvals, which are off; turn them on, or remove the reviewer.");
        else if (actor is not null && PersonName.AreAlike(actor, reviewer))
            o.Fault("gateway", "The reviewer is the actor, and nobody may approve their own calls; name somebody else, or nobody.");
    }
}
