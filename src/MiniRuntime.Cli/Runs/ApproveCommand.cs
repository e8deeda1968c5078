using System.CommandLine;
using MiniRuntime.Core;
using MiniRuntime.Shell;

namespace MiniRuntime.Cli;

/// <summary><c>miniruntime approve ID --as NAME</c>: the exact call that a run asks for may run, or the same tool with another input.</summary>
internal static class ApproveCommand
{
    public static Command Create()
    {
        var id = new Argument<string>("ID")
        {
            Description = "The id of the request, as 'approvals' shows it; a run's id says nothing of what was seen.",
        };
        var (store, reviewer) = (Stores.Option(), Telling.Reviewer());
        var input = new Option<string?>("--input")
        {
            Description = "A JSON file with another input. The call that was asked for is closed; the edited one passes the gate again.",
        };
        var hash = new Option<string?>("--hash") { Description = "Only if the request has this hash, as it was shown." };
        var command = new Command("approve", """
            Approves the call that a run waits for, by the id of the request, as 'approvals' shows it: a run that asks anew (tools or policy
            have changed, an input was edited) does so under another id. So nothing is approved that was not seen. The call runs when the
            run is resumed.
            Exit codes: 0 recorded; 2 bad input; 6 it is no longer asked, is another call, or may not be approved by this person.
            """) { id, store, reviewer, input, hash };
        command.SetAction((parsed, _) => ApproveAsync(parsed.GetRequiredValue(id), parsed.GetRequiredValue(store),
            parsed.GetRequiredValue(reviewer), parsed.GetValue(input), parsed.GetValue(hash)));
        return command;
    }

    private static async Task<int> ApproveAsync(string id, string store, string reviewer, string? inputFile, string? hash)
    {
        Json.Object? edited = null;
        if (inputFile is not null)
        {
            var bytes = ScenarioReader.ReadBytes(inputFile);
            if (!bytes.IsValid) return Output.BadInput($"{inputFile}: {bytes.Faults[0]}");
            var read = StrictJson.Parse(bytes.Value, JsonSource.File);
            if (!read.IsValid) return Output.BadInput($"{inputFile}: {read.Faults[0]}");
            if (read.Value is not Json.Object value) return Output.BadInput($"{inputFile}: A tool's input is a JSON object.");
            edited = value;
        }
        if (!id.Contains(':', StringComparison.Ordinal))
        {
            return Output.BadInput($"{Escape.Id(id)}: Say which call you saw, by the id of the request; 'miniruntime approvals' shows it. "
                + "The run may wait for another one by now.");
        }
        return await Telling.TellAsync(store, id, state => state.Phase.AwaitingApproval is { Request: { } request }
            ? (PersonSaid)new Approve(request.Id, hash ?? request.Hash, reviewer, edited)
            : null, "approval");
    }
}
