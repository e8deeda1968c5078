using System.Security.Cryptography;
using System.Text;
using MiniRuntime.Core;

namespace MiniRuntime.Shell;

/// <summary>
/// One line of a journal as it is kept: an event's bytes, and a hash that stands for them and for all lines before. So a journal cannot be
/// changed anywhere without its head (the hash of the last line) changing too.
/// </summary>
/// <param name="RunId">The run.</param>
/// <param name="Sequence">The event's number, 0 first.</param>
/// <param name="Text">The event in the format of <see cref="JournalFormat"/>.</param>
/// <param name="Hash">
/// The SHA-256 of the hash before (32 bytes; zeros for the first line) and the text in UTF-8: 64 lower-case hexadecimal digits.
/// </param>
public sealed record JournalLine(string RunId, long Sequence, string Text, string Hash)
{
    /// <summary>The hash before the first line.</summary>
    public static string Origin { get; } = new('0', 64);

    /// <summary>A line that follows the one with this hash.</summary>
    /// <param name="traced">The event.</param>
    /// <param name="before">The hash of the line before, or <see cref="Origin"/>.</param>
    public static JournalLine Of(TraceEvent traced, string before)
    {
        var text = JournalFormat.Write(traced);
        return new JournalLine(traced.RunId, traced.Sequence, text, HashOf(text, before));
    }

    /// <summary>The hash of a line with this text that follows the one with this hash.</summary>
    public static string HashOf(string text, string before)
    {
        var chain = new byte[32];
        Convert.FromHexString(before, chain, out _, out _);
        return Convert.ToHexStringLower(HashOf(Encoding.UTF8.GetBytes(text), chain));
    }

    /// <summary>The same, of the text in UTF-8 and the bytes of the hashes.</summary>
    internal static byte[] HashOf(byte[] text, byte[] before) => SHA256.HashData((byte[])[.. before, .. text]);

    /// <summary>The event.</summary>
    /// <exception cref="JournalFormatException">The text cannot be read, or is not the event of this run and number.</exception>
    public TraceEvent Read()
    {
        var traced = JournalFormat.Read(RunId, Sequence, Text);
        return traced.RunId == RunId && traced.Sequence == Sequence
            ? traced
            : throw new JournalFormatException(RunId, Sequence, $"the line holds event {traced.Sequence} of run {traced.RunId}.");
    }

    /// <summary>The event, of a line that has this number and follows the one with this hash.</summary>
    /// <exception cref="JournalFormatException">It does not, or cannot be read.</exception>
    internal TraceEvent Read(long sequence, string before)
    {
        if (Sequence != sequence) throw new JournalFormatException(RunId, sequence, $"it is missing; the next line is event {Sequence}.");
        return HashOf(Text, before) == Hash
            ? Read()
            : throw new JournalFormatException(RunId, sequence, "it is not what it was: its hash does not follow from its text and the "
                + "hash before.");
    }

    /// <summary>
    /// Whether lines are a whole journal from its first line on: numbered, chained, readable, written to the byte as the events in them
    /// are, and a run that can have been.
    /// </summary>
    /// <param name="lines">The lines, in order.</param>
    /// <returns>What they are, and the first thing that is wrong with them.</returns>
    public static JournalCheck Verify(IEnumerable<JournalLine> lines)
    {
        var (events, head, fault) = (0L, Origin, (string?)null);
        // The fold takes one event after the other; where it stops taking them, the last one that it was given cannot stand there.
        if (Agent.States(Whole()).LongCount() < events) (events, fault) = (events - 1, $"event {events - 1} cannot stand where it stands.");
        return new JournalCheck(events, head, fault);

        IEnumerable<TraceEvent> Whole()
        {
            foreach (var line in lines)
            {
                if (Readable(line) is not { } traced) yield break;
                events++;
                yield return traced;
                head = line.Hash;
            }
        }

        TraceEvent? Readable(JournalLine line)
        {
            try
            {
                var traced = line.Read(events, head);
                if (JournalFormat.IsAsWritten(line.Text, traced)) return traced;
                fault = $"event {events}: its text is another one than is written for this event.";
                return null;
            }
            catch (JournalFormatException e)
            {
                fault = e.Fault;
                return null;
            }
        }
    }
}

/// <summary>What came of verifying a journal.</summary>
/// <param name="Events">How many events are whole, from the first on.</param>
/// <param name="Head">The hash of the last of them.</param>
/// <param name="Fault">What is wrong with the event after them; null when nothing is.</param>
public sealed record JournalCheck(long Events, string Head, string? Fault);
