using System.CommandLine;
using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using MiniRuntime.Core;
using MiniRuntime.Shell;

namespace MiniRuntime.Cli;

/// <summary>
/// A learner's program, run from outside: lines in, lines out (labs/protocol.md). Whatever it does, this ends, and says what it did.
/// </summary>
internal static class LabProgram
{
    // What a line can hold at most, and what is kept of standard error: its end.
    private const int MaxLine = 1 << 20;
    private const int MaxErrors = 4000;

    /// <summary>How long is waited, once the program has ended or was killed, for what it still has to say.</summary>
    private static readonly TimeSpan _grace = TimeSpan.FromSeconds(2);

    /// <summary>Starts a program, gives it a line for each case, and takes its answers.</summary>
    /// <param name="command">The program and its arguments.</param>
    /// <param name="cases">The cases.</param>
    /// <param name="patience">How long it may take.</param>
    /// <param name="cancel">Kills it.</param>
    /// <returns>Its answers, in order, as far as they came, and what went wrong.</returns>
    public static async Task<ProgramRun> RunAsync(IReadOnlyList<string> command, IReadOnlyList<LabCase> cases, Patience patience,
        CancellationToken cancel)
    {
        Process process;
        try
        {
            process = Process.Start(new ProcessStartInfo(command[0], command.Skip(1))
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                StandardErrorEncoding = Encoding.UTF8,
            })!;
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException or IOException)
        {
            return new ProgramRun([], $"The program does not start: {e.Message}", null, "");
        }
        using (process)
        {
            var errors = new StringBuilder();
            var written = WriteAsync(process, cases);
            var heard = HearAsync(process.StandardError, errors);
            var answers = new List<Json.Object>();
            string? fault;
            try
            {
                fault = await AnswersAsync(process, cases, answers, patience, cancel);
            }
            finally
            {
                // Whatever it has started ends with it; what a program leaves behind that ends by itself is its own affair.
                if (!process.HasExited) process.Kill(entireProcessTree: true);
            }
            await Task.WhenAny(Task.WhenAll(written, heard), Task.Delay(_grace, CancellationToken.None));
            int? code = process.HasExited ? process.ExitCode : null;
            lock (errors) return new ProgramRun(answers, fault, code, WellFormed(errors.ToString()));
        }
    }

    private static async Task<string?> AnswersAsync(Process process, IReadOnlyList<LabCase> cases, List<Json.Object> answers,
        Patience patience, CancellationToken cancel)
    {
        var lines = new Lines(process.StandardOutput.BaseStream);
        foreach (var asked in cases)
        {
            byte[]? line;
            var timeout = answers.Count == 0 ? patience.First : patience.Other;
            try
            {
                line = await lines.NextAsync().WaitAsync(timeout, cancel);
            }
            catch (TimeoutException) when (!process.HasExited)
            {
                return $"It gave no answer to {asked.Id} within {timeout.TotalSeconds:0} s, and was ended. Does it flush its output after "
                    + "each line, and can its loop end?";
            }
            catch (TimeoutException)
            {
                line = null;
            }
            if (line is null)
            {
                try
                {
                    await process.WaitForExitAsync(cancel).WaitAsync(timeout, cancel);
                }
                catch (TimeoutException)
                {
                    return $"It closed its output after {answers.Count} of {cases.Count} answers, and went on; it was ended.";
                }
                return $"It ended, with exit code {process.ExitCode}, after {answers.Count} of {cases.Count} answers; {asked.Id} has none.";
            }
            if (line.Length > MaxLine) return $"Its answer to {asked.Id} is longer than {MaxLine} bytes.";
            var read = StrictJson.Parse(line, JsonSource.Wire);
            if (!read.IsValid || read.Value is not Json.Object answer)
            {
                var why = read.IsValid ? $"It is JSON, and of the kind {read.Value.Kind}."
                    : line.AsSpan().StartsWith("\uFEFF"u8) ? "It begins with a byte order mark; write UTF-8 without one."
                    : line.AsSpan().Trim(" \t\r"u8) is [(byte)'{'] ? "The object goes on in the next line; write each answer on one line."
                    : !line.AsSpan().TrimStart(" \t"u8).StartsWith("{"u8) ? "An error of a build, or a line printed while looking for a "
                        + "mistake? Only answers go to standard output; what is for you goes to standard error."
                    : read.Faults[0].Message;
                return $"What it wrote where the answer to {asked.Id} is due is not a JSON object: {why} It is: "
                    + Encoding.UTF8.GetString(line);
            }
            answers.Add(answer);
        }
        return await EndAsync(process, lines, cases.Count, patience.Other, cancel);
    }

    // Its input has ended, so it has nothing more to do.
    private static async Task<string?> EndAsync(Process process, Lines lines, int count, TimeSpan timeout, CancellationToken cancel)
    {
        try
        {
            await process.WaitForExitAsync(cancel).WaitAsync(timeout, cancel);
        }
        catch (TimeoutException)
        {
            return $"It did not end within {timeout.TotalSeconds:0} s of its last answer, though its input had ended; it was ended.";
        }
        var more = lines.NextAsync();
        if (await Task.WhenAny(more, Task.Delay(_grace, cancel)) == more && await more is { } line)
            return $"It wrote more than the {count} answers that are due: {Encoding.UTF8.GetString(line)}";
        return process.ExitCode == 0 ? null : $"It ended with exit code {process.ExitCode} after its last answer.";
    }

    private static async Task WriteAsync(Process process, IReadOnlyList<LabCase> cases)
    {
        try
        {
            await using var input = process.StandardInput.BaseStream;
            foreach (var asked in cases) await input.WriteAsync(asked.Line);
        }
        catch (IOException)
        {
            // It does not read any more: what it answered, or did not, says enough.
        }
    }

    private static async Task HearAsync(StreamReader from, StringBuilder errors)
    {
        var buffer = new char[1024];
        while (await from.ReadAsync(buffer) is > 0 and var count)
        {
            lock (errors)
            {
                errors.Append(buffer, 0, count);
                if (errors.Length > MaxErrors) errors.Remove(0, errors.Length - MaxErrors);
            }
        }
    }

    // What was cut off can have left half a surrogate pair.
    private static string WellFormed(string text)
    {
        if (text.Length > 0 && char.IsLowSurrogate(text[0])) text = text[1..];
        return text.Length > 0 && char.IsHighSurrogate(text[^1]) ? text[..^1] : text;
    }

    // Lines of bytes, so that what is no UTF-8 is seen; bounded, so that one without an end does not fill the memory.
    private sealed class Lines(Stream from)
    {
        private readonly byte[] _buffer = new byte[8192];
        private int _at;
        private int _end;

        /// <summary>The next line that is not empty, without its end; null after the last. One that is too long is cut there.</summary>
        public async Task<byte[]?> NextAsync()
        {
            using var line = new MemoryStream();
            while (true)
            {
                if (_at == _end)
                {
                    (_at, _end) = (0, await from.ReadAsync(_buffer));
                    if (_end == 0) return line.Length == 0 ? null : line.ToArray();
                }
                var read = _buffer.AsSpan(_at, _end - _at);
                var length = read.IndexOf((byte)'\n');
                line.Write(length < 0 ? read : read[..length]);
                _at += length < 0 ? read.Length : length + 1;
                if (line.Length > MaxLine || (length >= 0 && !IsBlank(line))) return line.ToArray();
                if (length >= 0) line.SetLength(0);
            }
        }

        private static bool IsBlank(MemoryStream line) => line.GetBuffer().AsSpan(0, (int)line.Length).Trim(" \t\r"u8).IsEmpty;
    }
}

