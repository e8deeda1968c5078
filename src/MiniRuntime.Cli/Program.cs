using System.CommandLine;
using System.Text;
using MiniRuntime.Cli;

var root = new RootCommand("MiniRuntime: governed agent runs. The model proposes, software decides.")
{
    RunCommand.Create(), CheckCommand.Create(), ShrinkCommand.Create(), ToolsCommand.Create(), GatewayCommand.Create(),
    RunsCommand.Create(), ShowCommand.Create(), ApprovalsCommand.Create(), ApproveCommand.Create(), RejectCommand.Create(),
    AnswerCommand.Create(), ResolveCommand.Create(), ResumeCommand.Create(), CancelCommand.Create(), DeleteCommand.Create(),
    VerifyCommand.Create(), ReplayCommand.Create(), ForkCommand.Create(), ExportCommand.Create(), ImportCommand.Create(),
    LabCommand.Create(), GateCommand.Create(),
};

try
{
    Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
    // Response files ("@name") are turned off: an argument is what it says.
    var parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
    if (parsed.Errors.Count > 0)
    {
        foreach (var error in parsed.Errors) Output.Complain(error.Message);
        Output.Note(parsed.CommandResult.Command is RootCommand
            ? "Try 'miniruntime run scenarios/policy-read.json', or 'miniruntime --help'."
            : $"Try 'miniruntime {parsed.CommandResult.Command.Name} --help'.");
        return ExitCode.BadInput;
    }
    using var signals = Signals.Register();
    return await parsed.InvokeAsync(new InvocationConfiguration
    {
        EnableDefaultExceptionHandler = false,
        ProcessTerminationTimeout = null,
    });
}
catch (Exception e) when (e is IOException or UnauthorizedAccessException)
{
    // What was to be shown cannot be: a full disk, a closed pipe. The runs themselves are not to blame.
    Output.Complain($"The output cannot be written: {e.Message}");
    return ExitCode.NoOutput;
}
