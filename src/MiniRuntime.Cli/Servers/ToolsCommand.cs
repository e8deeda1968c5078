using System.CommandLine;
using MiniRuntime.Core;
using MiniRuntime.Mcp;
using MiniRuntime.Shell;

namespace MiniRuntime.Cli;

/// <summary><c>miniruntime tools FILE</c>: what tools a scenario has, what is said of them by whom, and whether that is approved.</summary>
internal static class ToolsCommand
{
    private sealed record Row(ServerTool Tool, PinState State, ToolPin? Before);

    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "A scenario file." };
        ScenarioFiles.RefuseOptions(file);
        var update = new Option<bool>("--update") { Description = "Approve of what the servers say now: pin it." };
        var json = new Option<bool>("--json") { Description = "Print one JSON document instead." };
        var command = new Command("tools", """
            Lists the tools of a scenario: what each does to the world and who says so, its labels, and how it stands to its pin. The
            servers are started and asked; no tool is called.
            Exit codes: 0 what the servers say is what is pinned; 1 something is not pinned, or not as it is pinned; 2 bad input, or a
            server cannot be asked.
            """) { file, update, json };
        command.SetAction((parsed, cancel) => Task.Run(() => ToolsAsync(parsed.GetRequiredValue(file), parsed.GetValue(update),
            parsed.GetValue(json), cancel)));
        return command;
    }

    private static async Task<int> ToolsAsync(string path, bool update, bool json, CancellationToken cancel)
    {
        if (ScenarioFiles.ReadOne(path, mayPin: true) is not { } file) return ExitCode.BadInput;
        if (update && file.Scenario.Pins is not null)
            return Output.BadInput($"{path}: The file holds its pins itself ('toolPins'); take them out to have a lock file.");
        if (HeldSecrets.Fault(file) is { } unfit) return Output.BadInput($"{path}: {unfit}");
        if (await Pinning.ListAsync(file, cancel) is not { } listings) return ExitCode.BadInput;
        var pinned = file.Scenario.Pins ?? file.Lock;
        if (update)
        {
            var now = listings.Aggregate(ToolPins.None, static (pins, listing) => pins.With(listing.Tools));
            if (!Equals(now, pinned) && LockFile.Write(path, now) is { } fault) return Output.BadInput(fault);
            pinned = now;
        }
        var rows = file.Scenario.Servers
            .SelectMany(server => Rows(server, listings.Single(one => one.Server == server.Name), pinned[server.Name])).ToList();
        if (json) Output.Json(Document(file.Scenario, rows, listings));
        else Print(file.Scenario, rows, listings);
        return rows.All(static row => row.State == PinState.Pinned) ? ExitCode.Ok : ExitCode.Failed;
    }

    private static IEnumerable<Row> Rows(DeclaredServer server, ServerListing listing, ServerPins? pinned)
    {
        var tools = listing.Compare(pinned);
        var shown = new ServerPins(server.Name, tools.Select(static one => one.Tool with { Refused = Why(one.State) }).ToSeq());
        return ServerTool.Of(server, shown).Zip(tools, (tool, one) =>
            new Row(tool, one.State, pinned?.Tools.FirstOrDefault(pin => pin.Name == one.Tool.Name)));
    }

    private static string? Why(PinState state) => state switch
    {
        PinState.Changed => "It has changed since it was pinned; --update approves of it.",
        PinState.New => "The server has it since its tools were pinned; --update approves of it.",
        PinState.Gone => "The server no longer has it; --update forgets it.",
        _ => null,
    };

    private static void Print(Scenario scenario, List<Row> rows, Seq<ServerListing> listings)
    {
        var page = new Page(Output.Terminal());
        foreach (var tool in Own(scenario))
        {
            page.Line(tool.Ref.SideEffect.Name(), $"{tool.Name}: of the scenario; {Labels(tool)}{(tool.Enabled ? "" : "; not offered")}",
                Page.Plain, indent: "");
        }
        foreach (var (tool, state, before) in rows)
        {
            var style = tool.NotOffered is null ? Page.Plain : Page.Warning;
            var idempotent = tool.Tool.Ref is { SideEffect: SideEffect.Write, Idempotent: true } ? ", idempotent" : "";
            page.Line(tool.Tool.Ref.SideEffect.Name(),
                $"{tool.Tool.Name}: by {tool.ClassFrom}{idempotent}; {Labels(tool.Tool)}; {Name(state)}", style, indent: "");
            if (tool.Tool.Name != $"{tool.Server}__{tool.Pin.Name}")
                page.Line("", $"The server calls it: {tool.Pin.Name}", Page.Quiet, indent: "");
            if (tool.NotOffered is { } why) page.Line("", $"Not offered: {why}", style, indent: "");
            if (state is PinState.Pinned or PinState.Gone) continue;
            // What is to be approved of. Schemas are in the JSON document, and in the lock file.
            page.Line("", $"It says: {tool.Tool.Description}", Page.Plain, indent: "");
            if (state == PinState.Changed) page.Line("", $"It said: {Said(before!)}", Page.Plain, indent: "");
        }
        foreach (var listing in listings)
            foreach (var unfit in listing.Unfit) page.Line("", $"{listing.Server}: not offered: {unfit}", Page.Warning, indent: "");
    }

    private static JsonText Document(Scenario scenario, List<Row> rows, Seq<ServerListing> listings) => JsonText.Object(
    [
        ("tools", JsonText.Array(Own(scenario).Select(static tool => JsonText.Object([.. Fields(tool), ("classFrom", "scenario"),
                ("offered", tool.Enabled)]))
            .Concat(rows.Select(static row => JsonText.Object([.. Fields(row.Tool.Tool), ("classFrom", row.Tool.ClassFrom),
                ("offered", row.Tool.NotOffered is null), ("notOffered", row.Tool.NotOffered), ("server", row.Tool.Server),
                ("original", row.Tool.Pin.Name), ("pin", Name(row.State)), ("sha256", row.Tool.Pin.Hash), ("said", row.Tool.Pin.Definition),
                ("pinned", row.State == PinState.Changed ? row.Before?.Definition : null)]))))),
        ("unfit", JsonText.Array(listings.SelectMany(static listing => listing.Unfit.Select(unfit =>
            JsonText.Object(("server", listing.Server), ("reason", unfit)))))),
    ]);

    private static IEnumerable<Tool> Own(Scenario scenario) => scenario.Agent.Tools
        .Where(tool => scenario.ServerTools.All(other => other.Tool.Name != tool.Name));

    private static (string Name, JsonText? Value)[] Fields(Tool tool) =>
    [
        ("name", tool.Name), ("sideEffect", tool.Ref.SideEffect.Name()), ("idempotent", tool.Ref.Idempotent),
        ("description", tool.Description), ("labels", JsonText.Array(tool.Ref.Labels.Select(static JsonText (label) => label))),
    ];

    private static string Said(ToolPin pin) => (pin.Definition["description"] as Json.String)?.Value ?? "";

    private static string Labels(Tool tool) => tool.Ref.Labels.Count == 0 ? "no labels" : string.Join(", ", tool.Ref.Labels);

    private static string Name(PinState state) => state switch
    {
        PinState.Pinned => "pinned",
        PinState.Changed => "changed",
        PinState.New => "new",
        PinState.Gone => "gone",
        _ => "not pinned",
    };
}
