namespace MiniRuntime.Testing;

/// <summary>Marks a method as the body of a check of stores: its name is the sentence, its parameter the trial.</summary>
/// <param name="what">What the check would catch.</param>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class CatchesAttribute(string what) : Attribute
{
    public string What => what;
}
