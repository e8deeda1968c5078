using System.Text;
using MiniRuntime.Core;
using MiniRuntime.Shell;

namespace MiniRuntime.Trajectories;

/// <summary>Programs for <c>miniruntime lab</c> to check: this project's own runtime, and some that misbehave.</summary>
internal static class LabAnswers
{
    /// <summary>Answers each case as our core does.</summary>
    public static async Task ServeAsync()
    {
        while (Console.ReadLine() is { } line)
        {
            var scenario = Play.Parse(line);
            var (state, events) = await Play.RunAsync(scenario);
            Console.WriteLine(JsonText.Object(
            [
                ("state", StateView.Of(state)), ("trace", JsonText.Array(TraceView.Of(events))),
                ("evaluations", JsonText.Array(scenario.Evals.Select(eval => Codec.EvalResult.Encode(eval.Judge(Trajectory.Of(events)))))),
            ]));
        }
    }

    /// <summary>Does what no program should.</summary>
    public static async Task<int> MisbehaveAsync(string how)
    {
        switch (how)
        {
            case "crash":
                Console.WriteLine("{}");
                await Console.Error.WriteLineAsync("I am \u001b[31mlost\u001b[0m");
                return 7;
            case "text":
                Console.WriteLine("Ready for cases \u001b[2J");
                break;
            case "mark":
                Console.WriteLine("\uFEFF{}");
                break;
            case "pretty":
                Console.WriteLine("{\n}");
                break;
            case "list":
                Console.WriteLine("[]");
                break;
            case "twice":
                Console.WriteLine("""{ "state": {}, "state": {} }""");
                break;
            case "silent":
                await Task.Delay(Timeout.InfiniteTimeSpan);
                break;
            case "deaf":
                // It answers before it was asked, and reads nothing.
                for (var i = 0; i < 14; i++) Console.WriteLine("{}");
                break;
            case "more":
                Answer();
                Console.WriteLine("{}");
                break;
            case "fails-at-the-end":
                Answer();
                return 3;
            case "whole":
                // Reads all before it says anything, and then all at once, with blank lines between.
                Console.Write(string.Join("\r\n\r\n", Console.In.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries)
                    .Select(static _ => """{ "state": null, "more": [1] }""")));
                break;
            case "endless-line":
                var piece = Encoding.ASCII.GetBytes(new string('x', 1 << 16));
                using (var output = Console.OpenStandardOutput())
                    for (var i = 0; i < 32; i++) output.Write(piece);
                break;
            default:
                return 2;
        }
        return 0;

        static void Answer()
        {
            while (Console.ReadLine() is not null) Console.WriteLine("{}");
        }
    }
}
