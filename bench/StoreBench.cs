using System.Diagnostics;
using System.Globalization;
using Microsoft.Data.Sqlite;
using MiniRuntime.Core;
using MiniRuntime.Shell;

namespace MiniRuntime.Bench;

/// <summary>
/// What it costs to keep runs in a file, beside what SQLite takes for a transaction of one row in the same folder, with the same settings,
/// in turn with it: what the disk and the machine do meanwhile hits both.
/// </summary>
internal static class StoreBench
{
    private const int Rounds = 9;
    private const int Many = 64;
    private const int LongRun = 100_000;

    private static readonly Decision _call = new CallTool(Script.Tool, Json.Object.Of(("topic", "returns")));
    private static readonly Decision _answer = new Answer("Yes, within 30 days.");
    private static readonly Task<ToolResult> _found = Task.FromResult<ToolResult>(new Ok(Json.Object.Of(("text", "Within 30 days."))));
    private static readonly Toolbox _tools = new[] { Script.Tool, "draft_reply", "refund" }
        .Aggregate(Toolbox.Empty, static (tools, name) => tools.Bind(name, static (_, _) => _found));

    /// <summary>Measures all of it, in a folder that is made in this one and deleted.</summary>
    public static async Task<string> ReportAsync(string place)
    {
        var folder = Directory.CreateDirectory(Path.Combine(place, $"miniruntime-bench-{Guid.NewGuid():N}"));
        try
        {
            return string.Join(Environment.NewLine,
            [
                "| | bare commits/s | one run, steps/s | to the bare | 64 runs, steps/s | to the bare |",
                "| --- | ---: | ---: | ---: | ---: | ---: |",
                await RatesAsync(folder.FullName, Durability.Full, commits: 100, one: 50, each: 10),
                await RatesAsync(folder.FullName, Durability.Normal, commits: 5_000, one: 1_000, each: 50),
                "",
                await LongRunAsync(folder.FullName),
            ]);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<string> RatesAsync(string folder, Durability durability, int commits, int one, int each)
    {
        var options = new SqliteStoreOptions { Durability = durability };
        await using var store = SqliteStore.Open(Path.Combine(folder, $"{durability}.db"), options);
        using var bare = new Bare(Path.Combine(folder, $"{durability}-bare.db"), durability);
        var rounds = new List<(double Bare, double One, double Many)>();
        for (var i = 0; i <= Rounds; i++)
        {
            // In one order and then in the other: what one has left to the disk, the next may have to wait for.
            var (before, oneBefore) = (bare.Rate(commits), await RateAsync(store, 1, one));
            var manyRate = await RateAsync(store, Many, each);
            var (oneAfter, after) = (await RateAsync(store, 1, one), bare.Rate(commits));
            // The first is for warming up.
            if (i > 0) rounds.Add(((before + after) / 2, (oneBefore + oneAfter) / 2, manyRate));
        }
        var (ofOne, ofMany) = (Middle(rounds.Select(static r => r.One / r.Bare)), Middle(rounds.Select(static r => r.Many / r.Bare)));
        var (bareRates, oneRates, manyRates) = (rounds.Select(static r => r.Bare), rounds.Select(static r => r.One),
            rounds.Select(static r => r.Many));
        return string.Create(CultureInfo.InvariantCulture,
            $"| {durability} | {Middle(bareRates):0} | {Middle(oneRates):0} | {ofOne:0.00} | {Middle(manyRates):0} | {ofMany:0.00} |");
    }

    private static async Task<double> RateAsync(SqliteStore store, int runs, int steps)
    {
        var options = new RuntimeOptions { OwnThreads = false };
        var runtime = new AgentRuntime(Script.AgentFor(steps), new FakeModel(steps), _tools, store, options);
        var start = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, runs).Select(_ => Task.Run(() =>
            runtime.RunAsync(new Run($"run_{Guid.NewGuid():N}", "May an opened item be returned?")))));
        return runs * steps / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static async Task<string> LongRunAsync(string folder)
    {
        const int Steps = LongRun / 5;
        var path = Path.Combine(folder, "long.db");
        var trace = new Script(Steps).Play().Trace!.Reversed().ToList();
        await using (var store = SqliteStore.Open(path))
        {
            var lease = await store.AcquireAsync("bench", "bench", TimeSpan.FromHours(1));
            foreach (var events in trace.Chunk(500)) await store.AppendAsync(lease, events);
            await store.ReleaseAsync(lease);
        }
        var (bytes, texts) = (new FileInfo(path).Length, trace.Sum(static traced => (long)JournalFormat.Write(traced).Length));
        await using var again = SqliteStore.Open(path);
        using var bare = new Bare(path, null);
        var agent = Script.AgentFor(Steps);
        var runtime = new AgentRuntime(agent, new FakeModel(0), _tools, again);
        var rounds = new List<(double Bare, double Lines, double Read, double Fold)>();
        IReadOnlyList<TraceEvent> read = [];
        for (var i = 0; i <= Rounds; i++)
        {
            var rows = Time(() => Task.FromResult(bare.Read()));
            var lines = Time(async () => await again.LinesAsync("bench").CountAsync());
            var reading = Time(async () => read = await again.ReadAsync("bench"));
            var fold = Time(() => Task.FromResult(Agent.Fold(read)));
            if (i > 0) rounds.Add((await rows, await lines, await reading, await fold));
        }
        var resumed = await Time(() => runtime.ResumeAsync("bench"));
        var bareTime = Middle(rounds.Select(static r => r.Bare));
        return string.Create(CultureInfo.InvariantCulture, $"""
            {trace.Count} events: {bytes / (double)Steps:0} bytes on disk per step of five, {(double)bytes / texts:0.00} times their text.

            | 100,000 events | ms | to the bare rows |
            | --- | ---: | ---: |
            | rows by SQLite alone | {bareTime:0} | 1.00 |
            | LinesAsync | {Middle(rounds.Select(static r => r.Lines)):0} | {Middle(rounds.Select(static r => r.Lines / r.Bare)):0.00} |
            | ReadAsync | {Middle(rounds.Select(static r => r.Read)):0} | {Middle(rounds.Select(static r => r.Read / r.Bare)):0.00} |
            | Fold | {Middle(rounds.Select(static r => r.Fold)):0} | {Middle(rounds.Select(static r => r.Fold / r.Bare)):0.00} |
            | ResumeAsync to the end, once | {resumed:0} | {resumed / bareTime:0.00} |
            """);
    }

    private static async Task<double> Time<T>(Func<Task<T>> work)
    {
        var start = Stopwatch.GetTimestamp();
        GC.KeepAlive(await work());
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private static double Middle(IEnumerable<double> values) => values.Order().ElementAt(Rounds / 2);

    /// <summary>SQLite, and nothing else.</summary>
    private sealed class Bare : IDisposable
    {
        private readonly SqliteConnection _connection;
        private readonly SqliteCommand _insert;

        public Bare(string path, Durability? durability)
        {
            _connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
            _connection.Open();
            _insert = _connection.CreateCommand();
            if (durability is null) return;
            foreach (var setting in (string[])["journal_mode = WAL", "synchronous = OFF", "secure_delete = ON"])
                Execute($"PRAGMA {setting}");
            Execute("CREATE TABLE rows (id INTEGER PRIMARY KEY, text TEXT NOT NULL)");
            _insert.CommandText = "INSERT INTO rows (text) VALUES ($text)";
            _insert.Parameters.AddWithValue("$text", new string('x', 250));
            _insert.Prepare();
            // Until the log is as long as it gets: to sync a file that grows takes longer.
            Rate(2_000);
            Execute($"PRAGMA synchronous = {durability}");
        }

        public double Rate(int commits)
        {
            var start = Stopwatch.GetTimestamp();
            for (var i = 0; i < commits; i++) _insert.ExecuteNonQuery();
            return commits / Stopwatch.GetElapsedTime(start).TotalSeconds;
        }

        public long Read()
        {
            using var command = _connection.CreateCommand();
            command.CommandText = "SELECT text, hash FROM events ORDER BY run_id, sequence";
            using var reader = command.ExecuteReader();
            var bytes = 0L;
            while (reader.Read()) bytes += reader.GetFieldValue<byte[]>(0).Length + reader.GetFieldValue<byte[]>(1).Length;
            return bytes;
        }

        public void Dispose()
        {
            _insert.Dispose();
            _connection.Dispose();
        }

        private void Execute(string statement)
        {
            using var command = _connection.CreateCommand();
            command.CommandText = statement;
            command.ExecuteNonQuery();
        }
    }

    private sealed class FakeModel(int calls) : IModel
    {
        private static readonly Task<ModelReply> _calls = Task.FromResult(ModelReply.Proposed(_call));
        private static readonly Task<ModelReply> _answers = Task.FromResult(ModelReply.Proposed(_answer));

        public Task<ModelReply> ProposeAsync(ContextPacket packet, CancellationToken cancel) => packet.Step < calls ? _calls : _answers;
    }
}
