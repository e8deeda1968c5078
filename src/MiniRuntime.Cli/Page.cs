using Spectre.Console;

namespace MiniRuntime.Cli;

/// <summary>Lines for people: a label in grey, then text from anywhere, made safe and cut to what a person reads.</summary>
internal sealed class Page(IAnsiConsole console)
{
    // How much of a text from outside is shown on one line.
    private const int Length = 400;

    public static readonly Style Plain = Style.Plain;
    public static readonly Style Quiet = new(Color.Grey);
    public static readonly Style Good = new(Color.Green);
    public static readonly Style Warning = new(Color.Yellow);
    public static readonly Style Bad = new(Color.Red);
    public static readonly Style Strong = new(decoration: Decoration.Bold);

    /// <summary>A label and a text on one line.</summary>
    public void Line(string label, string text, Style style, string indent = "  ")
    {
        console.Write(new Text($"{indent}{label,-10}", Quiet));
        Write(style, Escape.Line(text, Length));
    }

    /// <summary>A heading.</summary>
    public void Heading(string text) => Write(Strong, Escape.Line(text, Length));

    /// <summary>A JSON value, whole.</summary>
    public void Json(string json) => Write(Quiet, $"  {Escape.Json(json)}");

    /// <summary>An empty line.</summary>
    public void Space() => console.WriteLine();

    /// <summary>The verdict of an eval or a law, with the reasons of a failure.</summary>
    public void Verdict(string label, string name, IEnumerable<string> reasons)
    {
        var failed = reasons.Any();
        Line(label, $"{(failed ? "FAIL" : "pass")} {name}", failed ? Bad : Good, indent: "");
        foreach (var reason in reasons) Line("", reason, Bad, indent: "");
    }

    // As text, never as markup: a bracket in it is a bracket.
    private void Write(Style style, string text)
    {
        console.Write(new Text(text, style));
        console.WriteLine();
    }
}
