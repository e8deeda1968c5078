using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using MiniRuntime.Core;

namespace MiniRuntime.Shell;

/// <summary>
/// Names as models accept them: letters, digits, <c>_</c> and <c>-</c>, 64 at most. A tool whose name does not fit, or is one of the
/// runtime's own, is offered under another, made of it and of its hash; so the mapping is one to one, and the same for the same name.
/// </summary>
internal sealed partial class ChatNames
{
    /// <summary>Asks a person.</summary>
    public const string AskHuman = "ask_human";

    /// <summary>Ends the run.</summary>
    public const string StopRun = "stop_run";

    private readonly Dictionary<string, string> _offered = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _tools = new(StringComparer.Ordinal);

    public ChatNames(Seq<Tool> tools)
    {
        // Those that fit as they are come first, so that none is taken from them.
        foreach (var tool in tools.OrderBy(static tool => Fits(tool.Name) ? 0 : 1)) Add(tool.Name);
    }

    /// <summary>The name under which a tool is offered.</summary>
    public string Offered(string tool) => _offered.GetValueOrDefault(tool) ?? (Fits(tool) ? tool : Alias(tool, 0));

    /// <summary>The tool that a model means; the name as it is where it was not offered.</summary>
    public string Tool(string offered) => _tools.GetValueOrDefault(offered, offered);

    private void Add(string tool)
    {
        var name = tool;
        for (var tries = 0; !Fits(name) || _tools.ContainsKey(name); tries++) name = Alias(tool, tries);
        (_offered[tool], _tools[name]) = (name, tool);
    }

    private static bool Fits(string name) => Allowed().IsMatch(name) && name is not (AskHuman or StopRun);

    private static string Alias(string tool, int tries)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{tool}#{tries}")))[..12];
        var rest = Other().Replace(tool, "_");
        return $"{(rest.Length > 51 ? rest[..51] : rest)}_{hash}";
    }

    [GeneratedRegex(@"\A[A-Za-z0-9_-]{1,64}\z")]
    private static partial Regex Allowed();

    [GeneratedRegex("[^A-Za-z0-9_-]")]
    private static partial Regex Other();
}
