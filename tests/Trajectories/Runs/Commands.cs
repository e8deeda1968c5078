using System.Text;
using MiniRuntime.Core;
using MiniRuntime.Shell;

namespace MiniRuntime.Trajectories;

/// <summary>The command line, run as a process in a folder of its own.</summary>
internal static class Commands
{
    public static Task<(int Code, string Output, string Errors)> RunAsync(string folder, params string[] arguments) =>
        DotnetProcess.RunInAsync(folder, Path.Combine(AppContext.BaseDirectory, "miniruntime.dll"), arguments);

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
