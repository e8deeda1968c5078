using System.CommandLine;
using System.Text;
using MiniRuntime.Core;
using MiniRuntime.Shell;

namespace MiniRuntime.Cli;

/// <summary><c>miniruntime resolve ID --happened RESULT | --did-not-happen | --abandon</c>: what became of a call in doubt.</summary>
internal static class ResolveCommand
{
    public static Command Create()
    {
        var (id, store, person) = (Telling.Id(), Stores.Option(), Telling.Person());
        var happened = new Option<string?>("--happened") { Description = "It happened, with this result, in JSON ('null' for none)." };
        var not = new Option<bool>("--did-not-happen") { Description = "It did not happen: a tool failure." };
        var abandon = new Option<bool>("--abandon") { Description = "Nobody can tell, or it does not matter: the run is cancelled." };
        var command = new Command("resolve", """
            Settles a call that may have happened, as a person found out: one that is in doubt, or that a process died over. The run goes on
            when it is resumed.
            Exit codes: 0 recorded; 2 bad input; 6 no such call is in doubt.
            """) { id, store, happened, not, abandon, person };
        command.SetAction(Faults, parsed => ResolveAsync(parsed.GetRequiredValue(id), parsed.GetRequiredValue(store),
            parsed.GetValue(happened), parsed.GetValue(not) ? Resolution.DidNotHappen : Resolution.Abandon,
            Telling.Named(parsed.GetValue(person))));
        return command;

        IEnumerable<string> Faults(ParseResult parsed)
        {
            var given = (parsed.GetValue(happened) is null ? 0 : 1) + (parsed.GetValue(not) ? 1 : 0) + (parsed.GetValue(abandon) ? 1 : 0);
            if (given != 1) yield return "Say one of --happened RESULT, --did-not-happen, --abandon.";
        }
    }

    private static async Task<int> ResolveAsync(string id, string store, string? happened, Resolution otherwise, string person)
    {
        Json? data = null;
        if (happened is not null)
        {
            var read = StrictJson.Parse(Encoding.UTF8.GetBytes(happened), JsonSource.Wire);
            if (!read.IsValid) return Output.BadInput($"--happened: The result is no JSON ({read.Faults[0].Message}). Text needs quotes: '\"done\"'.");
            data = read.Value;
        }
        return await Telling.TellAsync(store, id, state => (state.Phase.InDoubt?.Call ?? state.Phase.Executing?.Call) is { } call
            ? (PersonSaid)new Resolve(call.Id, happened is null ? otherwise : Resolution.Happened, person, data)
            : null, "call in doubt");
    }
}
