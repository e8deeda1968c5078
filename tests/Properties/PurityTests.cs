using System.Collections;
using System.Collections.Frozen;
using System.Diagnostics;
using System.Reflection;
using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using MiniRuntime.Core;
using MiniRuntime.Shell;
using Xunit;

namespace MiniRuntime.Properties;

/// <summary>
/// What the architecture promises about the core, read off the built assembly and its sources: it is values and functions, it touches
/// nothing, and a permit has one maker. Each check is a function from types or assemblies to findings, so that the same check can be
/// turned on something that breaks the promise: a check that has never found anything proves nothing.
/// </summary>
public sealed partial class PurityTests
{
    private const BindingFlags All =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Assembly Core = typeof(Agent).Assembly;

    // Without what the compiler writes for lambdas and iterators: those are part of a method that runs, not of a value.
    private static readonly Type[] CoreTypes = [.. Core.GetTypes().Where(static type => !IsGenerated(type))];

    // Values.

    /// <summary>Would catch a settable field, a cache or a counter anywhere in the core: state that no trace holds.</summary>
    [Fact]
    public void Every_field_of_every_core_type_is_set_once() => None(CoreTypes.SelectMany(ChangingFields));

    /// <summary>Would catch a list, an array or a foreign object kept in a value, which could change behind its back.</summary>
    [Fact]
    public void Every_field_of_every_core_type_holds_something_immutable() => None(CoreTypes.SelectMany(MutableContents));

    /// <summary>Would catch a public setter, and an init with which `with` makes a value that the constructor refuses.</summary>
    [Fact]
    public void No_property_can_be_given_a_value_that_the_constructor_would_refuse() => None(CoreTypes.SelectMany(LooseProperties));

    /// <summary>Would catch a property or method that lends out an internal array, list or dictionary.</summary>
    [Fact]
    public void No_public_member_hands_out_a_mutable_collection() => None(CoreTypes.SelectMany(MutableResults));

    /// <summary>Would catch a type of which somebody outside could derive a variant: a mutable one, or a fifth case of a union.</summary>
    [Fact]
    public void No_core_type_can_be_derived_from_outside() => None(CoreTypes.Where(static type => type.IsVisible).SelectMany(OpenTypes));

    /// <summary>Would catch these checks going blind: each one finds what is wrong with a type made to break it.</summary>
    [Fact]
    public void The_checks_on_values_find_what_they_look_for()
    {
        Assert.Equal(["Leaky.Count can change", "Leaky.<Late>k__BackingField can change"], ChangingFields(typeof(Leaky)));
        Assert.Equal(["Leaky.Items holds List`1", "Leaky.<Raw>k__BackingField holds Int32[]"], MutableContents(typeof(Leaky)));
        Assert.Equal(["Leaky.Even is checked by the constructor but not by init", "Leaky.Late can be set"], LooseProperties(typeof(Leaky)));
        Assert.Equal(["Leaky.Raw hands out Int32[]", "Leaky.All hands out List`1"], MutableResults(typeof(Leaky)));
        Assert.Equal(["Leaky can be derived from"], OpenTypes(typeof(Leaky)));
    }

    // Permits.

    /// <summary>Would catch a public constructor, init or `with` on what must come out of the gate. (That it does not compile is the proof;
    /// this says why it does not.)</summary>
    [Theory]
    [InlineData(typeof(State))]
    [InlineData(typeof(AuthorizedCall))]
    public void State_and_permits_cannot_be_made_or_changed_outside_the_core(Type type)
    {
        Assert.True(type.IsSealed);
        Assert.Empty(type.GetConstructors());
        Assert.DoesNotContain(type.GetProperties(All), static property => property.SetMethod is { } set && IsVisible(set));
        Assert.DoesNotContain(type.GetMethods(All), static method => method.Name == "<Clone>$");
        Assert.DoesNotContain(type.GetMethods(All), static method => method.Name is "op_Implicit" or "op_Explicit");
    }

    /// <summary>Would catch an assembly that was made a friend, for which every internal constructor is public.</summary>
    [Fact]
    public void The_core_has_no_friends() => Assert.Empty(Core.GetCustomAttributes<InternalsVisibleToAttribute>());

