using System.CommandLine;
using MiniRuntime.Core;

namespace MiniRuntime.Cli;

/// <summary><c>miniruntime reject ID --as NAME --reason …</c>: the call that a run asks for may not run.</summary>
internal static class RejectCommand
{
    public static Command Create()
    {
        var (id, store, reviewer) = (Telling.Id(), Stores.Option(), Telling.Reviewer());
        var reason = new Option<string>("--reason") { Description = "Why not; the model gets to see it.", Required = true };
        var command = new Command("reject", """
            Rejects the call that a run waits for: a refusal, which the run survives as its budget says.
            Exit codes: 0 recorded; 2 bad input; 6 it is no longer asked, or may not be rejected by this person.
            """) { id, store, reviewer, reason };
        command.SetAction(parsed => Telling.Faults("--reason", parsed.GetValue(reason)), parsed => Telling.TellAsync(
            parsed.GetRequiredValue(store), parsed.GetRequiredValue(id), state => state.Phase.AwaitingApproval is { Request: { } request }
                ? (PersonSaid)new Reject(request.Id, parsed.GetRequiredValue(reviewer), parsed.GetRequiredValue(reason))
                : null, "approval"));
        return command;
    }
}
