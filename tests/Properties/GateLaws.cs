namespace MiniRuntime.Properties;

public sealed class GateLaws
{
    // Would catch: a permit, or a call, that can be made outside the core.
    [Fact]
    public void A_permit_and_a_state_cannot_be_made_outside_the_core()
    {
        foreach (var type in new[] { typeof(AuthorizedCall), typeof(State), typeof(Agent).Assembly.GetType("MiniRuntime.Core.State")! })
        {
            Assert.Empty(type.GetConstructors());
            Assert.DoesNotContain(type.GetProperties(), property => property.SetMethod?.IsPublic == true);
            Assert.Null(type.GetMethod("<Clone>$"));
        }
    }
}
