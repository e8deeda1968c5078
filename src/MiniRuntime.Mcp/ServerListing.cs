using MiniRuntime.Core;
using MiniRuntime.Shell;

namespace MiniRuntime.Mcp;

/// <summary>What a server said when it was asked for its tools.</summary>
/// <param name="Server">The server.</param>
/// <param name="Tools">Its tools.</param>
/// <param name="Unfit">Tools that cannot be pinned, and why: text from the server, to be escaped before it is shown.</param>
/// <param name="Fault">Why it could not be asked, or null.</param>
public sealed record ServerListing(string Server, ServerPins Tools, Seq<string> Unfit, string? Fault)
{
    /// <summary>A server that could not be asked.</summary>
    public static ServerListing Failed(string server, string fault) => new(server, new ServerPins(server, []), [], fault);

    /// <summary>
    /// The pins that a run goes by which begins now: those that there were, each refused that the server no longer confirms; or, where
    /// there were none, what it says now. A tool that is not among the pins is not there.
    /// </summary>
    public ServerPins For(ServerPins? pinned) => pinned is null
        ? Tools
        : new ServerPins(Server, pinned.Tools.Select(pin => State(pinned, pin) switch
        {
            PinState.Changed => pin with { Refused = "It has changed since it was pinned." },
            PinState.Gone => pin with { Refused = "The server no longer has it." },
            _ => pin,
        }).ToSeq());

    /// <summary>The server's tools and the pinned ones, each once, and how they stand.</summary>
    public Seq<(ToolPin Tool, PinState State)> Compare(ServerPins? pinned) => Tools.Tools
        .Select(tool => (tool, pinned is null ? PinState.Unpinned : State(pinned, tool)))
        .Concat((pinned?.Tools ?? []).Where(pin => Named(Tools, pin).Count == 0).Select(static pin => (pin, PinState.Gone)))
        .OrderBy(static one => one.Item1.Name, StringComparer.Ordinal).ToSeq();

    private PinState State(ServerPins pinned, ToolPin tool)
    {
        var (before, now) = (Named(pinned, tool), Named(Tools, tool));
        return before.Count == 0 ? PinState.New
            : now.Count == 0 ? PinState.Gone
            : before.SequenceEqual(now) ? PinState.Pinned
            : PinState.Changed;
    }

    // A name is one tool's; where it is not, all of them count.
    private static List<string> Named(ServerPins pins, ToolPin tool) =>
        [.. pins.Tools.Where(pin => pin.Name == tool.Name).Select(static pin => pin.Hash).Order(StringComparer.Ordinal)];
}

/// <summary>How a tool stands to its pin.</summary>
public enum PinState
{
    /// <summary>The server says of it what was approved.</summary>
    Pinned,

    /// <summary>The server says something else of it.</summary>
    Changed,

    /// <summary>The server has it, and had not when its tools were approved.</summary>
    New,

    /// <summary>The server no longer has it.</summary>
    Gone,

    /// <summary>Nothing of the server is pinned yet.</summary>
    Unpinned,
}
