using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace MiniRuntime.Trajectories;

/// <summary>An MCP server with the tools that the conformance suite calls, over standard input and output; the gateway stands before it.</summary>
internal static class SuiteServer
{
    // A dot, and silence.
    private static readonly ImageContentBlock _image = ImageContentBlock.FromBytes(Convert.FromBase64String(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="), "image/png");

    private static readonly AudioContentBlock _audio = AudioContentBlock.FromBytes((byte[])
    [
        .. "RIFF"u8, 36, 0, 0, 0, .. "WAVEfmt "u8, 16, 0, 0, 0, 1, 0, 1, 0, 0x40, 0x1f, 0, 0, 0x40, 0x1f, 0, 0, 1, 0, 8, 0,
        .. "data"u8, 0, 0, 0, 0,
    ], "audio/wav");

    public static async Task ServeAsync()
    {
        await using var transport = new StdioServerTransport("suite");
        await using var server = McpServer.Create(transport, new McpServerOptions
        {
            Handlers = new McpServerHandlers
            {
                ListToolsHandler = static (_, _) => new(new ListToolsResult { Tools = [.. Tools()] }),
                CallToolHandler = static (call, _) => CallAsync(call),
            },
        });
        await server.RunAsync();
    }

    private static IEnumerable<Tool> Tools()
    {
        string[] plain =
        [
            "test_simple_text", "test_image_content", "test_audio_content", "test_embedded_resource", "test_multiple_content_types",
            "test_tool_with_logging", "test_error_handling", "test_tool_with_progress", "test_sampling", "test_elicitation",
            "test_elicitation_sep1034_defaults", "test_elicitation_sep1330_enums",
        ];
        foreach (var name in plain)
            yield return new Tool { Name = name, Description = "A tool of the suite.", InputSchema = Schema("""{ "type": "object" }""") };
        yield return new Tool
        {
            Name = "json_schema_2020_12_tool",
            Description = "A tool with a schema.",
            InputSchema = Schema("""
                {
                  "$schema": "https://json-schema.org/draft/2020-12/schema",
                  "type": "object",
                  "$defs": { "address": { "type": "object", "properties": { "street": { "type": "string" }, "city": { "type": "string" } } } },
                  "properties": { "name": { "type": "string" }, "address": { "$ref": "#/$defs/address" } },
                  "additionalProperties": false
                }
                """),
        };
    }

    private static async ValueTask<CallToolResult> CallAsync(RequestContext<CallToolRequestParams> call) => call.Params!.Name switch
    {
        "test_simple_text" => Result(Text("Some text.")),
        "test_image_content" => Result(_image),
        "test_audio_content" => Result(_audio),
        "test_embedded_resource" => Result(Resource("text/plain", "A text.")),
        "test_multiple_content_types" => Result(Text("Several:"), _image, Resource("application/json", "{}")),
        "test_error_handling" => new CallToolResult { IsError = true, Content = [Text("It fails on purpose.")] },
        "test_tool_with_progress" => await WithProgressAsync(call),
        "test_elicitation" => await AskAsync(call, """{ "username": { "type": "string" } }"""),
        "test_elicitation_sep1034_defaults" => await AskAsync(call, """{ "name": { "type": "string", "default": "John Doe" } }"""),
        "test_elicitation_sep1330_enums" => await AskAsync(call, """{ "untitledSingle": { "type": "string", "enum": ["option1"] } }"""),
        _ => Result(Text("Nothing to say.")),
    };

    private static async Task<CallToolResult> WithProgressAsync(RequestContext<CallToolRequestParams> call)
    {
        foreach (var percent in (float[])[0, 50, 100])
            await call.Server.NotifyProgressAsync(call.Params!.ProgressToken!.Value,
                new ProgressNotificationValue { Progress = percent, Total = 100 });
        return Result(Text("Done."));
    }

    private static async Task<CallToolResult> AskAsync(RequestContext<CallToolRequestParams> call, string fields)
    {
        var answer = await call.Server.ElicitAsync(new ElicitRequestParams
        {
            Message = "What is it?",
            RequestedSchema = JsonSerializer.Deserialize<ElicitRequestParams.RequestSchema>(
                $$"""{ "type": "object", "properties": {{fields}} }""", McpJsonUtilities.DefaultOptions)!,
        });
        return Result(Text(answer.Action));
    }

    private static CallToolResult Result(params ContentBlock[] blocks) => new() { Content = [.. blocks] };

    private static TextContentBlock Text(string text) => new() { Text = text };

    private static EmbeddedResourceBlock Resource(string type, string text) => new()
    {
        Resource = new TextResourceContents { Uri = "test://resource", MimeType = type, Text = text },
    };

    private static JsonElement Schema(string schema) => JsonSerializer.SerializeToElement(JsonNode.Parse(schema));
}
