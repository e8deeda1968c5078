using System.CommandLine;
using MiniRuntime.Core;
using MiniRuntime.Shell;

namespace MiniRuntime.Cli;

/// <summary><c>miniruntime import FILE</c>: takes over exported journals, to be looked at.</summary>
internal static class ImportCommand
{
    public static Command Create()
    {
        var (file, store) = (new Argument<string>("FILE") { Description = "A file that 'export' wrote." }, Stores.Option());
        ScenarioFiles.RefuseOptions(file);
        var command = new Command("import", """
            Takes over journals that were exported, after verifying every event. They can only be looked at, until 'resume --scenario FILE'
            says what is run here: an imported file never does.
            Exit codes: 0 taken over; 2 bad input, nothing was taken over; 6 a run of that name exists.
            """) { file, store };
        command.SetAction((parsed, _) => Stores.OpenAsync(parsed.GetRequiredValue(store), kept => ImportAsync(
            kept, parsed.GetRequiredValue(file))));
        return command;
    }

    private static async Task<int> ImportAsync(OpenStore store, string file)
    {
        Decoded<Seq<Seq<JournalLine>>> read;
        try
        {
            read = JournalFile.Read(File.ReadLines(file));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return Output.BadInput($"{file}: The file cannot be read: {e.Message}");
        }
        foreach (var fault in read.Faults) Output.Note($"{file}:{fault}");
        if (!read.IsValid) return ExitCode.BadInput;
        foreach (var journal in read.Value)
        {
            if (await store.Runs.FindAsync(journal[0].RunId) is null) continue;
            Output.Complain($"{file}: There is a run '{journal[0].RunId}' in this store already. Nothing was taken over.");
            return ExitCode.TooLate;
        }
        for (var i = 0; i < read.Value.Count; i++)
        {
            try
            {
                await store.Runs.ImportAsync(read.Value[i]);
            }
            catch (StoreException e) when (i > 0)
            {
                throw new StoreException($"{e.Message} The {i} before it in the file were taken over.", e);
            }
        }
        Output.Note($"{read.Value.Count} {(read.Value.Count == 1 ? "run" : "runs")} taken over");
        return ExitCode.Ok;
    }
}
