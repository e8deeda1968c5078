using System.CommandLine;
using System.Text;
using MiniRuntime.Cli;

Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);

var root = new RootCommand("MiniRuntime: governed agent runs. The model proposes, software decides.")
{
    RunCommand.Create(), CheckCommand.Create(), ShrinkCommand.Create(),
};

// Response files ("@name") are turned off: an argument is what it says.
var parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
if (parsed.Errors.Count > 0)
{
    foreach (var error in parsed.Errors) Console.Error.WriteLine($"miniruntime: {Escape.Line(error.Message)}");
    Console.Error.WriteLine("Try 'miniruntime run scenarios/policy-read.json', or 'miniruntime --help'.");
    return ExitCode.BadInput;
}
try
{
    return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (IOException e)
{
    // What was to be shown cannot be: a full disk, a closed pipe. The runs themselves are not to blame.
    Output.Complain($"The output cannot be written: {e.Message}");
    return ExitCode.NoOutput;
}
