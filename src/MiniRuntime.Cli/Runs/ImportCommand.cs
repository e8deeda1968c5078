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
            says what is run here: an imported file never does. All of them are taken over, or none.
            Exit codes: 0 taken over; 2 bad input; 6 a run of such a name exists; 74 the store cannot be written.
            """) { file, store };
        command.SetAction((parsed, _) => ImportAsync(parsed.GetRequiredValue(store), parsed.GetRequiredValue(file)));
        return command;
    }

    // The file is read and verified before there is a store: none is made for what is refused.
    private static async Task<int> ImportAsync(string path, string file)
    {
        if (ExportedFile.Read(file) is not { } journals) return ExitCode.BadInput;
        return await Stores.OpenAsync(path, store => ImportAsync(store, file, journals), new SqliteStoreOptions());
    }

    private static async Task<int> ImportAsync(OpenStore store, string file, Seq<Seq<JournalLine>> journals)
    {
        try
        {
            await store.Runs.ImportAsync([.. journals.SelectMany(static journal => journal)]);
        }
        catch (StoreException e) when (Stores.CodeOf(e) == ExitCode.TooLate)
        {
            Output.Complain($"{file}: {e.Message} Nothing was taken over.");
            return ExitCode.TooLate;
        }
        Output.Note($"{journals.Count} {(journals.Count == 1 ? "run" : "runs")} taken over");
        return ExitCode.Ok;
    }
}
