using System.CommandLine;
using MiniRuntime.Core;

namespace MiniRuntime.Cli;

/// <summary><c>miniruntime answer ID "text"</c>: the reply to a question that a run asks.</summary>
internal static class AnswerCommand
{
    public static Command Create()
    {
        var (id, store, person) = (Telling.Id(), Stores.Option(), Telling.Person());
        var text = new Argument<string>("TEXT") { Description = "The reply." };
        var labels = new Option<string[]>("--label") { Description = "A label that the run picks up from the reply, such as 'untrusted'." };
        var command = new Command("answer", """
            Answers the question that a run waits for.
            Exit codes: 0 recorded; 2 bad input; 6 it is no longer asked.
            """) { id, text, store, person, labels };
        command.SetAction(parsed => Telling.Faults("The reply", parsed.GetValue(text)), parsed => Telling.TellAsync(
            parsed.GetRequiredValue(store), parsed.GetRequiredValue(id), state => state.Phase.AwaitingReply is { } question
                ? (PersonSaid)new Reply(question.Id, parsed.GetRequiredValue(text), Telling.Named(parsed.GetValue(person)), parsed.GetValue(labels))
                : null, "question"));
        return command;
    }
}
