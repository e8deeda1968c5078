namespace MiniRuntime.Shell;

/// <summary>One thing that is wrong with what was read.</summary>
/// <param name="Line">The line, 1 first; null where the fault has no place in the text (there is no such file, say).</param>
/// <param name="Path">Where in the value, for example <c>$.tools[2].name</c>, or <c>$['odd name']</c>.</param>
/// <param name="Message">What is wrong, and what to do about it. It can quote what was read: escape it before a terminal shows it.</param>
public sealed record Fault(int? Line, string Path, string Message)
{
    /// <summary>For example <c>12: $.budget.maxSteps: 'maxSteps' is missing.</c></summary>
    public override string ToString() => Line is null ? $"{Path}: {Message}" : $"{Line}: {Path}: {Message}";
}
