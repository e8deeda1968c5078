using System.CommandLine;

namespace MiniRuntime.Cli;

/// <summary>The command line: its commands, and what is said where one is misused.</summary>
internal static class CommandLine
{
    /// <summary>All commands.</summary>
    public static RootCommand Root() => new("MiniRuntime: governed agent runs. The model proposes, software decides.")
    {
        RunCommand.Create(), CheckCommand.Create(), ShrinkCommand.Create(), ToolsCommand.Create(), GatewayCommand.Create(),
        RunsCommand.Create(), ShowCommand.Create(), ApprovalsCommand.Create(), ApproveCommand.Create(), RejectCommand.Create(),
        AnswerCommand.Create(), ResolveCommand.Create(), ResumeCommand.Create(), CancelCommand.Create(), DeleteCommand.Create(),
        VerifyCommand.Create(), ReplayCommand.Create(), ForkCommand.Create(), ExportCommand.Create(), ImportCommand.Create(),
        LabCommand.Create(), GateCommand.Create(),
    };

    /// <summary>What arguments say, and what is wrong with them.</summary>
    public static ParseResult Parse(IReadOnlyList<string> arguments) =>
        // Response files ("@name") are turned off: an argument is what it says.
        Root().Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });

    /// <summary>
    /// What a command does, and what of its words does not fit together. That is looked at here, once the parser has found nothing wrong
    /// with any of them: in a validator of the command they cannot be read yet.
    /// </summary>
    public static void SetAction(this Command command, Func<ParseResult, IEnumerable<string>> faults, Func<ParseResult, Task<int>> act) =>
        command.SetAction((parsed, _) =>
            faults(parsed).ToList() is { Count: > 0 } wrong ? Task.FromResult(Misused(parsed, wrong)) : act(parsed));

    /// <summary>Says on standard error what is wrong with the arguments.</summary>
    public static int Misused(ParseResult parsed, IEnumerable<string> faults)
    {
        foreach (var fault in faults) Output.Complain(Escape.Line(fault, 1000));
        Output.Note(parsed.CommandResult.Command is RootCommand
            ? "Try 'miniruntime run scenarios/policy-read.json', or 'miniruntime --help'."
            : $"Try 'miniruntime {parsed.CommandResult.Command.Name} --help'.");
        return ExitCode.BadInput;
    }
}
