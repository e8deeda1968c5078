using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace MiniRuntime.Properties;

/// <summary>
/// The core, compiled from its sources with changes in them, and the shell and the laws loaded anew on top of it. The real core stays as
/// closed as it is: nobody outside can make a wrong state or a permit, so a wrong core has to be a core of its own.
/// </summary>
internal sealed class CompiledCore : IDisposable
{
    private static readonly CSharpParseOptions _parsing = new(LanguageVersion.Preview);

    private static readonly Dictionary<string, string> _sources = Sources();

    private static readonly Dictionary<string, SyntaxTree> _trees =
        _sources.ToDictionary(static source => source.Key, static source => Parse(source.Value));

    // What the build adds to the core's sources: the implicit usings that the core keeps, and a version that the others ask for.
    private static readonly SyntaxTree _build = Parse(
        $"""
        global using System;
        global using System.Collections.Generic;
        global using System.Linq;
        [assembly: System.Reflection.AssemblyVersion("{typeof(Agent).Assembly.GetName().Version}")]
        """);

    private static readonly MetadataReference[] _references =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(System.IO.Path.PathSeparator)
            .Where(static path => System.IO.Path.GetFileName(path) is var name
                && (name.StartsWith("System.", StringComparison.Ordinal) || name is "OneOf.dll" or "netstandard.dll"))
            .Select(static path => MetadataReference.CreateFromFile(path)),
    ];

    private readonly Loaded _loaded;

    /// <summary>Compiles the core with these changes.</summary>
    /// <exception cref="InvalidOperationException">A change finds nothing to change, or what it makes does not compile.</exception>
    public CompiledCore(IReadOnlyList<Edit> edits) => _loaded = new Loaded(Compile(edits));

    /// <summary>Checks the law of this name, over the same cases each time.</summary>
    /// <returns>Whether it held; and if not, the counterexample.</returns>
    public (bool Held, string Story) Check(string law, int cases)
    {
        // Nothing of what is loaded can be named here: the types have the names of those that these tests were compiled with, and are
        // others. So names and text are all that passes.
        var laws = _loaded.LoadFromAssemblyName(typeof(Laws).Assembly.GetName()).GetType(typeof(Laws).FullName!, throwOnError: true)!;
        var all = laws.GetProperty(nameof(Laws.OfAnyAgent), BindingFlags.NonPublic | BindingFlags.Static)!.GetValue(null);
        var found = laws.GetMethod(nameof(Laws.Named))!.Invoke(null, [all, law])!;
        var result = found.GetType().GetMethod(nameof(Law.Check))!.Invoke(found, [cases, "1"])!;
        return ((bool)result.GetType().GetProperty(nameof(CheckResult.Held))!.GetValue(result)!, result.ToString()!);
    }

    public void Dispose() => _loaded.Unload();

    private static Stream Compile(IReadOnlyList<Edit> edits)
    {
        var trees = new Dictionary<string, SyntaxTree>(_trees);
        foreach (var file in edits.GroupBy(static edit => edit.File)) trees[file.Key] = Parse(file.Aggregate(_sources[file.Key], Change));
        var compilation = CSharpCompilation.Create(typeof(Agent).Assembly.GetName().Name, [.. trees.Values, _build], _references,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release,
                nullableContextOptions: NullableContextOptions.Enable));
        var image = new MemoryStream();
        var emitted = compilation.Emit(image);
        if (!emitted.Success)
        {
            throw new InvalidOperationException(string.Join("\n",
                emitted.Diagnostics.Where(static found => found.Severity == DiagnosticSeverity.Error)));
        }
        image.Position = 0;
        return image;
    }

    private static string Change(string source, Edit edit) => source.Split(edit.Find).Length == 2
        ? source.Replace(edit.Find, edit.Replace, StringComparison.Ordinal)
        : throw new InvalidOperationException($"{edit.File} has changed: this text has to occur in it exactly once, and occurs "
            + $"{source.Split(edit.Find).Length - 1} times. Find the mutant its place anew.\n{edit.Find}");

    private static SyntaxTree Parse(string source) => CSharpSyntaxTree.ParseText(source, _parsing);

    private static Dictionary<string, string> Sources()
    {
        var assembly = typeof(CompiledCore).Assembly;
        return assembly.GetManifestResourceNames().Where(static name => name.StartsWith("core/", StringComparison.Ordinal))
            .ToDictionary(static name => name["core/".Length..], name =>
            {
                using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
                return reader.ReadToEnd().ReplaceLineEndings("\n");
            });
    }

    // Everything that is built on the core is loaded here, from the files that the tests have loaded too; everything else is shared.
    private sealed class Loaded(Stream core) : AssemblyLoadContext("a compiled core", isCollectible: true)
    {
        protected override Assembly? Load(AssemblyName name) => name.Name switch
        {
            "MiniRuntime.Core" => LoadFromStream(core),
            "MiniRuntime.Shell" or "MiniRuntime.Testing" =>
                LoadFromAssemblyPath(System.IO.Path.Combine(AppContext.BaseDirectory, $"{name.Name}.dll")),
            _ => null,
        };
    }
}
