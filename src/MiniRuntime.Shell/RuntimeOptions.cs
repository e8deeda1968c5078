using System.Runtime.CompilerServices;

namespace MiniRuntime.Shell;

/// <summary>Limits and clock of a runtime.</summary>
/// <exception cref="ArgumentException">A limit is none that can be kept, or the owner or the clock is null.</exception>
public sealed record RuntimeOptions
{
    /// <summary>How long a tool may take that names no limit of its own; more than 0.</summary>
    public TimeSpan ToolTimeout { get; init => field = Between(value, TimeSpan.FromTicks(1), TimeSpan.MaxValue); } = TimeSpan.FromSeconds(60);

    /// <summary>How long a model may take for one answer; more than 0.</summary>
    public TimeSpan ModelTimeout { get; init => field = Between(value, TimeSpan.FromTicks(1), TimeSpan.MaxValue); } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// How long to wait before a model is asked again that could not answer (<see cref="ModelUnavailableException"/>) and did not say how long:
    /// about so long the first time, twice that the next, with some chance in it so that many runs do not ask at once; 0 to a day.
    /// </summary>
    public TimeSpan ModelPause { get; init => field = Between(value, TimeSpan.Zero, TimeSpan.FromDays(1)); } = TimeSpan.FromSeconds(1);

    /// <summary>The longest such wait, whatever the model asks for; 0 to a day. Asked too early it fails once more, and is charged.</summary>
    public TimeSpan LongestModelPause { get; init => field = Between(value, TimeSpan.Zero, TimeSpan.FromDays(1)); } =
        TimeSpan.FromMinutes(2);

    /// <summary>
    /// Whether models and tools begin beside the thread that drives the run, so that code that blocks does not hold up the run. False is
    /// faster, and for code that awaits whatever takes time: until its first await no limit can end it.
    /// </summary>
    public bool OwnThreads { get; init; } = true;

    /// <summary>
    /// How much of a tool's result is kept, in UTF-16 units, 0 or more. Of a longer one the beginning, the length and the SHA-256 are
    /// recorded.
    /// </summary>
    public int MaxResult { get; init => field = Between(value, 0, int.MaxValue); } = 256 * 1024;

    /// <summary>How many runs are driven at once, 1 or more; the others wait for room. Null is no limit.</summary>
    public int? MaxRuns { get; init => field = value is { } most ? Between(most, 1, int.MaxValue) : null; }

    /// <summary>
    /// How long a run belongs to its driver without a sign of life: 10 milliseconds to a day. It is renewed after each third of that; a
    /// driver that dies holds the run up for so long.
    /// </summary>
    public TimeSpan LeaseLasts { get; init => field = Between(value, TimeSpan.FromMilliseconds(10), TimeSpan.FromDays(1)); } =
        TimeSpan.FromSeconds(30);

    /// <summary>
    /// The scenario file that agent, model and tools were made from, if they were: it is kept with each run that is started or taken up, so
    /// that any process can take the run up later, and know what decided in it.
    /// </summary>
    public ReadOnlyMemory<byte>? Scenario { get; init; }

    /// <summary>
    /// The hash of the scenario (<see cref="RunEntry.Scenario"/>) that agent, model and tools were made from, where it is the one that a
    /// run has already. A run that was given another one since is left alone: neither driven nor told anything under rules that no longer
    /// govern it. Null looks at nothing.
    /// </summary>
    public string? RequiredScenario { get; init; }

    /// <summary>What must not enter a run: each value is replaced by its placeholder before the core sees it.</summary>
    public Secrets Secrets { get; init; } = Secrets.None;

    /// <summary>Who drives, as others are told it.</summary>
    public string Owner { get; init => field = Given(value); } = $"process {Environment.ProcessId} on {Environment.MachineName}";

    /// <summary>Where the chance in those waits comes from: numbers from 0 to under 1.</summary>
    public Func<double> Chance { get; init; } = Random.Shared.NextDouble;

    /// <summary>The clock that stamps inputs and measures limits.</summary>
    public TimeProvider Clock { get; init => field = Given(value); } = TimeProvider.System;

    private static T Given<T>(T? value, [CallerMemberName] string? name = null) where T : class =>
        value ?? throw new ArgumentNullException(name);

    private static T Between<T>(T value, T least, T most, [CallerMemberName] string? name = null) where T : IComparable<T> =>
        value.CompareTo(least) >= 0 && value.CompareTo(most) <= 0
            ? value
            : throw new ArgumentOutOfRangeException(name, value, $"It must be from {least} to {most}.");
}
