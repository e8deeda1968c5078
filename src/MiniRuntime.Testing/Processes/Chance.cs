namespace MiniRuntime.Testing;

/// <summary>
/// What a seed decides: where trouble strikes, and how long things take. After so many occasions nothing goes wrong any more, so that every
/// run can come to its end.
/// </summary>
internal sealed class Chance(SimulatedProcesses world)
{
    private readonly bool[] _enabled = [.. Enum.GetValues<ProcessTrouble>().Select(world.Troubles.Contains)];
    private int _occasions;

    /// <summary>The numbers that everything is drawn from.</summary>
    public Random Random { get; } = new(world.Seed);

    /// <summary>How often each trouble struck.</summary>
    public int[] Struck { get; } = new int[Enum.GetValues<ProcessTrouble>().Length];

    /// <summary>Nothing goes wrong any more.</summary>
    public bool IsCalm { get; set; }

    /// <summary>One of the troubles that are possible here, or none.</summary>
    public ProcessTrouble? Strike(params ReadOnlySpan<ProcessTrouble> possible)
    {
        if (++_occasions > world.Patience) IsCalm = true;
        if (IsCalm || Random.Next(100) >= world.Percent) return null;
        var count = 0;
        foreach (var trouble in possible) count += _enabled[(int)trouble] ? 1 : 0;
        if (count == 0) return null;
        var which = Random.Next(count);
        foreach (var trouble in possible)
        {
            if (!_enabled[(int)trouble] || which-- > 0) continue;
            Struck[(int)trouble]++;
            return trouble;
        }
        return null;
    }

    /// <summary>True one time in so many.</summary>
    public bool OneIn(int times) => Random.Next(times) == 0;

    /// <summary>How long a message or a piece of work takes: mostly not long.</summary>
    public TimeSpan Short() => Random.Next(IsCalm ? 16 : 20) switch
    {
        < 16 => Milliseconds(5, 300),
        < 19 => Milliseconds(300, 5_000),
        _ => Milliseconds(5_000, 25_000),
    };

    /// <summary>How long something is out of order: for less than a lease, or for more.</summary>
    public TimeSpan Long() => OneIn(3) ? Milliseconds(1_000, 25_000)
        : OneIn(3) ? Milliseconds(90_000, 4_000_000)
        : Milliseconds(25_000, 90_000);

    /// <summary>By how much a clock jumps.</summary>
    public TimeSpan Jump() => (OneIn(2) ? 1 : -1) * (Random.Next(8) switch
    {
        < 3 => Milliseconds(1_000, 20_000),
        < 6 => Milliseconds(20_000, 100_000),
        6 => TimeSpan.FromHours(1),
        _ => TimeSpan.FromDays(8),
    });

    /// <summary>A time between these.</summary>
    public TimeSpan Milliseconds(int least, int most) => TimeSpan.FromMilliseconds(Random.Next(least, most));
}
