using MiniRuntime.Core;

namespace MiniRuntime.Testing;

/// <summary>
/// Who is asked, and answers: in time, late, at once with somebody else, again, or never. About a call in doubt they look, and say what
/// is so. Each telling is a process of its own, which can fail like any other; then they tell it again.
/// </summary>
internal sealed class People(ProcessSimulator simulator)
{
    private static readonly TimeSpan _patience = TimeSpan.FromDays(30);

    private int _busy;

    /// <summary>Somebody knows what the run waits for, and will see to it.</summary>
    public bool AreBusy => _busy > 0;

    private Agenda Agenda => simulator.Agenda;

    private Chance Chance => simulator.Chance;

    /// <summary>Asks them.</summary>
    public async void Ask(Effect what)
    {
        _busy++;
        await what.Match(this,
            record: static (_, _) => Task.CompletedTask,
            askModel: static (_, _) => Task.CompletedTask,
            executeTool: static (_, _) => Task.CompletedTask,
            askApproval: static (people, ask) => people.ReviewAsync(ask),
            askReply: static (people, ask) => people.AnswerAsync([new Reply(ask.QuestionId, "yes", Reviewers.Name)]),
            askResolution: static (people, ask) => people.SettleAsync(ask.Call));
        _busy--;
        simulator.Supervisor.LookSoon();
    }

    /// <summary>Delivers something that came in another way, some time.</summary>
    public async void Deliver(Input input)
    {
        await Agenda.Wait(Chance.Long());
        await TellAsync(input, tries: 2);
    }

    private async Task ReviewAsync(AskApproval ask)
    {
        if (Chance.Strike(ProcessTrouble.AnsweredLate) is not null && Ends(ask.Request) is { } left
            && left < _patience && left > TimeSpan.Zero)
        {
            // Whoever takes the run up after that finds that its time has come. An answer may come all the same.
            await Agenda.Wait(left + TimeSpan.FromSeconds(1));
            if (Chance.OneIn(2))
            {
                simulator.Supervisor.TakeUp();
                return;
            }
        }
        var (id, hash) = (ask.Request.Id, ask.Request.Hash);
        PersonSaid approved = new Approve(id, hash, Reviewers.Name);
        PersonSaid rejected = new Reject(id, Reviewers.Name, "no");
        PersonSaid edited = new Approve(id, hash, Reviewers.Name, ask.Call.Proposal.Input);
        await AnswerAsync(Chance.IsCalm ? [approved] : Chance.Random.Next(10) switch
        {
            < 6 => [approved, rejected],
            < 8 => [edited, approved],
            _ => [rejected, edited],
        });
    }

    // Half a lease is how long a process that has been replaced can still act without knowing. Nobody settles a doubt faster than that.
    private async Task SettleAsync(Call call)
    {
        await Agenda.Wait(ProcessSimulator.LeaseLasts);
        await Agenda.Wait(Chance.Short());
        var resolution = simulator.Outside.Look(call.Id) ? Resolution.Happened
            : Chance.IsCalm || !Chance.OneIn(8) ? Resolution.DidNotHappen
            : Resolution.Abandon;
        await AnswerAsync([new Resolve(call.Id, resolution, Reviewers.Name)]);
    }

    // The first of these; and where two answer at once, or one answers again, the others too.
    private async Task AnswerAsync(PersonSaid[] answers)
    {
        await Agenda.Wait(Chance.Short());
        if (Chance.Strike(ProcessTrouble.AnsweredTwice) is null) await TellAsync(answers[0]);
        else if (Chance.OneIn(2)) await Task.WhenAll(TellAsync(answers[0]), TellAsync(answers[^1]));
        else
        {
            Deliver(answers[0]);
            await TellAsync(answers[0]);
        }
    }

    private async Task TellAsync(Input input, int tries = 5)
    {
        for (var tried = 0; tried < tries || Chance.IsCalm; tried++)
        {
            var telling = simulator.Begin().TellAsync(input);
            // What gives no sign is given up. It may tell the run all the same.
            if (await Task.WhenAny(telling, Silence()) == telling && await telling) return;
            await Agenda.Wait(Chance.Long() * (1 << Math.Min(tried, 10)));
        }

        async Task<bool> Silence()
        {
            await Agenda.Wait(TimeSpan.FromMinutes(2));
            return false;
        }
    }

    private TimeSpan? Ends(ApprovalRequest request) => request.Expires - (Moment.Epoch + Agenda.Now);
}
