using MiniRuntime.Testing;
using Xunit;

namespace Support;

public class SupportAgentTests
{
    [Fact]
    public void The_laws_hold() =>
        Laws.All(SupportAgent.Create()).Verify();
}
