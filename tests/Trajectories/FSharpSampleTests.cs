using Xunit;

namespace MiniRuntime.Trajectories;

/// <summary>The F# sample, run as a process. It is built with these tests, in the same configuration.</summary>
public sealed class FSharpSampleTests
{
    /// <summary>
    /// Would catch a core that F# can no longer use, or whose runs have changed: the sample's text is what a reader is shown.
    /// </summary>
    [Fact]
    public async Task The_sample_prints_a_governed_run_a_blocked_write_and_a_refused_call()
    {
        var (code, output, errors) = await RunAsync();
        Assert.Equal("", errors);
        Assert.Equal(0, code);
        Assert.Equal(
            """
            0 run_started      Where is order A-17?
            1 context_built    [find_order, refund]
            2 decision         call find_order {"order":"A-17"}
            3 policy_decision  find_order: allow
            4 call_authorized  careful:0
            5 tool_result      ok
            6 context_built    [find_order, refund]
            7 decision         answer: This is your order: {"order":"A-17","status":"delivered"}
            8 stop             success
            careful: success; the trace folds to the same state: True

            0 run_started      Where is order A-17?
            1 context_built    [find_order, refund]
            2 decision         call refund {"order":"A-17"}
            3 policy_decision  refund: approval_required
            4 stop             blocked
            generous: blocked; the trace folds to the same state: True

            0 run_started      Where is order A-17?
            1 context_built    [find_order, refund]
            2 decision         call delete_customer {"name":"Ada"}
            3 call_refused     delete_customer: unknown_tool
            4 stop             refused
            inventive: refused; the trace folds to the same state: True
            """.ReplaceLineEndings("\n"), output.TrimEnd());
    }

    private static Task<(int Code, string Output, string Errors)> RunAsync()
    {
        // These tests run in bin/CONFIGURATION/FRAMEWORK, and so does the sample.
        var folder = new DirectoryInfo(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        return DotnetProcess.RunAsync(Repository.File("samples", "fsharp", "bin", folder.Parent!.Name, folder.Name, "GovernedRun.dll"));
    }
}
