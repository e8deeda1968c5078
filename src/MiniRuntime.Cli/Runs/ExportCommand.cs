using System.CommandLine;
using MiniRuntime.Shell;

namespace MiniRuntime.Cli;

/// <summary><c>miniruntime export [ID…]</c>: journals as JSON Lines, to a file or to standard output.</summary>
internal static class ExportCommand
{
    public static Command Create()
    {
        var ids = new Argument<string[]>("ID") { Description = "Runs' ids; by default all runs.", Arity = ArgumentArity.ZeroOrMore };
        var (store, to) = (Stores.Option(), new Option<string?>("--to")
        {
            Description = "The file to write, which appears whole or not at all; or a pipe or device. By default standard output.",
        });
        var command = new Command("export", """
            Writes journals as JSON Lines, each event as it is kept, with its hash: for 'import', and for whoever wants to read them. Texts
            are as they were said; look at them with something that escapes what a terminal would act on.
            Exit codes: 0 written; 1 written but for what is damaged; 2 bad input; 74 it cannot be written.
            """) { ids, store, to };
        command.SetAction((parsed, _) => Stores.LookAsync(parsed.GetRequiredValue(store), kept => ExportAsync(
            kept, parsed.GetValue(ids) ?? [], parsed.GetValue(to))));
        return command;
    }

    private static async Task<int> ExportAsync(OpenStore store, string[] ids, string? to)
    {
        var runs = new List<string>();
        foreach (var id in ids.Distinct(StringComparer.Ordinal))
        {
            if (await store.Runs.FindAsync(id) is null) throw StoredRun.Absent(store, id);
            runs.Add(id);
        }
        if (ids.Length == 0) runs.AddRange((await store.Runs.ListAsync()).Select(static entry => entry.RunId));
        if (to is null) return await WriteAsync(store, runs, Console.Out) ? ExitCode.Ok : ExitCode.Failed;
        if (to.Length == 0) return Output.BadInput("--to needs the name of a file.");
        if (Directory.Exists(to)) return Output.BadInput($"{to}: This is a folder; name a file.");
        try
        {
            if (store.Parts.Any(part => Place.IsSame(to, part)))
                return Output.BadInput($"{to}: This is the store itself, or a part of it; name another file.");
            var whole = await (Flow(to) is { } flow ? WriteAsync(store, runs, flow)
                : WholeFile.WriteAsync(Target(to), replaces: true, file => WriteAsync(store, runs, file)));
            Output.Note($"Written to {to}");
            return whole ? ExitCode.Ok : ExitCode.Failed;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            Output.Complain($"{to}: It cannot be written: {e.Message}");
            return e is DirectoryNotFoundException or UnauthorizedAccessException ? ExitCode.BadInput : ExitCode.NoOutput;
        }
    }

    // What takes bytes and keeps no file in its place: a pipe, a terminal, a device. It is written to as it is; a file that is put there
    // would take it away. Null for a file.
    private static FileStream? Flow(string to)
    {
        if (!File.Exists(to)) return null;
        var flow = new FileStream(to, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
        if (!flow.CanSeek || IsDevice(Path.GetFullPath(to)) || IsDevice(Target(to))) return flow;
        flow.Dispose();
        return null;
    }

    private static bool IsDevice(string path) =>
        (path.StartsWith("/dev/", StringComparison.Ordinal) && !path.StartsWith("/dev/shm/", StringComparison.Ordinal))
        || path.StartsWith("/proc/", StringComparison.Ordinal);

    // A link is followed.
    private static string Target(string path) =>
        (File.Exists(path) ? File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName : null) ?? Path.GetFullPath(path);

    private static async Task<bool> WriteAsync(OpenStore store, IReadOnlyList<string> runs, FileStream to)
    {
        await using var text = new StreamWriter(to);
        return await WriteAsync(store, runs, text);
    }

    // A run that is damaged does not keep the others from being taken out. What is whole of it is written, from its first event on, and it
    // is named: nobody takes a part for all of it.
    private static async Task<bool> WriteAsync(OpenStore store, IEnumerable<string> runs, TextWriter to)
    {
        var whole = true;
        foreach (var run in runs)
        {
            var (lines, unread) = (new List<JournalLine>(), (string?)null);
            try
            {
                await foreach (var line in store.Runs.LinesAsync(run)) lines.Add(line);
            }
            catch (StoreException e) when (e is not StoreWriteException)
            {
                unread = e.Message;
            }
            var check = JournalLine.Verify(lines);
            foreach (var line in lines.Take((int)check.Events)) await to.WriteAsync(JournalFile.Write(line) + "\n");
            if ((check.Fault ?? unread) is not { } fault) continue;
            Output.Complain($"{run}: {fault} (Written: its first {check.Events} events, which are whole.)");
            whole = false;
        }
        return whole;
    }
}