    /// <summary>Would catch a second way to a permit.</summary>
    [Fact]
    public void A_permit_is_made_in_one_place_and_asked_for_in_one_place()
    {
        Assert.Equal(["AuthorizedCall.Of"], MakersOf(typeof(AuthorizedCall)));
        Assert.Equal(["Agent.Owed"], CallersOf("MiniRuntime.Core.AuthorizedCall::Of"));
    }

    /// <summary>Would catch a second place that opens the gate, perhaps without looking at the budget.</summary>
    [Fact]
    public void The_fact_that_authorises_a_call_is_made_in_one_place()
    {
        Assert.Equal(["Agent.Permit"], MakersOf(typeof(CallAuthorized)));
        Assert.Empty(CallersOf("MiniRuntime.Core.CallAuthorized::<Clone>$"));
    }

    /// <summary>Would catch a change of state that goes around the trace: what makes a state is reached by Evolve only.</summary>
    [Fact]
    public void Only_Evolve_changes_state()
    {
        var reaching = MakersOf(typeof(State)).ToHashSet();
        bool MakesState(string source) => source != "Agent.Evolve" && reaching.Contains(source);
        while (Uses.Count(use => MakesState(use.TargetSource) && reaching.Add(use.Source)) > 0) { }
        Assert.Contains("Agent.Evolve", reaching);
        None(reaching.Where(static source => !source.StartsWith("Agent.", StringComparison.Ordinal)));
        None(
            from method in typeof(Agent).GetMethods(All)
            where reaching.Contains($"Agent.{method.Name}") && !(method.IsPrivate && method.IsStatic)
            select $"Agent.{method.Name} is not private and static");
    }

    // What the core touches.

    // All that the core may name, as globs: whole types, or single members of types that also have others (a clock, the process, the
    // machine's culture). What is not here is a finding, so a new dependency is a decision, and shows in the diff of this list.
    private static readonly string[] Allowed = """
        OneOf.*
        System.Boolean System.Char System.Decimal System.Int32 System.Int64 System.TimeSpan System.Math System.HashCode System.Index
        System.Nullable System.ValueTuple System.ValueType System.Span System.ReadOnlySpan System.MemoryExtensions System.Range
        System.Action System.Func System.IComparable System.IDisposable System.IEquatable System.IFormatProvider
        System.Argument*Exception System.NotSupportedException System.Exception::.ctor System.Exception::get_Message
        System.Object::.ctor System.Object::Equals System.Object::GetHashCode System.Object::ToString
        System.StringComparison System.StringSplitOptions System.StringComparer::get_Ordinal*
        System.String::Compare* System.String::Concat System.String::Contains System.String::EndsWith System.String::Equals
        System.String::IndexOf System.String::IsNull* System.String::Join System.String::op_* System.String::Replace System.String::Split
        System.String::StartsWith System.String::Substring System.String::Trim* System.String::get_*
        System.Array::Copy System.Array::Empty System.Array::Resize System.Convert::ToHexStringLower System.Enum::- System.RuntimeTypeHandle::-
        System.DateTimeOffset::MaxValue System.DateTimeOffset::ToUniversalTime System.DateTimeOffset::op_*
        System.Collections.ICollection System.Collections.IEnumerable System.Collections.IEnumerator System.Collections.IList
        System.Collections.Frozen.* System.Collections.Generic.Dictionary System.Collections.Generic.*Comparer
        System.Collections.Generic.I* System.Collections.Generic.List
        System.Linq.Enumerable System.Linq.IGrouping System.Linq.IOrderedEnumerable
        System.Globalization.NumberFormatInfo::get_InvariantInfo System.Globalization.UnicodeCategory System.String::EnumerateRunes
        System.Text.Rune System.Text.StringRuneEnumerator System.Security.Cryptography.SHA256::HashData
        System.Text.StringBuilder System.Text.Encoding::get_UTF8 System.Text.Encoding::GetBytes
        System.Text.RegularExpressions.RegexOptions System.Text.RegularExpressions.Regex::.ctor
        System.Text.RegularExpressions.Regex::IsMatch
        System.*Attribute System.Diagnostics.DebuggableAttribute/DebuggingModes System.Diagnostics.DebuggerBrowsableState
        System.Runtime.CompilerServices.DefaultInterpolatedStringHandler System.Runtime.CompilerServices.InlineArray*
        System.Runtime.CompilerServices.IsExternalInit System.Runtime.CompilerServices.RuntimeHelpers::EnsureSufficientExecutionStack
        System.Type::GetTypeFromHandle System.Type::op_Equality System.Environment::get_CurrentManagedThreadId
        System.Runtime.CompilerServices.Unsafe::A* System.Runtime.InteropServices.MemoryMarshal::CreateReadOnlySpan
        System.Threading.Interlocked::CompareExchange
        """.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    // Exceptions to the above: chance, asynchrony, and attributes that are more than a note.
    private static readonly string[] Denied =
    [
        "System.Linq.Enumerable::Shuffle", "System.Collections.Generic.IAsync*", "*.UnsafeAccessor*Attribute", "*.ThreadStaticAttribute",
        "*.ModuleInitializerAttribute", "*.InternalsVisibleToAttribute", "*.Async*Attribute",
    ];

