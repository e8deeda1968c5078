using MiniRuntime.Shell;
using Spectre.Console;

namespace MiniRuntime.Cli;

/// <summary>Standard output, for people and for programs.</summary>
internal static class Output
{
    /// <summary>A console for people: colours and wrapped lines on a terminal, neither anywhere else.</summary>
    public static IAnsiConsole Terminal() => Console.IsOutputRedirected ? Plain(Console.Out) : AnsiConsole.Console;

    /// <summary>A console that writes text as it is: neither colours nor wrapped lines.</summary>
    public static IAnsiConsole Plain(TextWriter to)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(to),
        });
        console.Profile.Width = int.MaxValue;
        return console;
    }

    /// <summary>Says on standard error what is wrong with the input.</summary>
    public static int BadInput(string message)
    {
        Complain(message);
        return ExitCode.BadInput;
    }

    /// <summary>Says on standard error that a file, or a store, could not be written.</summary>
    public static int Unwritten(string message)
    {
        Complain(message);
        return ExitCode.NoOutput;
    }

    /// <summary>Says something on standard error.</summary>
    public static void Complain(string message) => Note($"miniruntime: {message}");

    /// <summary>Says something beside the output, on standard error. Where that is closed or full nobody hears it, and nothing else changes.</summary>
    public static void Note(string message)
    {
        try
        {
            Console.Error.WriteLine(Escape.Line(message));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
        }
    }

    /// <summary>
    /// What a command has to tell a program, on one line: each field is there always, and null where there is nothing to say.
    /// </summary>
    public static void Document(IEnumerable<(string Name, JsonText? Value)> fields) => Json(Fields(fields));

    /// <summary>A part of such a document.</summary>
    public static JsonText Fields(IEnumerable<(string Name, JsonText? Value)> fields) =>
        JsonText.Object(fields.Select(static field => (field.Name, field.Value ?? (JsonText?)Core.Json.None)));

    /// <summary>A value for programs, on one line. Should it reach a terminal after all, nothing in it acts there.</summary>
    public static void Json(JsonText value) => Console.Out.WriteLine(Escape.Json(value.ToString()));
}
