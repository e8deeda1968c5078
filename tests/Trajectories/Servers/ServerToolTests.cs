using System.Text;
using System.Text.RegularExpressions;
using MiniRuntime.Core;
using MiniRuntime.Mcp;
using MiniRuntime.Shell;
using Xunit;

namespace MiniRuntime.Trajectories;

/// <summary>What a server's tool is called in a run, what it is taken for, and whether that is still what was approved.</summary>
public sealed class ServerToolTests
{
    [Theory]
    [InlineData("read_file", "fs__read_file")]
    [InlineData("get-env", "fs__get-env")]
    [InlineData("a__b", "fs__a__b")]
    [InlineData("read file", "fs__read_file_bd15227161")]
    [InlineData("", "fs___12ae32cb1e")]
    public void A_name_that_fits_is_kept_and_another_gets_digits_of_its_hash(string upstream, string name) =>
        Assert.Equal(name, ServerToolName.Of("fs", upstream));

    [Fact]
    public void No_two_upstream_names_get_one_name_and_all_are_names_that_models_take()
    {
        // Cyrillic a, full-width letters, a zero-width space, case, a name as if it were mapped, names that differ after 64 characters.
        string[] upstream =
        [
            "read_file", "re\u0430d_file", "\uff52ead_file", "read\u200b_file", "Read_File", "read file", "read\tfile", "read/file",
            "read.file", ServerToolName.Of("fs", "read file")["fs__".Length..], new string('x', 80), new string('x', 81),
            new string('x', 60), "\u001b[2J", "\ud83d\ude00",
        ];
        var names = upstream.Select(static name => ServerToolName.Of("fs", name)).ToList();
        Assert.Equal(names.Count, names.Distinct(StringComparer.Ordinal).Count());
        Assert.All(names, static name => Assert.Matches(new Regex(@"\Afs__[A-Za-z0-9_-]{1,60}\z"), name));
    }

    [Fact]
    public void Of_tools_that_look_the_same_none_is_offered_but_the_one_that_the_operator_names()
    {
        string[] alike = ["write_file", "Write_File", "wr1te-file", "other"];
        Assert.Equal(["fs__other"], Offered(Server, alike));
        Assert.Equal(["fs__other", "fs__write_file"], Offered(Server with { Tools = [new OperatorsWord("write_file")] }, alike));
        Assert.Equal(["fs__write_file"],
            Offered(Server with { Tools = [new OperatorsWord("fs__write_file"), new OperatorsWord("other") { Enabled = false }] }, alike));
    }

    [Fact]
    public void Of_two_tools_with_one_name_none_is_offered()
    {
        ToolPin[] pins = [Pin("a"), Pin("a", "\"description\": \"Other.\""), Pin("b")];
        var tools = ServerTool.Of(Server, new ServerPins("fs", pins.ToSeq()));
        Assert.Equal([false, false, true], tools.Select(static tool => tool.Tool.Enabled));
        Assert.Contains("two tools of this name", tools[0].NotOffered);
        Assert.Equal(2, Play.Parse(Scenario(Locked(pins))).Agent.Tools.Count);
    }