    // Members that are allowed for one purpose only: who may use them, and why.
    private static readonly (string Member, string Users)[] Reserved =
    [
        ("System.Threading.Interlocked::*", "Chunk.Claim"), // the one claim on a free slot of a shared chunk
        ("System.Type::GetTypeFromHandle", "*.get_EqualityContract"), // written by the compiler into every record
        ("System.Type::op_Equality", "*.Equals"), // likewise
        ("System.Environment::*", "<*>d__*"), // written by the compiler into every iterator, which is reused on its own thread only
        ("System.Runtime.CompilerServices.Unsafe::*", "<PrivateImplementationDetails>*"), // written by the compiler for [a, b, c]
        ("System.Runtime.InteropServices.MemoryMarshal::*", "<PrivateImplementationDetails>*"), // likewise
        ("System.HashCode::*", "*.GetHashCode"), // differs from process to process, so nothing that is decided may depend on it
        ("*::GetHashCode", "*.GetHashCode"), // likewise
    ];

    /// <summary>Would catch I/O, network, threads, tasks, console, clock, chance, new Guids, environment, reflection, process, collector,
    /// and foreign code, also where the analyzer is switched off or does not know the name.</summary>
    [Fact]
    public void The_core_refers_to_nothing_outside_the_allowed_list() => None(ImpureReferences(Core.Location));

    /// <summary>Would catch one of the few dangerous members that the compiler needs being used by hand.</summary>
    [Fact]
    public void What_is_allowed_for_one_purpose_is_used_for_that_purpose_only() => None(
        from use in Uses
        from reserved in Reserved
        where Glob.Matches(reserved.Member, use.Target) && !Glob.Matches(reserved.Users, use.Place)
        select $"{use.Place} uses {use.Target}");

    /// <summary>Would catch a comparison or a change of case that goes by the language of the machine.</summary>
    [Fact]
    public void Text_is_compared_by_ordinal_only() => None(
        from use in Uses
        where use.Member is MethodInfo { Name: "StartsWith" or "EndsWith" or "IndexOf" or "LastIndexOf" or "Compare" or "CompareTo" } method
            && method.DeclaringType == typeof(string)
            && method.GetParameters().Any(static parameter => parameter.ParameterType == typeof(string))
            && method.GetParameters().All(static parameter => parameter.ParameterType != typeof(StringComparison))
        select $"{use.Source} uses {use.Target} without a StringComparison");

    /// <summary>Would catch the list going slack: everything that <see cref="Impure"/> does is found, and so is the shell.</summary>
    [Fact]
    public void The_check_on_references_finds_what_it_looks_for()
    {
        var here = ImpureReferences(typeof(PurityTests).Assembly.Location).ToHashSet();
        None(new[]
        {
            "System.Console::WriteLine", "System.IO.File::ReadAllText", "System.Net.Http.HttpClient::.ctor",
            "System.Threading.Thread::Sleep", "System.Threading.Tasks.Task::Run", "System.Threading.Interlocked::Increment",
            "System.DateTime::get_Now", "System.DateTimeOffset::get_UtcNow", "System.Diagnostics.Stopwatch::StartNew",
            "System.TimeProvider::get_System", "System.Random::get_Shared", "System.Linq.Enumerable::Shuffle", "System.Guid::NewGuid",
            "System.Environment::get_MachineName", "System.Type::GetMethods", "System.Object::GetType",
            "System.Activator::CreateInstance", "System.Diagnostics.Process::GetCurrentProcess", "System.GC::Collect",
            "System.ThreadStaticAttribute", "a call of foreign code",
        }.Where(expected => !here.Contains(expected)).Select(static expected => $"not found: {expected}"));
        Assert.Contains("System.Threading.Tasks.Task", ImpureReferences(typeof(AgentRuntime).Assembly.Location));
    }

