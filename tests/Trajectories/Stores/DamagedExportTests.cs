using System.Text;
using MiniRuntime.Core;
using MiniRuntime.Shell;
using Xunit;

namespace MiniRuntime.Trajectories;

/// <summary>
/// An exported journal that is cut or changed in its last events, at every byte of them: what is imported from it is what it was up to
/// some event, or it is refused, and then it is said where. It never becomes a run in another state.
/// </summary>
public sealed class DamagedExportTests
{
    private const int Last = 3;

    [Theory]
    [InlineData("v1-cancelled")]
    [InlineData("v1-several")]
    [InlineData("v1-stopped-by-the-model")]
    public async Task Cut_anywhere_it_is_what_it_was_or_refused(string name)
    {
        var (export, whole) = (Export.Of(name), new SortedSet<int>());
        for (var length = export.Begin; length <= export.File.Length; length++)
        {
            if (await export.JudgeAsync(export.File[..length], $"{name} cut to {length} bytes") is { } events) whole.Add(events);
        }
        // Cut off at the end of a line, it is the journal until there.
        Assert.Equal(Enumerable.Range(export.Lines.Count - Last, Last + 1), whole);
    }

    [Theory]
    [InlineData("v1-cancelled")]
    [InlineData("v1-several")]
    [InlineData("v1-stopped-by-the-model")]
    public async Task With_bits_flipped_anywhere_it_is_refused(string name)
    {
        var export = Export.Of(name);
        for (var at = export.Begin; at < export.File.Length; at++)
        {
            foreach (var bits in (byte[])[0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80, 0xFF])
            {
                var damaged = export.File.ToArray();
                damaged[at] ^= bits;
                Assert.Null(await export.JudgeAsync(damaged, $"{name}: byte {at} xor {bits}"));
            }
        }
    }

    /// <summary>An exported journal.</summary>
    /// <param name="File">Its bytes.</param>
    /// <param name="Lines">The lines of the one run in it.</param>
    /// <param name="States">Where the run stands after each of its events.</param>
    private sealed record Export(byte[] File, Seq<JournalLine> Lines, Seq<string> States)
    {
        public static Export Of(string name)
        {
            var file = System.IO.File.ReadAllBytes(Repository.File("tests", "Trajectories", "Stores", "Golden", $"{name}.jsonl"));
            var lines = Assert.Single(Read(file).Value);
            var states = Agent.States(lines.Select(static line => line.Read())).Select(static after => $"{StateView.Of(after.State)}");
            return new Export(file, lines, states.ToSeq());
        }

        /// <summary>Where the last lines begin.</summary>
        public int Begin
        {
            get
            {
                var at = File.Length - 1;
                for (var i = 0; i < Last; i++) at = Array.LastIndexOf(File, (byte)'\n', at - 1);
                return at + 1;
            }
        }

        /// <summary>How many events are imported from a damaged file; null when it is refused, and says where.</summary>
        public async Task<int?> JudgeAsync(byte[] damaged, string damage)
        {
            var read = Read(damaged);
            if (!read.IsValid)
            {
                Assert.All(read.Faults, fault =>
                    Assert.True(fault.Line is { } line && line > Lines.Count - Last && line <= Lines.Count + 1, $"{damage}: {fault}"));
                return null;
            }
            var store = new InMemoryStore();
            await store.ImportAsync([.. read.Value.SelectMany(static journal => journal)]);
            var entry = Assert.Single(await store.ListAsync());
            var events = await store.ReadAsync(entry.RunId);
            Assert.True(Lines[events.Count - 1].Hash == entry.Head, damage);
            Assert.True(States[events.Count - 1] == $"{StateView.Of(Agent.Fold(events).State!)}", $"{damage}: another state");
            return events.Count;
        }

        // As a command reads it.
        private static Decoded<Seq<Seq<JournalLine>>> Read(byte[] file)
        {
            using var text = new StreamReader(new MemoryStream(file), Encoding.UTF8);
            return JournalFile.Read(JournalFile.Lines(text));
        }
    }
}
