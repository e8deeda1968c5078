using System.CommandLine;
using MiniRuntime.Shell;

namespace MiniRuntime.Cli;

/// <summary><c>miniruntime export [ID…]</c>: journals as JSON Lines, to a file or to standard output.</summary>
internal static class ExportCommand
{
    public static Command Create()
    {
        var ids = new Argument<string[]>("ID") { Description = "Runs' ids; by default all runs.", Arity = ArgumentArity.ZeroOrMore };
        var (store, to) = (Stores.Option(), new Option<string?>("--to") { Description = "The file to write; by default standard output." });
        var command = new Command("export", """
            Writes journals as JSON Lines, each event as it is kept, with its hash: for 'import', and for whoever wants to read them. Texts
            are as they were said; look at them with something that escapes what a terminal would act on.
            Exit codes: 0 written; 1 written but for what is damaged; 2 bad input.
            """) { ids, store, to };
        command.SetAction((parsed, _) => Stores.UseAsync(parsed.GetRequiredValue(store), kept => ExportAsync(
            kept, parsed.GetValue(ids) ?? [], parsed.GetValue(to))));
        return command;
    }

    private static async Task<int> ExportAsync(OpenStore store, string[] ids, string? to)
    {
        var runs = new List<string>();
        foreach (var id in ids)
        {
            if (await store.Runs.FindAsync(id) is null) return Output.BadInput($"There is no run '{id}' in this store.");
            runs.Add(id);
        }
        if (ids.Length == 0) runs.AddRange((await store.Runs.ListAsync()).Select(static entry => entry.RunId));
        if (to is null) return await WriteAsync(store, runs, Console.Out) ? ExitCode.Ok : ExitCode.Failed;
        if (Directory.Exists(to)) return Output.BadInput($"{to}: This is a folder; name a file.");
        // A link is followed.
        to = File.Exists(to) ? File.ResolveLinkTarget(to, returnFinalTarget: true)?.FullName ?? to : to;
        var (half, whole) = ($"{to}.half-{Environment.ProcessId}", false);
        try
        {
            // Whole or not at all: what stood there before stays until the new file is complete.
            // And for its owner only: journals hold what people said.
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            await using (var file = new StreamWriter(new FileStream(half, options)))
            {
                whole = await WriteAsync(store, runs, file);
            }
            File.Move(half, to, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Output.BadInput($"{to}: It cannot be written: {e.Message}");
        }
        finally
        {
            File.Delete(half);
        }
        Output.Note($"Written to {to}");
        return whole ? ExitCode.Ok : ExitCode.Failed;
    }

    // A run that is damaged does not keep the others from being taken out. What is whole of it is written, and does not import.
    private static async Task<bool> WriteAsync(OpenStore store, IEnumerable<string> runs, TextWriter to)
    {
        var whole = true;
        foreach (var run in runs)
        {
            try
            {
                await foreach (var line in store.Runs.LinesAsync(run)) await to.WriteAsync(JournalFile.Write(line) + "\n");
            }
            catch (StoreException e)
            {
                Output.Complain(e.Message);
                whole = false;
            }
        }
        return whole;
    }
}
