using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Xunit;

namespace MiniRuntime.Trajectories;

/// <summary>
/// A lab's program, as its sources: a copy that exercises and mistakes are edited into, and that is compiled here, in a moment, where a
/// build would take seconds each time.
/// </summary>
internal sealed class LabProgramFiles : IDisposable
{
    private static readonly MetadataReference[] _platform =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(static path => Path.GetFileName(path) is var name
                && (name.StartsWith("System.", StringComparison.Ordinal) || name == "netstandard.dll"))
            .Select(static path => MetadataReference.CreateFromFile(path)),
    ];

    // What the build adds to a project's sources.
    private static readonly SyntaxTree _usings = Parse(string.Concat(((string[])
        ["", ".Collections.Generic", ".IO", ".Linq", ".Net.Http", ".Threading", ".Threading.Tasks"])
        .Select(static name => $"global using System{name};\n"))
        + """[assembly: System.Runtime.Versioning.TargetFramework(".NETCoreApp,Version=v10.0")]""");

    private readonly TemporaryFolder _folder = new();
    private readonly string _name;
    private readonly string _built;
    private readonly SyntaxTree[] _checks;
    private readonly MetadataReference[] _references;
    private int _compiled;

    /// <param name="lab">The lab's folder.</param>
    /// <param name="version"><c>start</c> or <c>solution</c>.</param>
    public LabProgramFiles(string lab, string version)
    {
        var project = Directory.GetFiles(Repository.File("labs", lab, version), "*.csproj").Single();
        _name = Path.GetFileNameWithoutExtension(project);
        _built = Path.GetDirectoryName(Built(lab, version))!;
        // Where the checks are tests, they are compiled with the program, against what lies beside it.
        _checks = [.. Directory.GetFiles(Repository.File("labs", lab, "checks"), "*.cs").Select(File.ReadAllText).Select(Parse)];
        _references = [.. _platform, .. Directory.GetFiles(_built, "*.dll").Where(path => Path.GetFileName(path) != $"{_name}.dll")
            .Select(static path => MetadataReference.CreateFromFile(path))];
        foreach (var file in Directory.GetFiles(Path.GetDirectoryName(project)!, "*.cs"))
            Texts[Path.GetFileName(file)] = File.ReadAllText(file).ReplaceLineEndings("\n");
    }

    /// <summary>The sources, by file name.</summary>
    public Dictionary<string, string> Texts { get; } = [];

    /// <summary>The program that the build made of the lab's folder. It is built with these tests, in the same configuration.</summary>
    public static string Built(string lab, string version)
    {
        var project = Directory.GetFiles(Repository.File("labs", lab, version), "*.csproj").Single();
        // These tests run in bin/CONFIGURATION/FRAMEWORK, and so does the lab.
        var here = new DirectoryInfo(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        return Path.Combine(Path.GetDirectoryName(project)!, "bin", here.Parent!.Name, here.Name,
            $"{Path.GetFileNameWithoutExtension(project)}.dll");
    }

    /// <summary>The lines between an exercise's marks, with the spaces before them.</summary>
    public string Region(string file, int exercise) => Split(file, exercise).Body;

    /// <summary>Puts lines between an exercise's marks.</summary>
    public void Fill(string file, int exercise, string body)
    {
        var (before, _, after) = Split(file, exercise);
        Texts[file] = before + body + after;
    }

    /// <summary>Replaces lines, which have to occur exactly once.</summary>
    public void Replace(string file, string find, string replace)
    {
        Assert.Equal((find, 2), (find, Texts[file].Split(find).Length));
        Texts[file] = Texts[file].Replace(find, replace, StringComparison.Ordinal);
    }

    /// <summary>Compiles the sources as they are now. Gives the program.</summary>
    public string Compile()
    {
        var compilation = CSharpCompilation.Create(_name, [_usings, .. _checks, .. Texts.Values.Select(Parse)], _references,
            new CSharpCompilationOptions(_checks.Length > 0 ? OutputKind.DynamicallyLinkedLibrary : OutputKind.ConsoleApplication,
                nullableContextOptions: NullableContextOptions.Enable, generalDiagnosticOption: ReportDiagnostic.Error,
                // As in any build: a package that was made for an older version of another is not to blame.
                specificDiagnosticOptions: [KeyValuePair.Create("CS1701", ReportDiagnostic.Suppress)]));
        var program = _folder.File(Path.Combine($"{++_compiled}", $"{_name}.dll"));
        Directory.CreateDirectory(Path.GetDirectoryName(program)!);
        foreach (var file in Directory.GetFiles(_built))
            File.Copy(file, Path.Combine(Path.GetDirectoryName(program)!, Path.GetFileName(file)));
        var emitted = compilation.Emit(program);
        Assert.True(emitted.Success, string.Join('\n', emitted.Diagnostics));
        return program;
    }

    public void Dispose() => _folder.Dispose();

    private (string Before, string Body, string After) Split(string file, int exercise)
    {
        var (text, open, close) = (Texts[file], $"// <exercise-{exercise}>\n", $"// </exercise-{exercise}>");
        var begin = text.IndexOf(open, StringComparison.Ordinal) + open.Length;
        var end = text.LastIndexOf('\n', text.IndexOf(close, StringComparison.Ordinal)) + 1;
        Assert.True(begin >= open.Length && end >= begin, $"{file} has no exercise {exercise}.");
        return (text[..begin], text[begin..end], text[end..]);
    }

    private static SyntaxTree Parse(string text) => CSharpSyntaxTree.ParseText(text, new CSharpParseOptions(LanguageVersion.Latest));
}
