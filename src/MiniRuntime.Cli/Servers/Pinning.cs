using MiniRuntime.Core;
using MiniRuntime.Mcp;
using MiniRuntime.Shell;

namespace MiniRuntime.Cli;

/// <summary>
/// Makes scenarios whole before their runs begin: each server is asked for its tools, those that are used for the first time are pinned,
/// and those that are no longer what was pinned are refused, which is said. A run keeps the pins that it began with.
/// </summary>
internal static class Pinning
{
    /// <summary>The files, with the pins of their servers in them; null where that cannot be: why stands on standard error.</summary>
    public static async Task<IReadOnlyList<ScenarioFile>?> WholeAsync(IReadOnlyList<ScenarioFile> files, CancellationToken cancel)
    {
        var whole = new List<ScenarioFile>();
        foreach (var file in files)
        {
            if (await WholeAsync(file, cancel) is not { } one) return null;
            whole.Add(one);
        }
        return whole;
    }

    /// <summary>The same, for one file.</summary>
    public static async Task<ScenarioFile?> WholeAsync(ScenarioFile file, CancellationToken cancel)
    {
        // Where 'inputs' are played nothing is called, so nobody has to hold a secret.
        if (file.Scenario.Inputs is null && HeldSecrets.Fault(file) is { } unfit)
        {
            Output.BadInput($"{file.Path}: {unfit}");
            return null;
        }
        // Pins in the file itself are the file's to say. A server that says something else is found out when a tool is called.
        if (file.Scenario.Servers.Count == 0 || file.Scenario.Pins is not null) return file;
        if (await ListAsync(file, cancel) is not { } listings) return null;
        var (locked, pins) = (file.Lock, ToolPins.None);
        foreach (var listing in listings)
        {
            pins = pins.With(listing.For(file.Lock[listing.Server]));
            if (file.Lock[listing.Server] is null) locked = locked.With(listing.Tools);
            foreach (var tool in listing.Unfit) Output.Note($"{file.Path}: {listing.Server}: A tool is not offered. {tool}");
            foreach (var (tool, _) in listing.Compare(file.Lock[listing.Server]).Where(static one => one.State == PinState.New))
            {
                Output.Note($"{file.Path}: {ServerToolName.Of(listing.Server, tool.Name)} is not offered. The server has it since its "
                    + $"tools were pinned; 'miniruntime tools {file.Path} --update' approves of it.");
            }
        }
        if (With(file, pins) is not { } whole) return null;
        foreach (var tool in whole.Scenario.ServerTools.Where(static tool => tool.NotOffered is not null))
        {
            if (tool.Pin.Refused is not null)
            {
                Output.Note($"{file.Path}: {tool.Tool.Name} is refused. {tool.NotOffered} 'miniruntime tools {file.Path}' shows it, and "
                    + "approves of it with --update.");
            }
            else if (file.Lock[tool.Server] is null)
            {
                // Said once; the command 'tools' says it always.
                Output.Note($"{file.Path}: {tool.Tool.Name} is not offered. {tool.NotOffered}");
            }
        }
        if (!Equals(locked, file.Lock))
        {
            if (LockFile.Write(file.Path, locked) is { } fault)
            {
                Output.BadInput(fault);
                return null;
            }
            Output.Note($"{file.Path}: What its servers say of their tools is pinned in {LockFile.Of(file.Path)}.");
        }
        return whole;
    }

    /// <summary>What the servers of a scenario say; null where one cannot be asked, which then stands on standard error.</summary>
    public static async Task<Seq<ServerListing>?> ListAsync(ScenarioFile file, CancellationToken cancel)
    {
        await using var servers = ScenarioRun.Servers(file.Scenario);
        Seq<ServerListing> listings;
        try
        {
            listings = await servers.ListAsync(cancel);
        }
        catch (OperationCanceledException)
        {
            Output.Complain($"{file.Path}: Interrupted while its servers were asked for their tools; nothing was run.");
            return null;
        }
        foreach (var failed in listings.Where(static listing => listing.Fault is not null))
            Output.Complain($"{file.Path}: The server '{failed.Server}' cannot be asked for its tools. {failed.Fault}");
        return listings.Any(static listing => listing.Fault is not null) ? null : listings;
    }

    private static ScenarioFile? With(ScenarioFile file, ToolPins pins)
    {
        var bytes = pins.Within(file.Bytes);
        return new ScenarioFiles(ScenarioFiles.Parse(file.Path, bytes, out var faults) is { } scenario
            ? [file with { Bytes = bytes, Scenario = scenario }] : [], faults).OrReport()?[0];
    }
}
