namespace MiniRuntime.Testing;

/// <summary>Marks a method as the body of a law: its name is the law's sentence, its parameters are what is generated for a case.</summary>
/// <param name="catches">What the law would catch.</param>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class LawAttribute(string catches) : Attribute
{
    public string Catches => catches;

    /// <summary>How many cases it takes over agents of any kind.</summary>
    public int Cases { get; init; } = 300;
}
