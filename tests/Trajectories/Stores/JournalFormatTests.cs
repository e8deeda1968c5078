using System.Text.Json.Nodes;
using MiniRuntime.Core;
using MiniRuntime.Shell;
using Xunit;

namespace MiniRuntime.Trajectories;

/// <summary>Lines of journals that another version wrote.</summary>
public class JournalFormatTests
{
    private static readonly TraceEvent _event = Journals.Of("run_1")[4];

    // As if version 1 had called a run "run", and version 2 had counted steps from 1.
    private static readonly Func<JsonNode, JsonNode>[] _upcasters =
    [
        static node =>
        {
            node["runId"] = node["run"]!.DeepClone();
            node.AsObject().Remove("run");
            return node;
        },
        static node =>
        {
            node["step"] = node["step"]!.GetValue<int>() - 1;
            return node;
        },
    ];

    [Fact]
    public void A_line_is_the_event_in_an_envelope_with_the_version()
    {
        var text = JournalFormat.Write(_event);
        Assert.Equal($$"""{"event":{{Codec.TraceEvent.Encode(_event)}},"version":{{JournalFormat.Version}}}""", text);
        Assert.Equal(_event, JournalFormat.Read("run_1", 4, text));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_line_of_any_older_version_is_brought_up_to_date_step_by_step(int version)
    {
        var node = JsonNode.Parse(Codec.TraceEvent.Encode(_event).ToString())!;
        if (version < 3) node["step"] = _event.Step + 1;
        if (version < 2)
        {
            node["run"] = "run_1";
            node.AsObject().Remove("runId");
        }
        var line = $$"""{"event":{{node.ToJsonString()}},"version":{{version}}}""";
        Assert.Equal(_event, JournalFormat.Read("run_1", 4, line, _upcasters));
    }

    [Theory]
    [InlineData("4", "it has format version 4, and this program knows 1 to 3. Use a newer miniruntime.")]
    [InlineData("0", "it has format version 0, and this program knows 1 to 3. Use a newer miniruntime.")]
    [InlineData("-1", "it has format version -1, and this program knows 1 to 3. Use a newer miniruntime.")]
    [InlineData("1.5", "it is no line of a journal.")]
    [InlineData("99999999999", "it is no line of a journal.")]
    [InlineData("\"3\"", "it is no line of a journal.")]
    [InlineData("null", "it is no line of a journal.")]
    [InlineData("3,\"more\":1", "it is no line of a journal.")]
    public void A_line_of_an_unknown_version_stops_the_reader(string version, string said)
    {
        var line = $$"""{"event":{{Codec.TraceEvent.Encode(_event)}},"version":{{version}}}""";
        var stopped = Assert.Throws<JournalFormatException>(() => JournalFormat.Read("run_1", 4, line, _upcasters));
        Assert.Equal($"Run run_1, event 4: {said}", stopped.Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("{\"version\":1}")]
    [InlineData("{\"event\":null,\"version\":1}")]
    [InlineData("{\"event\":{},\"version\":1}")]
    [InlineData("{\"event\":{},\"event\":{},\"version\":1}")]
    [InlineData("{\"event\":\"\ud800\",\"version\":1}")]
    [InlineData("\0")]
    public void What_is_no_line_stops_the_reader(string line) =>
        Assert.Throws<JournalFormatException>(() => JournalFormat.Read("run_1", 4, line));

    [Fact]
    public void Every_text_that_is_cut_or_has_something_added_stops_the_reader()
    {
        var text = JournalFormat.Write(_event);
        for (var length = 0; length < text.Length; length++)
            Assert.Throws<JournalFormatException>(() => JournalFormat.Read("run_1", 4, text[..length]));
        foreach (var more in (string[])["x", "}", ",", "\0", "{}", "\ud800"])
            Assert.Throws<JournalFormatException>(() => JournalFormat.Read("run_1", 4, text + more));
    }

    // Would catch: a file of two bytes a line that takes a hundred times as much to be told what is wrong with it.
    [Fact]
    public void A_file_of_nothing_but_faults_is_read_as_far_as_they_are_listed()
    {
        var lines = 0;
        var read = JournalFile.Read(Enumerable.Repeat("x", 1_000_000).Select(line => (line, lines++).line));
        Assert.Equal((101, 100), (read.Faults.Count, lines - 1));
        Assert.Contains("Only the first 100 faults are listed", read.Faults[^1].Message);
    }
}
