using MiniRuntime.Core;
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

    private static string Line(string file, Fault fault) =>
        Escape.Line($"{file}:{(fault.Line is { } line ? $"{line}:" : "")} {fault.Path}: {fault.Message}");
}
