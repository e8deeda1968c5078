namespace Lab10;

/// <summary>What exists. What is not in here does not, whatever a model remembers from elsewhere.</summary>
public sealed class ToolRegistry(IEnumerable<Tool> tools)
{
    private readonly IReadOnlyList<Tool> _tools = [.. tools];

    /// <summary>The tool of exactly this name, or null.</summary>
    public Tool? Find(string name)
    {
        // <exercise-1>
        return _tools.FirstOrDefault(tool => string.Equals(tool.Name, name, StringComparison.Ordinal));
        // </exercise-1>
    }
}