    // What the core stands on.

    /// <summary>Would catch a new dependency of the built assembly, and immutable collections that do not come from the box.</summary>
    [Fact]
    public void The_core_stands_on_the_framework_and_OneOf_only()
    {
        var framework = System.IO.Path.GetDirectoryName(typeof(object).Assembly.Location);
        Assert.Equal(["OneOf"], Core.GetReferencedAssemblies()
            .Where(name => System.IO.Path.GetDirectoryName(Assembly.Load(name).Location) != framework).Select(static name => name.Name));
    }

    /// <summary>Would catch a project reference or a package in the project file.</summary>
    [Fact]
    public void The_core_project_names_one_package_and_one_analyzer()
    {
        var items = XDocument.Load(System.IO.Path.Combine(CoreFolder, "MiniRuntime.Core.csproj")).Descendants()
            .Where(static item => item.Name.LocalName is "Import" || item.Name.LocalName.EndsWith("Reference", StringComparison.Ordinal))
            .Select(static item => $"{item.Name.LocalName} {item.Attribute("Include")?.Value} {item.Attribute("PrivateAssets")?.Value}");
        Assert.Equal(["PackageReference OneOf ", "PackageReference Microsoft.CodeAnalysis.BannedApiAnalyzers all"], items);
    }

    /// <summary>Would catch a package that comes in by another way: a shared props file, or a package of a package.</summary>
    [Fact]
    public void The_core_lock_file_holds_one_package_and_one_analyzer()
    {
        using var lockFile = JsonDocument.Parse(File.ReadAllText(System.IO.Path.Combine(CoreFolder, "packages.lock.json")));
        var packages = lockFile.RootElement.GetProperty("dependencies").EnumerateObject().SelectMany(static f => f.Value.EnumerateObject());
        Assert.Equal(["Microsoft.CodeAnalysis.BannedApiAnalyzers", "OneOf"], packages.Select(static package => package.Name).Order());
    }

    // The core as text.

    /// <summary>Would catch a file or a line that has become too long to read.</summary>
    [Fact]
    public void No_core_file_is_over_300_lines_and_no_line_over_140_columns() => None(
        from file in CoreFiles
        from finding in Overlong(System.IO.Path.GetFileName(file), File.ReadAllLines(file))
        select finding);

    /// <summary>Would catch the control boundary growing beyond what can be read in one sitting.</summary>
    [Fact]
    public void The_heart_is_under_400_lines_of_code()
    {
        string[] heart = ["Step.cs", "Decide.cs", "Next.cs", "Evolve.cs", "Pending.cs"];
        Assert.InRange(heart.Sum(static file => CodeIn(System.IO.Path.Combine(CoreFolder, file)).Count()), 1, 399);
    }

    /// <summary>Would catch the core growing unnoticed. The numbers are those of the day, and ADR 14 says where the lines are: when it
    /// shrinks they go down with it, and when it has to grow both change.</summary>
    [Fact]
    public void The_core_is_as_large_as_its_page_says()
    {
        var code = CoreFiles.SelectMany(CodeIn).ToList();
        Assert.InRange(code.Count, 1, 2184);
        Assert.InRange(code.Count(static line => line is not ("{" or "}")), 1, 1757);
    }

    /// <summary>Would catch dispatch by position, which means something else when a case is added in the middle.</summary>
    [Fact]
    public void Cases_are_asked_for_by_position_only_where_the_union_is_declared()
    {
        var unions = CoreFiles.Where(static file => File.ReadAllText(file).Contains("OneOfBase<", StringComparison.Ordinal)).ToList();
        Assert.Equal(
            CoreTypes.Count(static type => type.BaseType?.FullName?.StartsWith("OneOf.OneOfBase`", StringComparison.Ordinal) == true),
            unions.Count);
        None(CoreFiles.Except(unions).Where(static file => ByPosition().IsMatch(File.ReadAllText(file))));
    }

    // The checks on values.

