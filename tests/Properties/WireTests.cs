namespace MiniRuntime.Properties;

public sealed class WireTests
{
    // Would catch: a case that is renamed in C#, and with it in every journal and scenario.
    [Fact]
    public void Names_on_the_wire_stay_as_they_are()
    {
        Assert.Equal("success blocked budget_exhausted invalid_decision tool_failure refused cancelled", Names<StopReason>());
        Assert.Equal("runtime model", Names<StoppedBy>());
        Assert.Equal("read draft write", Names<SideEffect>());
        Assert.Equal("task project user", Names<MemoryScope>());
        Assert.Equal("tool memory_read answer", Names<PolicyAction>());
        Assert.Equal("out_of_scope expired denied over_budget", Names<OmissionReason>());
        Assert.Equal("happened did_not_happen abandon", Names<Resolution>());
        Assert.Equal("decision policy tool system", Names<ObservationKind>());
    }

    private static string Names<T>() where T : struct, Enum => string.Join(' ', Enum.GetValues<T>().Select(static value => value.Name()));
}
