using System.CommandLine;
using System.Text;
using MiniRuntime.Cli;

try
{
    Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
    var parsed = CommandLine.Parse(args);
    if (parsed.Errors.Count > 0) return CommandLine.Misused(parsed, parsed.Errors.Select(static error => error.Message));
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