    private static IEnumerable<string> ChangingFields(Type type) =>
        from field in FieldsOf(type)
        where !field.IsInitOnly && !field.IsLiteral
        let name = $"{type.Name}.{field.Name}"
        // The named exceptions: how many slots of a shared chunk are taken, and where a loop has got, which only the loop sees (Seq.cs).
        where name is not ("Chunk._used" or "Enumerator._next")
        select $"{name} can change";

    private static IEnumerable<string> MutableContents(Type type) =>
        from field in FieldsOf(type)
        let name = $"{type.Name}.{field.Name}"
        // The named exceptions: arrays inside private types, never handed out, no slot of which is written after it can be seen.
        where !IsImmutable(field.FieldType) && name is not ("Seq`1._full" or "Chunk.Items" or "Registered.<Rules>k__BackingField")
        select $"{name} holds {field.FieldType.Name}";

    // A public init is harmless where the constructor keeps its parameter as it is and uses it for nothing else: then `with` can make only
    // what the constructor makes. Where the constructor checks or derives, the property must be get-only.
    private static IEnumerable<string> LooseProperties(Type type) =>
        from property in type.GetProperties(All)
        where property.SetMethod is { } set && IsVisible(set)
        where !(IsInit(property.SetMethod!) && IsKeptAsItIs(property))
        let fault = IsInit(property.SetMethod!) ? "is checked by the constructor but not by init" : "can be set"
        select $"{type.Name}.{property.Name} {fault}";

    private static IEnumerable<string> MutableResults(Type type) =>
        from method in type.GetMethods(All)
        where type.IsVisible && IsVisible(method)
        where method.ReturnType.IsArray || method.ReturnType.GetInterfaces().Any(static i => i == typeof(IList) || i == typeof(IDictionary))
        select $"{type.Name}.{method.Name.Replace("get_", "", StringComparison.Ordinal)} hands out {method.ReturnType.Name}";

    // Closed: sealed (static classes, structs and enums are), or abstract with a member that nobody outside can see and so implement.
    // A private constructor alone does not close a record: its copy constructor stays open.
    private static IEnumerable<string> OpenTypes(Type type) =>
        type.IsSealed || type.GetMethods(All).Any(static method => method.IsAbstract && (method.IsAssembly || method.IsFamilyAndAssembly))
            ? []
            : [$"{type.Name} can be derived from"];

    private static IEnumerable<FieldInfo> FieldsOf(Type type)
    {
        if (type.IsEnum) yield break;
        for (var at = type; at is not null; at = at.BaseType)
            foreach (var field in at.GetFields(All)) yield return field;
    }

    private static bool IsImmutable(Type type)
    {
        if (type.IsArray) return false;
        var whole = type.IsGenericType ? type.GetGenericTypeDefinition() : type;
        return type.IsPrimitive || type.IsEnum || type.IsGenericParameter || typeof(MulticastDelegate).IsAssignableFrom(type)
            || ((whole.Assembly == Core || Immutable.Contains(whole)) && type.GetGenericArguments().All(IsImmutable));
    }

    private static readonly Type[] Immutable =
    [
        typeof(string), typeof(decimal), typeof(DateTimeOffset), typeof(TimeSpan), typeof(Regex), typeof(Nullable<>),
        typeof(FrozenDictionary<,>),
    ];

    private static bool IsKeptAsItIs(PropertyInfo property)
    {
        foreach (var constructor in property.DeclaringType!.GetConstructors())
        {
            if (constructor.GetParameters().FirstOrDefault(parameter => parameter.Name == property.Name) is not { } parameter) continue;
            var body = Instructions(constructor).ToList();
            var loads = Enumerable.Range(0, body.Count).Where(i => Argument(body[i]) == parameter.Position + 1).ToList();
            return loads is [var load] && body[load + 1].Code == OpCodes.Stfld
                && constructor.Module.ResolveField(body[load + 1].Operand, property.DeclaringType.GetGenericArguments(), null)!.Name
                    == $"<{property.Name}>k__BackingField";
        }
        return false;
    }

