using System.Reflection;
using System.Runtime.Loader;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using MiniRuntime.Shell;

namespace MiniRuntime.Properties;

/// <summary>
/// The core, compiled from its sources with changes in them, and the shell and the laws loaded anew on top of it; and the shell in the same
/// way, where a change is in its sources. The real core stays as closed as it is: nobody outside can make a wrong state or a permit, so a
/// wrong core has to be a core of its own.
/// </summary>
internal sealed partial class CompiledCore : IDisposable
{
    private static readonly CSharpParseOptions _parsing = new(LanguageVersion.Preview);

    private static readonly Sources _core = new(typeof(Agent).Assembly.GetName(), "core/", "System", "System.Collections.Generic",
        "System.Linq");

    private static readonly Sources _shell = new(typeof(AgentRuntime).Assembly.GetName(), "shell/", "System", "System.Collections.Generic",
        "System.IO", "System.Linq", "System.Net.Http", "System.Threading", "System.Threading.Tasks");

    // All that the tests run with, but for what is compiled here.
    private static readonly MetadataReference[] _references =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(static path => !Path.GetFileName(path).StartsWith("MiniRuntime.", StringComparison.Ordinal))
            .Select(static path => MetadataReference.CreateFromFile(path)),
    ];

    private readonly Loaded _loaded;

    /// <summary>Compiles the core with these changes.</summary>
    /// <exception cref="InvalidOperationException">A change finds nothing to change, or what it makes does not compile.</exception>
    public CompiledCore(IReadOnlyList<Edit> edits)
    {
        var core = Compile(_core, [.. edits.Where(static edit => _core.Has(edit.File))], _references);
        var inShell = edits.Where(static edit => !_core.Has(edit.File)).ToList();
        _loaded = new Loaded(core,
            inShell.Count == 0 ? null : Compile(_shell, inShell, [.. _references, MetadataReference.CreateFromImage(core)]));
    }

    /// <summary>Checks the law of this name, over the same cases each time.</summary>
    /// <returns>Whether it held; and if not, the counterexample.</returns>
    public (bool Held, string Story) Check(string law, int cases, string seed = "1")
    {
        // Nothing of what is loaded can be named here: the types have the names of those that these tests were compiled with, and are
        // others. So names and text are all that passes.
        var laws = _loaded.LoadFromAssemblyName(typeof(Laws).Assembly.GetName()).GetType(typeof(Laws).FullName!, throwOnError: true)!;
        var all = laws.GetProperty(nameof(Laws.OfAnyAgent), BindingFlags.NonPublic | BindingFlags.Static)!.GetValue(null);
        var found = laws.GetMethod(nameof(Laws.Named))!.Invoke(null, [all, law])!;
        var result = found.GetType().GetMethod(nameof(Law.Check))!.Invoke(found, [cases, seed])!;
        return ((bool)result.GetType().GetProperty(nameof(CheckResult.Held))!.GetValue(result)!, result.ToString()!);
    }

    public void Dispose() => _loaded.Unload();

    private static byte[] Compile(Sources sources, IReadOnlyList<Edit> edits, IReadOnlyList<MetadataReference> references)
    {
        var trees = new Dictionary<string, SyntaxTree>(sources.Trees);
        foreach (var file in edits.GroupBy(static edit => edit.File))
            trees[file.Key] = Parse(file.Aggregate(sources.Texts[file.Key], Change));
        var compilation = CSharpCompilation.Create(sources.Assembly.Name, trees.Values, references,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release,
                nullableContextOptions: NullableContextOptions.Enable));
        using var image = new MemoryStream();
        var emitted = compilation.Emit(image);
        if (!emitted.Success)
        {
            throw new InvalidOperationException(string.Join("\n",
                emitted.Diagnostics.Where(static found => found.Severity == DiagnosticSeverity.Error)));
        }
        return image.ToArray();
    }

    private static string Change(string source, Edit edit) => source.Split(edit.Find).Length == 2
        ? source.Replace(edit.Find, edit.Replace, StringComparison.Ordinal)
        : throw new InvalidOperationException($"{edit.File} has changed: this text has to occur in it exactly once, and occurs "
            + $"{source.Split(edit.Find).Length - 1} times. Find the mutant its place anew.\n{edit.Find}");

    private static SyntaxTree Parse(string source) => CSharpSyntaxTree.ParseText(source, _parsing);

    // What the build has a generator for.
    [GeneratedRegex(@"\[GeneratedRegex\((.+)\)\]\s+(.+) partial Regex (\w+)\(\);")]
    private static partial Regex GeneratedRegex();

    // A project's sources, and what its build adds to them: the implicit usings, and a version that the others ask for.
    private sealed class Sources
    {
        public Sources(AssemblyName assembly, string prefix, params string[] usings)
        {
            Assembly = assembly;
            var tests = typeof(CompiledCore).Assembly;
            foreach (var name in tests.GetManifestResourceNames().Where(name => name.StartsWith(prefix, StringComparison.Ordinal)))
            {
                using var reader = new StreamReader(tests.GetManifestResourceStream(name)!);
                Texts[name[prefix.Length..]] = GeneratedRegex().Replace(
                    reader.ReadToEnd().ReplaceLineEndings("\n"), "$2 Regex $3() => new($1);");
            }
            foreach (var (file, text) in Texts) Trees[file] = Parse(text);
            Trees[""] = Parse(string.Concat(usings.Select(static name => $"global using {name};\n"))
                + $"[assembly: System.Reflection.AssemblyVersion(\"{assembly.Version}\")]");
        }

        public AssemblyName Assembly { get; }

        public Dictionary<string, string> Texts { get; } = [];

        public Dictionary<string, SyntaxTree> Trees { get; } = [];

        public bool Has(string file) => Texts.ContainsKey(file);
    }

    // Everything that is built on the core is loaded here, from the files that the tests have loaded too where it was not compiled;
    // everything else is shared.
    private sealed class Loaded(byte[] core, byte[]? shell) : AssemblyLoadContext("a compiled core", isCollectible: true)
    {
        protected override Assembly? Load(AssemblyName name) => name.Name switch
        {
            "MiniRuntime.Core" => LoadFromStream(new MemoryStream(core)),
            "MiniRuntime.Shell" when shell is not null => LoadFromStream(new MemoryStream(shell)),
            "MiniRuntime.Shell" or "MiniRuntime.Testing" =>
                LoadFromAssemblyPath(Path.Combine(AppContext.BaseDirectory, $"{name.Name}.dll")),
            _ => null,
        };
    }
}
