using System.CommandLine;
using MiniRuntime.Shell;

namespace MiniRuntime.Cli;

/// <summary>The scenario files that a command line names: each once, in ordinal order of path.</summary>
/// <param name="Scenarios">The scenarios; not all of them when there are faults.</param>
/// <param name="Faults">What is wrong, a safe line each: <c>file:line: path: message</c>.</param>
internal sealed record ScenarioFiles(IReadOnlyList<Scenario> Scenarios, IReadOnlyList<string> Faults)
{
    public static ScenarioFiles Read(IEnumerable<string> paths)
    {
        var (files, scenarios, faults) = (new SortedSet<string>(StringComparer.Ordinal), new List<Scenario>(), new List<string>());
        foreach (var path in paths)
        {
            if (!Directory.Exists(path))
            {
                files.Add(path);
                continue;
            }
            var found = Directory.GetFiles(path, "*.json");
            if (found.Length == 0) faults.Add(Escape.Line($"{path}: The folder holds no scenario file (*.json)."));
            files.UnionWith(found);
        }
        foreach (var file in files)
        {
            var read = ScenarioReader.Read(file);
            if (read.IsValid) scenarios.Add(read.Value);
            faults.AddRange(read.Faults.Select(fault => Line(file, fault)));
        }
        return new ScenarioFiles(scenarios, faults);
    }

    /// <summary>The scenarios; null when there are faults, which then go to standard error.</summary>
    public IReadOnlyList<Scenario>? OrReport()
    {
        foreach (var line in Faults) Console.Error.WriteLine(line);
        return Faults.Count > 0 ? null : Scenarios;
    }

    /// <summary>One scenario; null when there are faults, which then go to standard error.</summary>
    public static Scenario? ReadOne(string path) => Directory.Exists(path)
        ? new ScenarioFiles([], [Escape.Line($"{path}: This is a folder; name one scenario file.")]).OrReport()?[0]
        : Read([path]).OrReport()?[0];

    /// <summary>Left alone, a mistyped option would be taken for a file.</summary>
    public static void RefuseOptions<T>(Argument<T> paths) => paths.Validators.Add(static result =>
    {
        foreach (var name in result.Tokens.Select(static token => token.Value).Where(static value => value.StartsWith('-')))
            result.AddError($"There is no option '{name}'. (For a file of that name: ./{name})");
    });

    private static string Line(string file, Fault fault) =>
        Escape.Line($"{file}:{(fault.Line is { } line ? $"{line}:" : "")} {fault.Path}: {fault.Message}");
}
