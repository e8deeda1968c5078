using System.CommandLine;
using System.Text;

namespace MiniRuntime.Cli;

/// <summary><c>miniruntime lab NN -- COMMAND</c>: checks a learner's program, in any language, by a lab's contract.</summary>
internal static class LabCommand
{
    public static Command Create()
    {
        var lab = new Argument<string>("LAB") { Description = "The lab: 09, 10 or 11." };
        var program = new Argument<string[]>("COMMAND")
        {
            Description = "What starts your program, after '--'. It reads cases and writes answers, a line of JSON each "
                + "(labs/protocol.md).",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var cases = new Option<bool>("--cases") { Description = "Print the lab's cases, as the program is given them, and check nothing." };
        var timeout = Patience.Option();
        var json = new Option<bool>("--json") { Description = "Print one JSON document instead of a report." };
        var command = new Command("lab", """
            Starts your program, gives it a lab's cases, and compares its answers with the contract, case by case.
            Exit codes: 0 every case passes; 1 a case differs; 2 bad input, or the program does not start, answer or end as it should;
            4 interrupted; 74 a stream does not take what is written.
            """) { lab, program, cases, timeout, json };
        command.SetAction((parsed, _) => CheckAsync(parsed.GetRequiredValue(lab), parsed.GetValue(program) ?? [], parsed.GetValue(cases),
            Patience.Of(parsed.GetValue(timeout)), parsed.GetValue(json)));
        return command;
    }

    private static async Task<int> CheckAsync(string lab, string[] program, bool cases, Patience patience, bool json)
    {
        if (!LabContract.Labs.Contains(lab))
            return Output.BadInput($"There is no lab '{lab}' to check a program by; there are {string.Join(", ", LabContract.Labs)}."
                + (LabContract.Labs.Contains($"0{lab}") ? $" Did you mean 0{lab}?" : ""));
        var contract = LabContract.Of(lab);
        if (cases)
        {
            foreach (var asked in contract.Cases) Console.Out.Write(Escape.JsonLines(Encoding.UTF8.GetString(asked.Line)));
            return ExitCode.Ok;
        }
        if (program.Length == 0 || program[0].Length == 0)
            return Output.BadInput($"Say what starts your program: miniruntime lab {lab} -- COMMAND");

        using var signals = Signals.Listen();
        ProgramRun run;
        try
        {
            run = await LabProgram.RunAsync(program, contract.Cases, patience, signals.Token);
        }
        catch (OperationCanceledException)
        {
            Output.Complain("Interrupted; the program was ended.");
            return ExitCode.Incomplete;
        }
        var report = new LabReport(contract, program, run);
        if (json) Output.Json(report.Document());
        else report.Print(new Page(Output.Terminal()));
        return run.Fault is not null ? ExitCode.BadInput : report.Passed ? ExitCode.Ok : ExitCode.Failed;
    }
}
