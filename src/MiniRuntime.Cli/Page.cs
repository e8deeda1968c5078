using System.Text;
using MiniRuntime.Shell;
using Spectre.Console;

namespace MiniRuntime.Cli;

/// <summary>Lines for people: a label in grey, then text from anywhere, made safe and cut to what a person reads.</summary>
internal sealed class Page(IAnsiConsole console)
{
    // How much of a text from outside is shown on one line.
    private const int Length = 400;

    private readonly Lock _said = new();
    private readonly StringBuilder _word = new();
    private Secrets _secrets = Secrets.None;
    private int _heldBack;
    private bool _isSaying;

    public static readonly Style Plain = Style.Plain;
    public static readonly Style Quiet = new(Color.Grey);
    public static readonly Style Good = new(Color.Green);
    public static readonly Style Warning = new(Color.Yellow);
    public static readonly Style Bad = new(Color.Red);
    public static readonly Style Strong = new(decoration: Decoration.Bold);

    /// <summary>
    /// A label and a text on one line. Where a terminal is too narrow for it the text goes on under itself, never under the label: what
    /// stands there is ours, and no text from outside can look like it.
    /// </summary>
    public void Line(string label, string text, Style style, string indent = "  ") =>
        Under($"{indent}{label,-10}", Escape.Line(text, Length), style);

    /// <summary>
    /// A piece of text that goes on where the one before it ended, under a label of its own, for as long as nothing else is shown. It comes
    /// in pieces of any size and is shown word by word, but for what may be the beginning of a secret: that is held back until it is seen
    /// whole, or to be none.
    /// </summary>
    /// <param name="text">The piece.</param>
    /// <param name="secrets">What must not be shown.</param>
    public void Said(string text, Secrets secrets)
    {
        lock (_said)
        {
            _word.Append(text);
            _secrets = secrets;
            // What is held back is looked at again once there is enough more of it, so that all of it takes time by its length.
            if (_word.Length - _heldBack < _heldBack / 8) return;
            var said = _word.ToString();
            var whole = secrets.Settled(said[..(said.LastIndexOfAny([' ', '\n', '\t']) + 1)]);
            if (whole > 0) Say(whole);
            _heldBack = _word.Length;
        }
    }

    /// <summary>The same, whole, however long: for what a person is to decide upon.</summary>
    public void Uncut(string label, string text, Style? style = null) => Under($"{label,-10}", Escape.Line(text), style ?? Plain);

    private void Under(string head, string safe, Style style)
    {
        EndSaid();
        if (Fits(head + safe))
        {
            console.Write(new Text(head, Quiet));
            Write(style, safe);
            return;
        }
        var grid = new Grid { Expand = false };
        grid.AddColumn(new GridColumn { NoWrap = true, Padding = new Padding(0), Width = head.Length });
        grid.AddColumn(new GridColumn { Padding = new Padding(0) });
        grid.AddRow(new Text(head, Quiet), new Text(safe, style));
        console.Write(grid);
    }

    /// <summary>Rows under a heading each, on a terminal in its width.</summary>
    public void Table(IReadOnlyList<string> headings, IEnumerable<string[]> rows)
    {
        var table = new Table { Border = TableBorder.None, Expand = false };
        foreach (var heading in headings) table.AddColumn(new TableColumn(new Text(heading, Quiet)) { Padding = new Padding(0, 0, 2, 0) });
        foreach (var row in rows) table.AddRow(row.Select(static cell => new Text(Escape.Line(cell, Length))));
        console.Write(table);
    }

    /// <summary>A heading.</summary>
    public void Heading(string text) => Whole(Escape.Line(text, Length), Strong);

    /// <summary>A JSON value, whole.</summary>
    public void Json(string json) => Whole($"  {Escape.Json(json)}", Quiet);

    /// <summary>An empty line.</summary>
    public void Space() => console.WriteLine();

    /// <summary>The verdict of an eval or a law, with the reasons of a failure.</summary>
    public void Verdict(string label, string name, IEnumerable<string> reasons)
    {
        var failed = reasons.Any();
        Line(label, $"{(failed ? "FAIL" : "pass")} {name}", failed ? Bad : Good, indent: "");
        foreach (var reason in reasons) Line("", reason, Bad, indent: "");
    }

    // Alone on its lines, and indented where it takes more than one.
    private void Whole(string safe, Style style)
    {
        EndSaid();
        if (Fits(safe)) Write(style, safe);
        else console.Write(new Padder(new Text(safe, style), new Padding(4, 0, 0, 0)));
    }

    // What comes from a model comes on a thread of its own.
    private void EndSaid()
    {
        lock (_said)
        {
            if (_word.Length > 0) Say(_word.Length);
            _heldBack = 0;
            if (_isSaying) console.WriteLine();
            _isSaying = false;
        }
    }

    private void Say(int length)
    {
        if (!_isSaying) console.Write(new Text($"  {"says",-10}", Quiet));
        _isSaying = true;
        console.Write(new Text(Escape.Line(_secrets.Redact(_word.ToString(0, length))), Quiet));
        _word.Remove(0, length);
    }

    // Outside of ASCII a character may take two cells.
    private bool Fits(string safe) => safe.Sum(static c => char.IsAscii(c) ? 1L : 2) < console.Profile.Width;

    // As text, never as markup: a bracket in it is a bracket.
    private void Write(Style style, string text)
    {
        console.Write(new Text(text, style));
        console.WriteLine();
    }
}
