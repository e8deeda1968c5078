using System.Diagnostics;
using System.Runtime.Versioning;
using MiniRuntime.Shell;
using Xunit;

namespace MiniRuntime.Trajectories;

/// <summary>What a person at a terminal is asked, and what a signal does. The terminal is that of <c>script</c>.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class TerminalTests : CommandTests
{
    private static string Program => Path.Combine(AppContext.BaseDirectory, "miniruntime.dll");

    [Fact]
    public async Task What_was_typed_before_the_question_is_no_answer_and_Enter_alone_is_none()
    {
        using var terminal = Terminal($"run '{Refund}' --store runs.db --as bob");
        await terminal.StandardInput.WriteAsync(Terminals.Down + "\r");
        await Terminals.ShownAsync(terminal, "reject");
        await terminal.StandardInput.WriteAsync("\r");
        var told = await Terminals.ShownAsync(terminal, "--reason");
        await terminal.WaitForExitAsync();
        Assert.DoesNotContain("ran       refund", told);
        await RunAsync(0, "verify");
        Assert.Contains("\"kind\":\"approval\"", $"{await JsonAsync("approvals")}");
    }

    [Fact]
    public async Task Who_is_asked_sees_the_call_safely_and_approves_it()
    {
        Write("hostile.json", (await File.ReadAllTextAsync(Refund)).Replace("39.9", "39.9, \"note\": \"[red]x[/]\\u001b[2J\"", StringComparison.Ordinal)
            .Replace("\"additionalProperties\": false", "\"additionalProperties\": true", StringComparison.Ordinal));
        using var terminal = Terminal("run hostile.json --store runs.db --as bob");
        var told = await Terminals.ShownAsync(terminal, "reject");
        Assert.Contains("[red]x[/]\\u001b[2J", told);
        Assert.DoesNotContain("\u001b[2J", told);
        await terminal.StandardInput.WriteAsync(Terminals.Down);
        await terminal.StandardInput.WriteAsync("\r");
        told = await Terminals.ShownAsync(terminal, "stopped");
        await terminal.WaitForExitAsync();
        Assert.Contains("bob approves refund_17:1#8", told);
        Assert.Contains("refund: ok", told);
    }

    [Fact]
    public async Task Who_may_not_approve_is_not_asked_to()
    {
        using var terminal = Terminal($"run '{Refund}' --store runs.db --as ann");
        var told = await Terminals.ShownAsync(terminal, "Approve this call?");
        Assert.DoesNotContain("Approve this call?", told);
        Assert.Contains("ann (who may not approve it)", told);
        await terminal.WaitForExitAsync();
        Assert.Equal(5, terminal.ExitCode);
    }

    [Theory]
    [InlineData("run", "pipe", "--store", "new.db")]
    [InlineData("import", "pipe", "--store", "new.db")]
    [InlineData("check", "pipe")]
    public async Task A_signal_before_anything_was_begun_ends_the_command_at_once(params string[] arguments)
    {
        await DoneAsync("mkfifo", In("pipe"));
        using var process = Process.Start(new ProcessStartInfo("dotnet", [Program, .. arguments])
        {
            WorkingDirectory = Folder,
            RedirectStandardError = true,
        })!;
        // It can be opened once the other side reads; and nothing ever comes.
        await using var pipe = await Task.Run(() => new FileStream(In("pipe"), FileMode.Open, FileAccess.Write, FileShare.ReadWrite));
        await DoneAsync("kill", "-TERM", $"{process.Id}");
        await process.WaitForExitAsync();
        Assert.Equal((143, "Ended by a signal."), (process.ExitCode, (await process.StandardError.ReadToEndAsync()).Trim()));
        Assert.Equal(["pipe"], Files());
    }

    // Would catch: the half of a file that stays beside its place.
    [Fact]
    public async Task An_export_that_a_signal_ends_leaves_nothing()
    {
        await using (var store = SqliteStore.Open(In("runs.db")))
        {
            var lease = await store.AcquireAsync("long", "me", Journals.Hour);
            await store.AppendAsync(lease, [.. Journals.Of("long", steps: 5000)]);
            await store.ReleaseAsync(lease);
        }
        using var process = Process.Start(new ProcessStartInfo("dotnet", [Program, "export", "--to", "out.jsonl"])
        {
            WorkingDirectory = Folder,
            RedirectStandardError = true,
        })!;
        while (!process.HasExited && !Files().Any(static file => file.StartsWith("out.jsonl", StringComparison.Ordinal)))
            await Task.Yield();
        await DoneAsync("kill", "-TERM", $"{process.Id}");
        await process.WaitForExitAsync();
        Assert.Equal(143, process.ExitCode);
        Assert.DoesNotContain(Files(), static file => file.StartsWith("out.jsonl", StringComparison.Ordinal));
    }

    private static async Task DoneAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
    }

    private Process Terminal(string command) => Terminals.Start(Folder, command);
}
