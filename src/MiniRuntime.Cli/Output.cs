using MiniRuntime.Shell;
using Spectre.Console;

namespace MiniRuntime.Cli;

/// <summary>Standard output, for people and for programs.</summary>
internal static class Output
{
    /// <summary>A console for people: colours and wrapped lines on a terminal, neither anywhere else.</summary>
    public static IAnsiConsole Terminal()
    {
        if (!Console.IsOutputRedirected) return AnsiConsole.Console;
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(Console.Out),
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

    /// <summary>A value for programs, on one line. Should it reach a terminal after all, nothing in it acts there.</summary>
    public static void Json(JsonText value) => Console.Out.WriteLine(Escape.Json(value.ToString()));
}
