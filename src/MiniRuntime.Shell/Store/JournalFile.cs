using System.Text;
using System.Text.Json;
using MiniRuntime.Core;

namespace MiniRuntime.Shell;

/// <summary>
/// Journals as a file of JSON Lines, for export and import: <c>{"hash":…,"line":…}</c>, where the line stands as it is kept, to the byte, so
/// that its hash can be checked. The file may hold several runs, one after the other.
/// </summary>
public static class JournalFile
{
    // As deep as the wire goes, and the envelopes.
    private static readonly JsonDocumentOptions _options = new() { MaxDepth = Json.MaxDepth + 20 };

    /// <summary>How many characters a line of such a file has at most.</summary>
    public const int MaxLine = 100_000_000;

    /// <summary>A line of such a file, without its line break.</summary>
    public static string Write(JournalLine line) => $"{{\"hash\":\"{line.Hash}\",\"line\":{line.Text}}}";

    /// <summary>A file's lines, as they come. Of one that is too long it gives the beginning, too long too, and reads no further.</summary>
    /// <param name="file">The file, whatever its line ends are.</param>
    public static IEnumerable<string> Lines(TextReader file)
    {
        var (line, isAfterReturn) = (new StringBuilder(), false);
        while (file.Read() is >= 0 and var next)
        {
            var isEnd = next is '\r' or '\n';
            if (!isEnd) line.Append((char)next);
            if (line.Length > MaxLine || (isEnd && !(isAfterReturn && next == '\n')))
            {
                yield return line.ToString();
                if (line.Length > MaxLine) yield break;
                line.Clear();
            }
            isAfterReturn = next == '\r';
        }
        if (line.Length > 0) yield return line.ToString();
    }

    /// <summary>The journals that such a file holds, verified one by one; or everything that is wrong, and then none of them counts.</summary>
    /// <param name="lines">The file's lines. Blank ones hold nothing; nothing after one that is too long is looked at.</param>
    public static Decoded<Seq<Seq<JournalLine>>> Read(IEnumerable<string> lines)
    {
        var (journals, names) = (Seq<Seq<JournalLine>>.Empty, new HashSet<string>(StringComparer.Ordinal));
        var (faults, number) = (new FaultList(), 0);
        var (journal, numbers) = (new List<JournalLine>(), new List<int>());
        foreach (var text in lines)
        {
            if (faults.IsFull) break;
            number++;
            if (text.Length > MaxLine)
            {
                faults.Add(number, "", $"This line has more than {MaxLine} characters, which none of an exported journal has.");
                break;
            }
            if (string.IsNullOrWhiteSpace(text)) continue;
            if (Read(text) is not { } line)
            {
                faults.Add(number, "", "This is no line of an exported journal; the file is damaged, or cut off here.");
                continue;
            }
            if (journal.Count > 0 && line.RunId != journal[0].RunId) End();
            journal.Add(line);
            numbers.Add(number);
        }
        End();
        if (journals.Count == 0 && faults.Count == 0) faults.Add(null, "", "The file holds no journal.");
        return faults.Result(journals);

        void End()
        {
            if (journal.Count == 0) return;
            var check = JournalLine.Verify(journal);
            if (check.Fault is { } fault) faults.Add(numbers[(int)check.Events], "", $"Run {journal[0].RunId}: {fault}");
            if (!names.Add(journal[0].RunId))
                faults.Add(numbers[0], "", $"Run {journal[0].RunId} stands twice in the file.");
            journals = journals.Add(journal.ToSeq());
            journal.Clear();
            numbers.Clear();
        }
    }

    private static JournalLine? Read(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text, _options);
            // Each once, and nothing beside them: whatever else stood there would be left out without a word.
            if (document.RootElement.EnumerateObject().Count() != 2) return null;
            var (hash, line) = (document.RootElement.GetProperty("hash").GetString()!, document.RootElement.GetProperty("line"));
            var traced = line.GetProperty("event");
            return hash.Length == 64 && hash.All(char.IsAsciiHexDigitLower)
                ? new JournalLine(traced.GetProperty("runId").GetString()!, traced.GetProperty("sequence").GetInt64(), line.GetRawText(), hash)
                : null;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }
}
