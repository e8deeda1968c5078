using System.Text;
using MiniRuntime.Core;
using MiniRuntime.Shell;

namespace MiniRuntime.Trajectories;

/// <summary>The command line, run as a process in a folder of its own.</summary>
internal static class Commands
{
    private static string Program => Path.Combine(AppContext.BaseDirectory, "miniruntime.dll");

    public static Task<(int Code, string Output, string Errors)> RunAsync(string folder, params string[] arguments) =>
        DotnetProcess.RunInAsync(folder, Program, arguments);

    /// <summary>The same, with these variables in its environment; one without a value is taken out of it.</summary>
    public static Task<(int Code, string Output, string Errors)> RunWithAsync(Dictionary<string, string?> variables, string folder,
        params string[] arguments) => DotnetProcess.RunWithAsync(variables, folder, Program, arguments);

    /// <summary>The one JSON document that a command prints.</summary>
    public static async Task<Json.Object> JsonAsync(string folder, params string[] arguments)
    {
        var (_, output, errors) = await RunAsync(folder, [.. arguments, "--json"]);
        var read = StrictJson.Parse(Encoding.UTF8.GetBytes(output.TrimEnd('\n')), JsonSource.Wire);
        return read.IsValid ? (Json.Object)read.Value : throw new InvalidOperationException($"{output}{errors}");
    }

    public static Json? At(Json value, params string[] path) => path.Aggregate((Json?)value, static (at, field) => at switch
    {
        Json.Object o => o[field],
        Json.Array a => a.Items[int.Parse(field, System.Globalization.CultureInfo.InvariantCulture)],
        _ => null,
    });
}
