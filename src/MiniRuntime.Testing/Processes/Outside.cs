using MiniRuntime.Core;
using MiniRuntime.Shell;

namespace MiniRuntime.Testing;

/// <summary>The world outside: what tools do, and the only place where it is known what really happened.</summary>
internal sealed class Outside(ProcessSimulator simulator)
{
    private readonly Dictionary<string, ToolResult> _keys = new(StringComparer.Ordinal);
    private readonly List<Request> _underWay = [];
    private readonly HashSet<(string, int)> _used = [];

    /// <summary>The calls that took effect, in order: one that took effect twice stands twice.</summary>
    public List<Call> Happened { get; } = [];

    /// <summary>How often a call took effect.</summary>
    public int Times(string callId) => Happened.Count(call => call.Id == callId);

    /// <summary>Gets ready to do what a permit is for, which takes its time.</summary>
    public async Task<ToolFunction> PrepareAsync(SimulatedProcess process, AuthorizedCall permit)
    {
        var (agenda, chance) = (simulator.Agenda, simulator.Chance);
        simulator.Story.Add(process.Name, $"prepares {permit.Call.Id}");
        var trouble = chance.Strike(ProcessTrouble.Crash, ProcessTrouble.Pause, ProcessTrouble.Sleep, ProcessTrouble.ToolFails);
        await agenda.Wait(chance.Short(), process);
        if (trouble == ProcessTrouble.ToolFails) throw new InvalidOperationException("The tool cannot be reached.");
        if (trouble is { } stops) process.Stop(stops);
        await agenda.Wait(chance.Short(), process);
        var renewals = process.Renewals;
        return (given, _) =>
        {
            if (process.Renewals == renewals) simulator.Break($"{given.Call.Id} was prepared, and executed without a look at the lease");
            return ExecuteAsync(process, given);
        };
    }

    /// <summary>Does what a permit is for, well or badly.</summary>
    public async Task<ToolResult> ExecuteAsync(SimulatedProcess process, AuthorizedCall permit)
    {
        var (agenda, chance, call) = (simulator.Agenda, simulator.Chance, permit.Call);
        simulator.Story.Add(process.Name, $"executes {call.Id}, attempt {call.Attempts}:", call.Proposal);
        if (!simulator.Store.Trace.Any(traced => traced.Fact.CallAuthorized == new CallAuthorized(call.Id, call.Attempts)))
            simulator.Break($"{call.Id} was executed before its permit was on record");
        if (!_used.Add((call.Id, call.Attempts))) simulator.Break($"a permit was used twice: that of {call.Id}, attempt {call.Attempts}");

        var request = new Request(call);
        _underWay.Add(request);
        var trouble = chance.Strike(ProcessTrouble.Crash, ProcessTrouble.Crash, ProcessTrouble.Pause, ProcessTrouble.Sleep,
            ProcessTrouble.ToolFails, ProcessTrouble.ToolHangs, ProcessTrouble.ResultTwice);
        var stops = trouble is ProcessTrouble.Crash or ProcessTrouble.Pause or ProcessTrouble.Sleep;
        if (trouble == ProcessTrouble.ToolFails && chance.OneIn(2))
        {
            await agenda.Wait(chance.Short(), process);
            return Serve(request, new Error("failed"));
        }
        if (trouble == ProcessTrouble.ToolFails)
        {
            SomeTime(request);
            throw new InvalidOperationException("The tool broke.");
        }
        if (trouble == ProcessTrouble.ToolHangs || (stops && chance.OneIn(2)))
        {
            // The process may have died before it sent anything. One that is paused has sent it: it has just made sure of its lease.
            if (stops) process.Stop(trouble!.Value);
            SomeTime(request);
            await Agenda.Never;
        }
        await agenda.Wait(chance.Short());
        var result = Serve(request);
        if (stops) process.Stop(trouble!.Value);
        if (trouble == ProcessTrouble.ResultTwice) simulator.People.Deliver(new ToolReport(call.Id, result));
        await agenda.Wait(chance.Short(), process);
        return result;
    }

    /// <summary>
    /// Looks whether a call has taken effect. What of it was still under way has arrived by then, or never will: who looks makes sure of
    /// that.
    /// </summary>
    public bool Look(string callId)
    {
        foreach (var request in _underWay.Where(request => request.Call.Id == callId).ToList())
        {
            if (simulator.Chance.OneIn(2)) Serve(request);
            else Drop(request);
        }
        return Times(callId) > 0;
    }

    /// <summary>Lets everything that is under way arrive, or not.</summary>
    public void Settle()
    {
        foreach (var id in _underWay.Select(static request => request.Call.Id).Distinct().ToList()) Look(id);
    }

    // At once, later, much later or never.
    private void SomeTime(Request request)
    {
        switch (simulator.Chance.Random.Next(4))
        {
            case 0: Serve(request); break;
            case 1: Drop(request); break;
            case 2: simulator.Agenda.Add(simulator.Chance.Short(), () => Serve(request)); break;
            default: simulator.Agenda.Add(simulator.Chance.Long(), () => Serve(request)); break;
        }
    }

    // A request is served once. A tool that honours the key does a thing once, and gives the same answer for the same key ever after.
    private ToolResult Serve(Request request, ToolResult? failed = null)
    {
        if (request.Answer is { } answered) return answered;
        var call = request.Call;
        _underWay.Remove(request);
        if (call.Tool.Idempotent && _keys.TryGetValue(call.Id, out var known)) return request.Answer = known;
        var answer = request.Answer = failed ?? simulator.World.Tool(call);
        if (call.Tool.Idempotent) _keys[call.Id] = answer;
        if (answer.Ok is null) return answer;
        Happened.Add(call);
        simulator.Story.Add("the world", $"has it: {call.Id}", call.Proposal);
        return answer;
    }

    private void Drop(Request request)
    {
        request.Answer = new Error("never arrived");
        _underWay.Remove(request);
    }

    private sealed class Request(Call call)
    {
        public Call Call => call;

        public ToolResult? Answer { get; set; }
    }
}
