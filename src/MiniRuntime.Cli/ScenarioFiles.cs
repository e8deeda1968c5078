using System.CommandLine;
using System.Security.Cryptography;
using MiniRuntime.Shell;

namespace MiniRuntime.Cli;

/// <summary>The scenario files that a command line names: each once, in ordinal order of path.</summary>
/// <param name="Files">The files; not all of them when there are faults.</param>
/// <param name="Faults">What is wrong, a safe line each: <c>file:line: path: message</c>.</param>
internal sealed record ScenarioFiles(IReadOnlyList<ScenarioFile> Files, IReadOnlyList<string> Faults)
{
    /// <param name="paths">Files and folders.</param>
    /// <param name="mayPin">Whether the tools of servers need not be pinned yet.</param>
    public static ScenarioFiles Read(IEnumerable<string> paths, bool mayPin = false)
    {
        var (files, read, faults) = (new SortedSet<string>(StringComparer.Ordinal), new List<ScenarioFile>(), new List<string>());
        foreach (var path in paths)
        {
            if (!Directory.Exists(path))
            {
                files.Add(path);
                continue;
            }
            try
            {
                var found = Directory.GetFiles(path, "*.json");
                if (found.Length == 0) faults.Add(Escape.Line($"{path}: The folder holds no scenario file (*.json)."));
                files.UnionWith(found);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                faults.Add(Escape.Line($"{path}: The folder cannot be read: {e.Message}"));
            }
        }
        // One file is one scenario, in whatever words it was named.
        var seen = new HashSet<string>(StringComparer.Ordinal);
        files.RemoveWhere(file => file.Length > 0 && !seen.Add(Path.GetFullPath(file)));
        foreach (var file in files)
        {
            var bytes = ScenarioReader.ReadBytes(file);
            faults.AddRange(bytes.Faults.Select(fault => Line(file, fault)));
            if (!bytes.IsValid) continue;
            var scenario = Parse(file, bytes.Value, out var wrong);
            faults.AddRange(wrong);
            if (scenario is null) continue;
            if (scenario.Unpinned.Any()) Pin(file, bytes.Value, scenario);
            else read.Add(new ScenarioFile(file, bytes.Value, scenario));
        }
        return new ScenarioFiles(read, faults);

        // With the lock file that lies beside it. What begins a run goes on to ask the servers; everything else goes by what is pinned.
        void Pin(string file, byte[] bytes, Scenario scenario)
        {
            var locked = LockFile.Read(file);
            faults.AddRange(locked.Faults.Select(fault => Line(LockFile.Of(file), fault)));
            if (!locked.IsValid) return;
            if (mayPin)
            {
                read.Add(new ScenarioFile(file, bytes, scenario) { Lock = locked.Value });
                return;
            }
            var names = scenario.Servers.Select(static server => server.Name).ToList();
            var pins = locked.Value.Of(names);
            if (names.FirstOrDefault(name => pins[name] is null) is { } missing)
            {
                faults.Add(Escape.Line($"{file}: The tools of the server '{missing}' are not pinned, so nobody knows what the agent can "
                    + $"do; 'miniruntime tools {file} --update' pins them."));
                return;
            }
            var whole = Parse(file, pins.Within(bytes), out var unfit);
            faults.AddRange(unfit);
            if (whole is not null) read.Add(new ScenarioFile(file, pins.Within(bytes), whole));
        }
    }

    /// <summary>A scenario; null when there are faults, a safe line each.</summary>
    public static Scenario? Parse(string path, byte[] bytes, out IReadOnlyList<string> faults)
    {
        var scenario = ScenarioReader.Parse(bytes);
        faults = [.. scenario.Faults.Select(fault => Line(path, fault))];
        return scenario.IsValid ? scenario.Value : null;
    }

    /// <summary>The files; null when there are faults, which then go to standard error.</summary>
    public IReadOnlyList<ScenarioFile>? OrReport()
    {
        foreach (var line in Faults) Output.Note(line);
        return Faults.Count > 0 ? null : Files;
    }

    /// <summary>One file; null when there are faults, which then go to standard error.</summary>
    public static ScenarioFile? ReadOne(string path, bool mayPin = false) => Directory.Exists(path)
        ? new ScenarioFiles([], [Escape.Line($"{path}: This is a folder; name one scenario file.")]).OrReport()?[0]
        : Read([path], mayPin).OrReport()?[0];

    /// <summary>Left alone, a mistyped option would be taken for a file.</summary>
    public static void RefuseOptions<T>(Argument<T> paths) => paths.Validators.Add(static result =>
    {
        foreach (var name in result.Tokens.Select(static token => token.Value).Where(static value => value.StartsWith('-')))
            result.AddError($"There is no option '{name}'. (For a file of that name: ./{name})");
    });

    private static string Line(string file, Fault fault) =>
        Escape.Line($"{file}:{(fault.Line is { } line ? $"{line}:" : "")} {fault.Path}: {fault.Message}");
}

/// <summary>A scenario file.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Bytes">What is in it, as a store keeps it.</param>
/// <param name="Scenario">What that means.</param>
internal sealed record ScenarioFile(string Path, byte[] Bytes, Scenario Scenario)
{
    /// <summary>By what a store knows it: <see cref="RunEntry.Scenario"/>.</summary>
    public string Hash => Convert.ToHexStringLower(SHA256.HashData(Bytes));

    /// <summary>What the lock file beside it pins, where that is not in <see cref="Scenario"/> already.</summary>
    public ToolPins Lock { get; init; } = ToolPins.None;
}
