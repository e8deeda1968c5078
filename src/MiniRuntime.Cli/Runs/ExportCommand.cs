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
            Exit codes: 0 written; 2 bad input.
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
        if (to is null)
        {
            await WriteAsync(store, runs, Console.Out);
            return ExitCode.Ok;
        }
        try
        {
            // Whole or not at all: what stood there before stays until the new file is complete.
            var half = $"{to}.half-{Environment.ProcessId}";
            // And for its owner only: journals hold what people said.
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            await using (var file = new StreamWriter(new FileStream(half, options)))
            {
                await WriteAsync(store, runs, file);
            }
            File.Move(half, to, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Output.BadInput($"{to}: It cannot be written: {e.Message}");
        }
        Output.Note($"{runs.Count} {(runs.Count == 1 ? "run" : "runs")} written to {to}");
        return ExitCode.Ok;
    }

    private static async Task WriteAsync(OpenStore store, IEnumerable<string> runs, TextWriter to)
    {
        foreach (var run in runs)
            await foreach (var line in store.Runs.LinesAsync(run)) await to.WriteAsync(JournalFile.Write(line) + "\n");
    }
}