    // Hints, whether they are trusted, what the operator says; class, where it comes from, idempotent, labels.
    [Theory]
    [InlineData("""{ "readOnlyHint": true }""", false, null, SideEffect.Write, "default", false, "l")]
    [InlineData("""{ "readOnlyHint": true }""", true, null, SideEffect.Read, "annotations", false, "l,untrusted")]
    [InlineData("""{ "readOnlyHint": true, "openWorldHint": false }""", true, null, SideEffect.Read, "annotations", false, "l")]
    [InlineData("""{ "readOnlyHint": true }""", true, SideEffect.Write, SideEffect.Write, "operator", false, "l,untrusted")]
    [InlineData("""{ "readOnlyHint": "yes", "idempotentHint": 1 }""", true, null, SideEffect.Write, "annotations", false, "l,untrusted")]
    [InlineData("""{ "destructiveHint": false, "idempotentHint": true }""", true, null, SideEffect.Write, "annotations", true, "l,untrusted")]
    [InlineData("""{ "idempotentHint": true }""", false, SideEffect.Write, SideEffect.Write, "operator", false, "l")]
    [InlineData("{}", true, null, SideEffect.Write, "annotations", false, "l,untrusted")]
    [InlineData("[]", true, null, SideEffect.Write, "annotations", false, "l,untrusted")]
    public void A_tool_is_a_write_unless_the_operator_says_otherwise_or_trusts_the_servers_hints(string annotations, bool trusted,
        SideEffect? said, SideEffect sideEffect, string from, bool idempotent, string labels)
    {
        var words = said is null ? Seq<OperatorsWord>.Empty : [new OperatorsWord("t") { SideEffect = said }];
        var server = Server with { TrustAnnotations = trusted, Labels = ["l"], Tools = words };
        var tool = Assert.Single(ServerTool.Of(server, new ServerPins("fs", [Pin("t", $"\"annotations\": {annotations}")])));
        Assert.Equal((sideEffect, from, idempotent, labels),
            (tool.Tool.Ref.SideEffect, tool.ClassFrom, tool.Tool.Ref.Idempotent, string.Join(',', tool.Tool.Ref.Labels)));
    }

    [Fact]
    public void A_schema_that_could_not_be_checked_keeps_its_tool_out_unless_the_operator_gives_another()
    {
        var pins = new ServerPins("fs", [Pin("t", """ "inputSchema": { "type": "object", "unevaluatedProperties": false } """)]);
        var tool = Assert.Single(ServerTool.Of(Server, pins));
        Assert.False(tool.Tool.Enabled);
        Assert.Contains("'unevaluatedProperties' is not supported", tool.NotOffered);
        var given = Server with { Tools = [new OperatorsWord("t") { InputSchema = Json.Object.Of(("type", "object")) }] };
        Assert.Equal("""{"type":"object"}""", Assert.Single(ServerTool.Of(given, pins)).Tool.InputSchema!.ToString());
    }

    [Fact]
    public void A_tool_that_can_only_be_called_as_a_task_is_not_offered()
    {
        var pins = new ServerPins("fs", [Pin("t", """ "execution": { "taskSupport": "required" } """)]);
        Assert.Contains("as a task", Assert.Single(ServerTool.Of(Server, pins)).NotOffered);
    }

    [Fact]
    public void A_run_goes_by_its_pins_and_refuses_what_a_server_no_longer_confirms()
    {
        var pinned = new ServerPins("fs", [Pin("same"), Pin("changed"), Pin("gone"), Pin("doubled")]);
        var now = new ServerListing("fs", new ServerPins("fs",
        [
            Pin("same"), Pin("changed", "\"description\": \"Other.\""), Pin("new"), Pin("doubled"), Pin("doubled", "\"title\": \"x\""),
        ]), [], null);
        Assert.Equal([("changed", true), ("doubled", true), ("gone", true), ("same", false)],
            now.For(pinned).Tools.Select(static pin => (pin.Name, pin.Refused is not null)));
        // What it knows of a tool is what was approved, refused or not.
        Assert.Equal(pinned.Tools.Select(static pin => pin.Hash), now.For(pinned).Tools.Select(static pin => pin.Hash));
        Assert.Equal(now.Tools, now.For(null));
        Assert.Equal(
            [
                ("changed", PinState.Changed), ("doubled", PinState.Changed), ("doubled", PinState.Changed), ("gone", PinState.Gone),
                ("new", PinState.New), ("same", PinState.Pinned),
            ], now.Compare(pinned).Select(static one => (one.Tool.Name, one.State)));
    }

