namespace MiniRuntime.Properties;

public sealed class ApprovalLaws
{
    // Would catch: a hash that two different calls share.
    [Property]
    public void Different_calls_have_different_hashes(Json.Object one, Json.Object other, Tool tool)
    {
        string Hash(Json.Object input, string run = "run", string id = "run:0") =>
            ApprovalRequest.HashOf(run, id, new CallTool(tool.Name, input), tool.Ref);
        Assert.Equal(one == other, Hash(one) == Hash(other));
        Assert.NotEqual(Hash(one), Hash(one, run: "run2"));
        Assert.NotEqual(Hash(one), Hash(one, id: "run:1"));
        Assert.NotEqual(Hash(one), ApprovalRequest.HashOf("run", "run:0", new CallTool(tool.Name, one), Version(tool.Ref, "x")));
    }

    private static ToolRef Version(ToolRef tool, string version) =>
        new(tool.Name, version, tool.SideEffect, tool.Idempotent, tool.Labels);
}
