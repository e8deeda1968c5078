using System.CommandLine;

namespace MiniRuntime.Cli;

/// <summary>
/// <c>miniruntime gate [-- COMMAND]</c>: the track's review gate, over a learner's program or over this project's own runtime.
/// </summary>
internal static class GateCommand
{
    public static Command Create()
    {
        var program = new Argument<string[]>("COMMAND")
        {
            Description = "What starts your program, after '--', as for 'lab'. Without it this project's own runtime is looked at.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var worksheet = new Option<string?>("--worksheet")
        {
            Description = "Write the completion worksheet to this file, filled with commands, outputs and failure paths. "
                + "It must not exist.",
        };
        var timeout = Patience.Option();
        var json = new Option<bool>("--json") { Description = "Print one JSON document instead of a report." };
        var command = new Command("gate", """
            Runs the five checks of the review gate, by the cases of labs 09 to 11, and shows the evidence for each.
            Exit codes: 0 every check passes; 1 a check fails; 2 bad input, or the program does not start, answer or end as it should;
            4 interrupted; 74 a stream or file does not take what is written.
            """) { program, worksheet, timeout, json };
        command.SetAction((parsed, _) => CheckAsync(parsed.GetValue(program) ?? [], parsed.GetValue(worksheet),
            Patience.Of(parsed.GetValue(timeout)), parsed.GetValue(json)));
        return command;
    }

    private static async Task<int> CheckAsync(string[] program, string? worksheet, Patience patience, bool json)
    {
        if (program is ["", ..]) return Output.BadInput("Say what starts your program: miniruntime gate -- COMMAND");
        if (worksheet is not null && GateWorksheet.Fault(worksheet) is { } fault) return Output.BadInput(fault);

        using var signals = Signals.Listen();
        GateReport report;
        try
        {
            report = new GateReport(program, program.Length == 0
                ? await Gate.ByOurselvesAsync(signals.Token)
                : await Gate.ByProgramAsync(program, patience, signals.Token));
        }
        catch (OperationCanceledException)
        {
            Output.Complain("Interrupted; the program was ended.");
            return ExitCode.Incomplete;
        }
        if (json) Output.Json(report.Document());
        else report.Print(new Page(Output.Terminal()));
        // Without an answer there is nothing to fill one with.
        if (worksheet is not null && report.Answered)
        {
            var today = DateOnly.FromDateTime(TimeProvider.System.GetLocalNow().DateTime);
            if (GateWorksheet.Write(worksheet, report, today) is { } failed) return Output.BadInput(failed);
            Output.Note($"Filled a worksheet: {worksheet}");
        }
        return report.Fault is not null ? ExitCode.BadInput : report.Passed ? ExitCode.Ok : ExitCode.Failed;
    }
}