    [Fact]
    public void A_lock_file_is_read_as_it_was_written_and_is_the_same_for_the_same_pins()
    {
        var pins = new ToolPins([new ServerPins("a", []), new ServerPins("fs", [Pin("b\u0430", "\"title\": \"1.50\""), Pin("a")])]);
        var text = pins.ToLockFile();
        var read = ToolPins.Parse(Encoding.UTF8.GetBytes(text)).Value;
        Assert.Equal(pins, read);
        Assert.Equal(text, read.ToLockFile());
        // What looks like another letter is seen.
        Assert.Contains("b\\u0430", text);
        Assert.All(text, static c => Assert.True(c is '\n' or (>= ' ' and < (char)127)));
    }

    [Fact]
    public void A_lock_file_that_was_edited_is_a_fault()
    {
        var text = new ToolPins([new ServerPins("fs", [Pin("a")])]).ToLockFile()
            .Replace("\"name\": \"a\"", "\"name\": \"b\"", StringComparison.Ordinal);
        var fault = Assert.Single(ToolPins.Parse(Encoding.UTF8.GetBytes(text)).Faults);
        Assert.Equal("$.fs[0].sha256", fault.Path);
        Assert.Contains("was edited", fault.Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("// first a word\n /* { */ ")]
    [InlineData("\ufeff\n")]
    public void Pins_are_put_into_a_scenario_without_moving_anything_else(string before)
    {
        var file = Encoding.UTF8.GetBytes(before + Scenario(null).TrimStart());
        var pins = new ToolPins([new ServerPins("fs", [Pin("a")])]);
        var whole = ScenarioReader.Parse(pins.Within(file)).Value;
        Assert.Equal(["fs__a"], whole.Agent.Tools.Select(static tool => tool.Name));
        Assert.Empty(whole.Unpinned);
        Assert.Equal(file.Count(static b => b == '\n'), pins.Within(file).Count(static b => b == '\n'));
    }

    [Fact]
    public void Once_tools_are_pinned_a_rule_and_a_word_about_one_that_does_not_exist_are_faults()
    {
        Assert.True(ScenarioReader.Parse(Encoding.UTF8.GetBytes(Scenario(null, rule: "fs__b", word: "c"))).IsValid);
        var faults = ScenarioReader.Parse(Encoding.UTF8.GetBytes(Scenario(Locked(Pin("a")), rule: "fs__b", word: "c"))).Faults;
        Assert.Equal(["$.mcpServers.fs.tools.c", "$.policy.rules[0].when.tool"], faults.Select(static fault => fault.Path));
        Assert.True(ScenarioReader.Parse(Encoding.UTF8.GetBytes(Scenario(Locked(Pin("a")), rule: "fs__a", word: "fs__a"))).IsValid);
    }

    private static DeclaredServer Server { get; } = new("fs") { Command = "fs" };

    private static IEnumerable<string> Offered(DeclaredServer server, string[] tools) =>
        ServerTool.Of(server, new ServerPins("fs", tools.Select(static name => Pin(name)).ToSeq())).Select(static tool => tool.Tool)
            .Where(static tool => tool.Enabled).Select(static tool => tool.Name);

    private static ToolPin Pin(string name, string? more = null)
    {
        var schema = more?.Contains("inputSchema", StringComparison.Ordinal) == true ? "" : """, "inputSchema": { "type": "object" }""";
        var text = $$"""{ "name": {{CanonicalJson.Write(name)}}{{schema}}{{(more is null ? "" : ", " + more)}} }""";
        return new ToolPin((Json.Object)StrictJson.Parse(Encoding.UTF8.GetBytes(text), JsonSource.Wire).Value);
    }

    private static string Locked(params ToolPin[] pins) => new ToolPins([new ServerPins("fs", pins.ToSeq())]).ToString();

    private static string Scenario(string? pins, string rule = "fs__*", string word = "a") => $$"""
        {
          "runId": "r", "goal": "g", "budget": { "maxSteps": 3 },
          "mcpServers": { "fs": { "command": "fs", "tools": { "{{word}}": {} } } },{{(pins is null ? "" : $" \"toolPins\": {pins},")}}
          "policy": { "rules": [{ "when": { "tool": "{{rule}}" }, "then": "allow" }] }
        }
        """;
}
