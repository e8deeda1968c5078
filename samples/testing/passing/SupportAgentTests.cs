using MiniRuntime.Core;
using MiniRuntime.Testing;
using Xunit;

namespace Support;

public class SupportAgentTests
{
    // <laws>
    [Fact]
    public void The_laws_hold() =>
        Laws.All(SupportAgent.Create()).Verify();
    // </laws>

    // <world>
    [Fact]
    public void Nobody_is_refunded_twice_whatever_goes_wrong()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var world = new SimulatedWorld(seed)
            {
                Model = (_, random) => new CallTool("refund", Json.Object.Of(("amount", random.Next(10, 90)))),
            };
            var run = world.Drive(SupportAgent.Create(), new Run("ticket_7", "Refund order A-17.", actor: "ann"));
            Assert.True(run.Happened.Count <= 1, $"seed {seed}\n{run}");
        }
    }
    // </world>

    // <processes>
    [Fact]
    public void Nobody_is_refunded_twice_whatever_becomes_of_the_processes()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var world = new SimulatedProcesses(seed)
            {
                Model = (_, random) => new CallTool("refund", Json.Object.Of(("amount", random.Next(10, 90)))),
            };
            var run = world.Drive(SupportAgent.Create(), new Run("ticket_7", "Refund order A-17.", actor: "ann"));
            Assert.True(run.Broken is null && run.Happened.Count <= 1, $"{run}");
        }
    }
    // </processes>
}
