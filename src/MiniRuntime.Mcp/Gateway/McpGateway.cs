using System.Text.Json;
using MiniRuntime.Core;
using MiniRuntime.Shell;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace MiniRuntime.Mcp;

/// <summary>
/// An MCP server in front of a scenario's servers: whatever client connects to it is the model of a governed run, and each of its calls
/// passes registry, schema, policy, approval, budget and trace.
/// </summary>
/// <param name="scenario">The scenario, with its servers' tools pinned.</param>
/// <param name="store">Where runs are kept.</param>
/// <param name="options">How they are driven.</param>
public sealed class McpGateway(Scenario scenario, IRunStore store, GatewayOptions options)
{
    /// <summary>Serves one client, until it goes or is told to.</summary>
    /// <param name="transport">The connection to it.</param>
    /// <param name="stop">Ends it.</param>
    /// <exception cref="StoreException">What became of the run at the end cannot be kept.</exception>
    public async Task ServeAsync(ITransport transport, CancellationToken stop)
    {
        await using var session = Open();
        await using var server = McpServer.Create(new HeardConnection(transport, session.Hear), session.Options);
        // By itself the server would wait for all that is in flight.
        _ = transport.MessageReader.Completion.ContinueWith(_ => session.Leave(), TaskScheduler.Default);
        await session.RunAsync(server, stop);
    }

    /// <summary>Begins to serve one more client, for a host that makes the server and the connection itself.</summary>
    public GatewaySession Open()
    {
        var run = new GatewayRun(scenario, store, options.Runtime, options.Servers);
        var (offered, messages) = (Offer.Of(scenario), new GatewayMessages());
        return new GatewaySession(run, messages, new McpServerOptions
        {
            ServerInfo = new Implementation
            {
                Name = "miniruntime",
                Version = typeof(McpGateway).Assembly.GetName().Version!.ToString(3),
            },
            ServerInstructions = "Each call passes a policy first. One that is denied is an error with the reason. One that waits for "
                + "approval says so; made again once it is approved, it gives its result.",
            Handlers = new McpServerHandlers
            {
                ListToolsHandler = (_, _) => new(new ListToolsResult { Tools = offered }),
                CallToolHandler = (request, cancel) => new(CallAsync(run, request, cancel)),
            },
            Filters = messages.Filters(),
        });
    }

    private async Task<CallToolResult> CallAsync(GatewayRun run, RequestContext<CallToolRequestParams> request, CancellationToken givenUp)
    {
        var progress = new ProgressTeller(options.Servers.Secrets, request.Params.ProgressToken is { } token
            ? value => request.Server.NotifyProgressAsync(token, value)
            : null);
        var (proposal, place) = GatewayMessages.Of(request);
        // With placeholders, as the run will have it.
        var call = new GatewayCall(options.Runtime.Secrets.Redact(proposal), place,
            (asked, gone) => ReviewAsync(request.Server, asked, givenUp, gone), progress.Tell, givenUp);
        try
        {
            var outcome = await run.CallAsync(call);
            // A client may not listen to progress any more once it has the answer.
            await progress.ToldAsync();
            return CallAnswer.Of(call.Proposal, outcome, options.StoreOption);
        }
        catch (StoreException e)
        {
            options.Note(e.Message);
            return CallAnswer.Failed($"The call cannot be recorded, so it was not carried out, or nobody knows: {e.Message}");
        }
    }

    // A client approves nothing, unless the scenario says whom it speaks for; and that is not who acts.
    private async Task<PersonSaid?> ReviewAsync(McpServer client, AwaitingApproval asked, CancellationToken givenUp, CancellationToken gone)
    {
        if (scenario.Gateway?.Reviewer is not { } reviewer || client.ClientCapabilities?.Elicitation?.Form is null) return null;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(givenUp, gone);
        try
        {
            return Said(reviewer, asked.Request, await client.ElicitAsync(Question(reviewer, asked), either.Token));
        }
        catch (Exception e) when (e is McpException or JsonException or InvalidOperationException)
        {
            options.Note($"{asked.Request.Id}: The client cannot ask for the approval, or its answer cannot be read: {e.Message}");
            return null;
        }
    }

    private static ElicitRequestParams Question(string reviewer, AwaitingApproval asked) => new()
    {
        Message = $"{reviewer}: may {asked.Call.Tool.Name} ({asked.Call.Tool.SideEffect.Name()}) run with this input? "
            + $"{CanonicalJson.Write(asked.Call.Proposal.Input)} It needs approval: {asked.Reason}",
        RequestedSchema = new ElicitRequestParams.RequestSchema
        {
            Properties =
            {
                ["approve"] = new ElicitRequestParams.BooleanSchema
                {
                    Title = "Approve", Description = "Whether exactly this call may run.",
                },
            },
            Required = ["approve"],
        },
    };

    // Null: not answered, so it waits.
    private static PersonSaid? Said(string reviewer, ApprovalRequest request, ElicitResult answer) => answer switch
    {
        { IsAccepted: true, Content: { } said } when said.TryGetValue("approve", out var approve) =>
            approve.ValueKind == JsonValueKind.True
                ? (PersonSaid)new Approve(request.Id, request.Hash, reviewer)
                : new Reject(request.Id, reviewer, "rejected_by_reviewer"),
        { Action: "decline" } => new Reject(request.Id, reviewer, "rejected_by_reviewer"),
        _ => null,
    };
}

/// <summary>How the runs behind a gateway are driven.</summary>
public sealed record GatewayOptions
{
    /// <summary>Limits, clock, and what the store keeps as the run's scenario. How long a model may take does not count here.</summary>
    public RuntimeOptions Runtime { get; init; } = new();

    /// <summary>How servers are spoken to. Their progress goes to the client.</summary>
    public McpOptions Servers { get; init; } = new();

    /// <summary>How a command that a person is told names the store: <c> --store FILE</c>.</summary>
    public string StoreOption { get; init; } = "";

    /// <summary>Told what the operator should know.</summary>
    public Action<string> Note { get; init; } = static _ => { };
}
