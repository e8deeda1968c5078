using MiniRuntime.Core;
using MiniRuntime.Shell;

namespace MiniRuntime.Testing;

/// <summary>An alphabet by phase: which letters can come in where, by number.</summary>
internal sealed class Letters
{
    private readonly List<ScriptedInput> _all = [];
    private readonly int[] _thinking;
    private readonly int[] _executing;
    private readonly int[] _inDoubt;
    private readonly int[] _awaitingReply;
    private readonly Dictionary<string, int[]> _awaitingApproval = new(StringComparer.Ordinal);

    public Letters(Agent agent, Alphabet alphabet, DateTimeOffset begins)
    {
        Start = new Stamp(begins);
        _thinking = Numbers(alphabet.Proposals);
        _executing = Numbers(alphabet.Results);
        _inDoubt = Numbers(alphabet.Resolutions);
        _awaitingReply = Numbers(alphabet.Replies);
        // A reviewer edits the input of a tool into another input of that tool.
        foreach (var tool in agent.Tools)
        {
            var inputs = alphabet.Proposals.Select(static line => line.Input.Decision?.CallTool)
                .Where(call => call?.Name == tool.Name).Select(static call => call!.Input).ToHashSet();
            _awaitingApproval[tool.Name] = Numbers(alphabet.Reviews.Where(line =>
                line.Input.PersonSaid?.Approve?.EditedInput is not { } edited || inputs.Contains(edited)));
        }
    }

    /// <summary>A letter.</summary>
    public ScriptedInput this[int letter] => _all[letter];

    /// <summary>What can come in where the run rests in this phase.</summary>
    public int[] In(Phase phase) =>
        phase.Thinking is not null ? _thinking
        : phase.Executing is not null ? _executing
        : phase.AwaitingApproval is { } waiting ? _awaitingApproval[waiting.Call.Tool.Name]
        : phase.AwaitingReply is not null ? _awaitingReply
        : phase.InDoubt is not null ? _inDoubt
        : [];

    /// <summary>The input that a letter is in this state.</summary>
    public Input Input(int letter, State state) => _all[letter].Against(state);

    /// <summary>The stamp of the run's start.</summary>
    public Stamp Start { get; }

    /// <summary>The stamp of a letter that comes after the latest time that a run knows.</summary>
    public Stamp Stamp(int letter, DateTimeOffset? now)
    {
        var line = _all[letter];
        var from = now ?? Start.At!.Value;
        if (line is { Tokens: 0, Cost: 0 } && line.After == TimeSpan.Zero && from == Start.At) return Start;
        return new Stamp(DateTimeOffset.MaxValue - from < line.After ? DateTimeOffset.MaxValue : from + line.After, line.Tokens, line.Cost);
    }

    private int[] Numbers(IEnumerable<ScriptedInput> lines) => [.. lines.Select(line =>
    {
        _all.Add(line);
        return _all.Count - 1;
    })];
}
