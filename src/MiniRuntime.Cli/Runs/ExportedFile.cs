using MiniRuntime.Core;
using MiniRuntime.Shell;

namespace MiniRuntime.Cli;

/// <summary>A file that <c>export</c> wrote.</summary>
internal static class ExportedFile
{
    /// <summary>The journals in it, verified; null where there are faults, which then go to standard error.</summary>
    public static Seq<Seq<JournalLine>>? Read(string file)
    {
        if (Directory.Exists(file))
        {
            Output.BadInput($"{file}: This is a folder; name a file that 'export' wrote.");
            return null;
        }
        try
        {
            using var text = new StreamReader(file);
            var read = JournalFile.Read(JournalFile.Lines(text));
            foreach (var fault in read.Faults) Output.Note($"{file}:{(fault.Line is { } line ? $"{line}:" : "")} {fault.Message}");
            return read.IsValid ? read.Value : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            Output.BadInput($"{file}: The file cannot be read: {e.Message}");
            return null;
        }
    }
}
