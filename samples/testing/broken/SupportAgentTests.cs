using MiniRuntime.Testing;
using Xunit;

namespace Support;

public class SupportAgentTests
{
    // With a seed of its own, so that what the page on testing shows is what comes of it each time.
    [Fact]
    public void The_laws_hold() =>
        Laws.All(SupportAgent.Create()).Verify(seed: "1");
}
