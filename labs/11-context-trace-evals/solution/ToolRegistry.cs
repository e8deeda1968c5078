using System.Collections.Immutable;

namespace Lab11;

/// <summary>What exists. What is not in here does not, whatever a model remembers from elsewhere.</summary>
public sealed class ToolRegistry(IEnumerable<Tool> tools)
{
    private readonly IReadOnlyList<Tool> _tools = [.. tools];

    /// <summary>The names of all, in ordinal order: what a model is shown.</summary>
    public ImmutableList<string> Names => [.. _tools.Select(static tool => tool.Name).Order(StringComparer.Ordinal)];

    /// <summary>The tool of exactly this name, or null.</summary>
    public Tool? Find(string name)
    {
        return _tools.FirstOrDefault(tool => string.Equals(tool.Name, name, StringComparison.Ordinal));
    }
}