    private static bool IsVisible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static bool IsInit(MethodInfo set) => set.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit));

    private static bool IsGenerated(Type? type) =>
        type is not null
        && (type.IsDefined(typeof(CompilerGeneratedAttribute)) || type.Name.StartsWith('<') || IsGenerated(type.DeclaringType));

    // The checks on references: every type and member that the assembly names, from its metadata.

    private static IEnumerable<string> ImpureReferences(string path)
    {
        using var file = new PEReader(File.OpenRead(path));
        var metadata = file.GetMetadataReader();
        var types = metadata.TypeReferences.Select(type => NameOf(metadata, type));
        var members = metadata.MemberReferences.Select(metadata.GetMemberReference)
            .Select(member => (Type: NameOf(metadata, member.Parent), Name: metadata.GetString(member.Name)))
            .Where(static member => member.Type != "").Select(static member => $"{member.Type}::{member.Name}");
        var foreign = metadata.GetTableRowCount(TableIndex.ImplMap) > 0 ? ["a call of foreign code"] : Array.Empty<string>();
        return [.. types.Concat(members).Where(static name => !IsAllowed(name)).Concat(foreign).Distinct().Order(StringComparer.Ordinal)];
    }

    private static bool IsAllowed(string name)
    {
        if (Denied.Any(denied => Glob.Matches(denied, name))) return false;
        var type = name.Split("::")[0];
        return name == type
            ? Allowed.Any(allowed => Glob.Matches(allowed.Split("::")[0], type))
            : Allowed.Any(allowed => Glob.Matches(allowed, allowed.Contains("::", StringComparison.Ordinal) ? name : type));
    }

    // The full name without the number of type parameters; empty for the assembly's own types and for arrays.
    private static string NameOf(MetadataReader metadata, EntityHandle handle)
    {
        switch (handle.Kind)
        {
            case HandleKind.TypeReference:
                var type = metadata.GetTypeReference((TypeReferenceHandle)handle);
                var name = metadata.GetString(type.Name).Split('`')[0];
                return type.ResolutionScope.Kind == HandleKind.TypeReference
                    ? $"{NameOf(metadata, type.ResolutionScope)}/{name}"
                    : $"{metadata.GetString(type.Namespace)}.{name}";
            case HandleKind.TypeSpecification:
                var signature = metadata.GetBlobReader(metadata.GetTypeSpecification((TypeSpecificationHandle)handle).Signature);
                if (signature.ReadSignatureTypeCode() != SignatureTypeCode.GenericTypeInstance) return "";
                signature.ReadByte(); // class or value type
                return NameOf(metadata, signature.ReadTypeHandle());
            default:
                return "";
        }
    }

    // The checks on code: which member each method of the core uses, from its instructions.

    private sealed record Use(MethodBase User, OpCode Code, MemberInfo Member)
    {
        public string Source { get; } = SourceOf(User);

        // As the compiler has it: a lambda and an iterator are types of their own.
        public string Place => $"{User.DeclaringType?.Name.Split('`')[0]}.{User.Name}";

        public string Target => $"{Member.DeclaringType?.Namespace}.{Member.DeclaringType?.Name.Split('`')[0]}::{Member.Name}";

        public string TargetSource { get; } = Member is MethodBase method ? SourceOf(method) : "";
    }

    private static readonly Dictionary<int, OpCode> Codes = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(static field => (OpCode)field.GetValue(null)!).ToDictionary(static code => code.Value & 0xFFFF);

    private static readonly IReadOnlyList<Use> Uses =
    [
        .. from type in Core.GetTypes()
           from method in type.GetMembers(All).OfType<MethodBase>()
           from instruction in Instructions(method)
           where instruction.Code.OperandType is OperandType.InlineMethod or OperandType.InlineField
           let arguments = method.IsGenericMethod ? method.GetGenericArguments() : null
           let member = type.Module.ResolveMember(instruction.Operand, type.GetGenericArguments(), arguments)
           select new Use(method, instruction.Code, member),
    ];

    private static IEnumerable<string> MakersOf(Type type) => Uses
        .Where(use => use.Code == OpCodes.Newobj && use.Member.DeclaringType == type && use.Place != $"{type.Name}.<Clone>$")
        .Select(static use => use.Source).Distinct();

    private static IEnumerable<string> CallersOf(string target) =>
        Uses.Where(use => use.Target == target).Select(static use => use.Source).Distinct();

    // The method as the source has it: a lambda and an iterator count as the method that they are written in.
    private static string SourceOf(MethodBase method)
    {
        var (type, name) = (method.DeclaringType!, method.Name);
        while (type.DeclaringType is not null && IsGenerated(type))
        {
            name = type.Name.StartsWith("<>", StringComparison.Ordinal) ? name : type.Name;
            type = type.DeclaringType;
        }
        var written = WrittenIn().Match(name);
        return $"{type.Name.Split('`')[0]}.{(written.Success ? written.Groups[1].Value : name)}";
    }

    private static IEnumerable<(OpCode Code, int Operand)> Instructions(MethodBase method)
    {
        var il = method.GetMethodBody()?.GetILAsByteArray() ?? [];
        for (var i = 0; i < il.Length;)
        {
            var code = Codes[il[i] == 0xFE ? 0xFE00 | il[i + 1] : il[i]];
            i += code.Size;
            var size = code.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(il, i)),
                _ => 4,
            };
            yield return (code, size switch { 1 => il[i], 2 => BitConverter.ToInt16(il, i), >= 4 => BitConverter.ToInt32(il, i), _ => 0 });
            i += size;
        }
    }

    // Which argument an instruction loads, 0 for the object itself; -1 for any other instruction.
    private static int Argument((OpCode Code, int Operand) instruction) => instruction.Code.Name switch
    {
        "ldarg.0" => 0,
        "ldarg.1" => 1,
        "ldarg.2" => 2,
        "ldarg.3" => 3,
        "ldarg" or "ldarg.s" or "ldarga" or "ldarga.s" => instruction.Operand,
        _ => -1,
    };

    // The checks on text.

    private static readonly string CoreFolder = System.IO.Path.Combine(Root(), "src", "MiniRuntime.Core");

    private static readonly string[] CoreFiles =
    [
        .. Directory.EnumerateFiles(CoreFolder, "*.cs", SearchOption.AllDirectories)
            .Where(static file => System.IO.Path.GetRelativePath(CoreFolder, file).Split('/', '\\')[0] is not ("bin" or "obj")),
    ];

    private static IEnumerable<string> CodeIn(string file) => File.ReadAllLines(file).Select(static line => line.Trim())
        .Where(static line => line != "" && !line.StartsWith("//", StringComparison.Ordinal));

    private static IEnumerable<string> Overlong(string file, string[] lines)
    {
        if (lines.Length > 300) yield return $"{file} has {lines.Length} lines";
        for (var i = 0; i < lines.Length; i++)
            if (lines[i].Length > 140) yield return $"{file}:{i + 1} has {lines[i].Length} columns";
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(System.IO.Path.Combine(folder.FullName, "MiniRuntime.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException("No MiniRuntime.sln above the tests.");
        return folder.FullName;
    }

    [GeneratedRegex(@"\b(Is|As)T\d")]
    private static partial Regex ByPosition();

    [GeneratedRegex("^<(.+?)>[bdg]__")]
    private static partial Regex WrittenIn();

    private static void None(IEnumerable<string> findings)
    {
        // Assert.Empty would cut the findings short.
        if (string.Join(Environment.NewLine, findings) is { Length: > 0 } found) Assert.Fail(found);
    }

    // Made to be found.

#pragma warning disable CA1052, CS0649, SYSLIB1054
    public record Leaky(int Even)
    {
        public int Count;
        public readonly List<int> Items = [];

        public int Even { get; init; } = Even % 2 == 0 ? Even : throw new ArgumentException("It is odd.", nameof(Even));

        public int Late { get; set; }

        public int[] Raw { get; } = [];

        public List<int> All() => Items;
    }

    // Never run: it is enough that the compiler has seen it.
    private static class Impure
    {
        [ThreadStatic]
        private static int _count;

        public static object[] Everything() =>
        [
            () => Console.WriteLine(File.ReadAllText("x")), new HttpClient(), () => Thread.Sleep(Interlocked.Increment(ref _count)),
            Task.Run(static () => 1), DateTime.Now, DateTimeOffset.UtcNow, Stopwatch.StartNew(), TimeProvider.System, Random.Shared,
            new[] { 1 }.Shuffle(), Guid.NewGuid(), Environment.MachineName, typeof(Impure).GetMethods(), new object().GetType(),
            Activator.CreateInstance(typeof(object))!, Process.GetCurrentProcess(), () => GC.Collect(), () => Foreign(),
        ];

        [System.Runtime.InteropServices.DllImport("nowhere")]
        private static extern int Foreign();
    }
#pragma warning restore CA1052, CS0649, SYSLIB1054
}