/// <summary>How long a program may take.</summary>
/// <param name="First">For its first answer: it may have to be built before.</param>
/// <param name="Other">For each other one, and to end after the last.</param>
internal sealed record Patience(TimeSpan First, TimeSpan Other)
{
    private static readonly Patience _usual = new(TimeSpan.FromMinutes(3), TimeSpan.FromSeconds(30));

    /// <summary>The option that sets it.</summary>
    public static Option<int> Option() => Number.Option("--timeout",
        $"How many seconds the program may take for an answer. [default: {_usual.Other.TotalSeconds}, and "
        + $"{_usual.First.TotalSeconds} for the first, since it may have to be built before]", least: 1, most: 3600);

    /// <summary>So many seconds for each answer; 0, where the option is not given, is as usual.</summary>
    public static Patience Of(int seconds) =>
        seconds == 0 ? _usual : new Patience(TimeSpan.FromSeconds(seconds), TimeSpan.FromSeconds(seconds));
}

/// <summary>What a learner's program did.</summary>
/// <param name="Answers">Its answers, in the order of the cases, as far as they came.</param>
/// <param name="Fault">What went wrong; null when it answered every case and ended as it should. It can quote the program.</param>
/// <param name="ExitCode">How it ended; null when it did not start.</param>
/// <param name="Errors">The end of what it wrote to standard error.</param>
internal sealed record ProgramRun(IReadOnlyList<Json.Object> Answers, string? Fault, int? ExitCode, string Errors)
{
    private const int LinesOfErrors = 20;

    /// <summary>Shows the last lines of what a program wrote to standard error.</summary>
    public static void PrintErrors(Page page, string errors)
    {
        var lines = errors.Split('\n').Select(static line => line.TrimEnd('\r')).Where(static line => line.Length > 0).ToList();
        foreach (var line in lines.TakeLast(LinesOfErrors)) page.Line("stderr", line, Page.Quiet, indent: "");
    }
}
