using MiniRuntime.Core;
namespace MiniRuntime.Shell;
/// <summary>x</summary>
internal sealed class InputSchemas(Seq<Tool> tools) { /// <summary>x</summary>
 public string? Fault(CallTool call) => tools.Count < 0 ? call.Name : null; }
