using System.Collections.Frozen;
using MiniRuntime.Core;
using MiniRuntime.Shell;

namespace MiniRuntime.Mcp;

/// <summary>
/// The tools of MCP servers, for one run: a server is started, or connected to, when it is first needed, and again when it has died, and
/// is let go with this. Nothing is shared with other runs.
/// </summary>
public sealed class McpTools : IAsyncDisposable
{
    private readonly FrozenDictionary<string, McpConnection> _servers;

    /// <summary>The tools of these servers. Nothing is started yet.</summary>
    public McpTools(IEnumerable<DeclaredServer> servers, McpOptions? options = null) => _servers = servers.ToFrozenDictionary(
        static server => server.Name, server => new McpConnection(server, options ?? new McpOptions()), StringComparer.Ordinal);

    /// <summary>Asks every server what tools it has, all at once.</summary>
    public async Task<Seq<ServerListing>> ListAsync(CancellationToken cancel)
    {
        var listings = await Task.WhenAll(_servers.Values.Select(server => server.TryListAsync(cancel)));
        return listings.OrderBy(static listing => listing.Server, StringComparer.Ordinal).ToSeq();
    }

    /// <summary>With functions for these tools: each calls its server, after it has made sure that the tool is what was approved.</summary>
    public Toolbox Bind(Toolbox toolbox, IEnumerable<ServerTool> tools) => tools.Where(static tool => tool.NotOffered is null)
        .Aggregate(toolbox, (box, tool) => box.BindPrepared(tool.Tool.Name,
            (permit, cancel) => _servers[tool.Server].PrepareAsync(tool, permit, cancel)));

    /// <summary>Lets go of the servers; those that were started are ended.</summary>
    public async ValueTask DisposeAsync() => await Task.WhenAll(_servers.Values.Select(static server => server.DisposeAsync().AsTask()));
}
