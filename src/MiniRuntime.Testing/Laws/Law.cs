using System.Globalization;
using System.Reflection;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.FSharp.Collections;
using Microsoft.FSharp.Core;

namespace MiniRuntime.Testing;

/// <summary>Something that is true of every run of an agent, whatever comes in: checked over generated cases.</summary>
public sealed class Law
{
    private readonly MethodInfo _body;
    private readonly LawAttribute _law;
    private readonly AgentArbitraries _arbitraries;

    internal Law(MethodInfo body, LawAttribute law, AgentArbitraries arbitraries) => (_body, _law, _arbitraries) = (body, law, arbitraries);

    /// <summary>The law, as a sentence.</summary>
    public string Name => _body.Name.Replace('_', ' ');

    /// <summary>What it would catch.</summary>
    public string Catches => _law.Catches;

    /// <summary>How many cases it takes over agents of any kind.</summary>
    internal int Cases => _law.Cases;

    /// <summary>Looks for a case that breaks the law, and when there is one, for the simplest.</summary>
    /// <param name="cases">How many cases to try, 1 or more.</param>
    /// <param name="seed">
    /// Where chance begins: a number of your own, for the same cases each time; or the three numbers of an earlier result, for that one case.
    /// By default other cases each time.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">There is less than one case.</exception>
    /// <exception cref="FormatException">The seed is none.</exception>
    public CheckResult Check(int cases = 100, string? seed = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(cases, 1);
        var collector = new Collector();
        var config = Config.Quick.WithQuietOnSuccess(true).WithMaxTest(cases).WithRunner(collector);
        if (seed is not null) config = config.WithReplay(FSharpOption<Replay>.Some(Beginning(seed)));
        FsCheck.Check.One(config, Prop.ForAll(Arguments(), Holds));
        return collector.Result(this);
    }

    /// <summary>As <see cref="Check"/>, for a test: throws when the law is broken.</summary>
    /// <param name="cases">How many cases to try.</param>
    /// <param name="seed">As for <see cref="Check"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is less than one case.</exception>
    /// <exception cref="FormatException">The seed is none.</exception>
    /// <exception cref="LawBrokenException">The law is broken.</exception>
    public void Verify(int cases = 100, string? seed = null)
    {
        if (Check(cases, seed) is { Held: false } broken) throw new LawBrokenException(broken);
    }

    /// <summary>The law, as a sentence.</summary>
    public override string ToString() => Name;

    // A case is one value for each parameter. It is made simpler by making one of them simpler.
    private Arbitrary<object[]> Arguments()
    {
        var parts = _body.GetParameters().Select(parameter => _arbitraries.For(parameter.ParameterType)).ToArray();
        return Arb.From(Gen.CollectToArray(parts, static part => part.Generator), Simpler);

        IEnumerable<object[]> Simpler(object[] values) =>
            from i in Enumerable.Range(0, parts.Length)
            from simpler in parts[i].Shrinker(values[i])
            select (object[])[.. values[..i], simpler, .. values[(i + 1)..]];
    }

    private void Holds(object[] values) => _body.Invoke(null, BindingFlags.DoNotWrapExceptions, null, values, CultureInfo.InvariantCulture);

    private string Told(object[] values) => string.Join("\n", _body.GetParameters().Zip(values, static (parameter, value) =>
        value.ToString() is { } text && text.Contains('\n', StringComparison.Ordinal) ? text : $"{parameter.Name}: {value}\n"));

    // A story may hold what turns a terminal's text around, or does not show; it is written as an escape.
    private static string Shown(string story) => string.Concat(story.Select(static c =>
        c != '\n' && (char.IsControl(c) || char.GetUnicodeCategory(c) == UnicodeCategory.Format) ? $"\\u{(int)c:x4}" : $"{c}"));

    private static Replay Beginning(string seed)
    {
        var numbers = seed.Split(',');
        if (!numbers.All(static number => ulong.TryParse(number, CultureInfo.InvariantCulture, out _))) numbers = [];
        return numbers switch
        {
            [var number] => new Replay(new Rnd(Number(number)), null),
            [var state, var gamma, var size] when Number(gamma) % 2 == 1 && Number(size) <= int.MaxValue =>
                new Replay(new Rnd(Number(state), Number(gamma)), FSharpOption<int>.Some((int)Number(size))),
            _ => throw new FormatException($"'{seed}' is no seed: one whole number is, and so are the three that a broken law tells."),
        };
    }

    private static ulong Number(string text) => ulong.Parse(text, CultureInfo.InvariantCulture);

    // FsCheck tells its runner what happened; this one keeps it.
    private sealed class Collector : IRunner
    {
        private TestResult? _result;

        public CheckResult Result(Law law)
        {
            if (_result is TestResult.Passed passed) return new CheckResult(law, null, passed.Item1.NumberOfTests, 0, null);
            var failed = (TestResult.Failed)_result!;
            var values = (object[])failed.Item3[0];
            var error = ((Outcome.Failed)failed.Item4).Item;
            var what = error is BrokenExpectationException ? error.Message : $"{error.GetType().Name}: {error.Message}";
            var seed = string.Create(CultureInfo.InvariantCulture, $"{failed.Item6.Seed},{failed.Item6.Gamma},{failed.Item7}");
            return new CheckResult(law, Shown($"{law.Told(values)}\nWhat is wrong: {what}"), failed.Item1.NumberOfTests,
                failed.Item1.NumberOfShrinks, seed);
        }

        public void OnStartFixture(Type type) { }

        public void OnArguments(int n, FSharpList<object> values, FSharpFunc<int, FSharpFunc<FSharpList<object>, string>> every) { }

        public void OnShrink(FSharpList<object> values, FSharpFunc<FSharpList<object>, string> every) { }

        public void OnFinished(string name, TestResult result) => _result = result;
    }
}
