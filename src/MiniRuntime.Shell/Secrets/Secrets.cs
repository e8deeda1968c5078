using System.Text.RegularExpressions;
using MiniRuntime.Core;

namespace MiniRuntime.Shell;

/// <summary>A secret that a scenario names. Its value is in the environment, and nowhere else.</summary>
/// <param name="Name">What it is called: <c>${secret:NAME}</c> stands for its value.</param>
/// <param name="Variable">The variable of the environment that holds it.</param>
/// <param name="Tools">The tools that get the value where their input has the placeholder: names, or globs.</param>
public sealed record NamedSecret(string Name, string Variable, Seq<string> Tools);

/// <summary>
/// The values of secrets, held by the shell. Whatever enters a run passes <see cref="Redact(string)"/>, so that no state, trace, journal or
/// context ever holds a value; a tool that is granted a secret gets it by <see cref="Reveal(AuthorizedCall)"/>, when it is executed.
/// </summary>
public sealed partial class Secrets
{
    /// <summary>How short a value may be, in UTF-16 units: a shorter one is found everywhere.</summary>
    public const int Shortest = 8;

    private readonly Seq<(NamedSecret Secret, string Value, SecretFinder Finder)> _held;

    private Secrets(Seq<(NamedSecret, string, SecretFinder)> held) => _held = held;

    /// <summary>No secrets.</summary>
    public static Secrets None { get; } = new([]);

    /// <summary>The secrets whose values are in an environment; those that are not there are left out.</summary>
    /// <param name="named">The secrets.</param>
    /// <param name="variable">The environment: by default that of this process.</param>
    /// <exception cref="ArgumentException">A value is shorter than <see cref="Shortest"/>.</exception>
    public static Secrets Read(IEnumerable<NamedSecret> named, Func<string, string?>? variable = null)
    {
        var held = new List<(NamedSecret, string, SecretFinder)>();
        foreach (var secret in named)
        {
            if ((variable ?? Environment.GetEnvironmentVariable)(secret.Variable) is not { Length: > 0 } value) continue;
            if (value.Length < Shortest)
                throw new ArgumentException($"The value of the secret '{secret.Name}' is too short: {Shortest} characters at least.");
            held.Add((secret, value, new SecretFinder(value)));
        }
        // Of two, one may be a part of the other: the longer goes first.
        return held.Count == 0 ? None : new Secrets(held.OrderByDescending(static one => one.Item2.Length).ToSeq());
    }

    /// <summary>Whether the value of this secret is known.</summary>
    public bool Has(string name) => _held.Any(one => one.Secret.Name == name);

    /// <summary>The text with a placeholder for each value in it, in whatever form <see cref="SecretFinder"/> knows.</summary>
    public string Redact(string text) =>
        _held.Aggregate(text, static (redacted, one) => one.Finder.Replace(redacted, Placeholder(one.Secret)));

    /// <summary>
    /// How much of a text that comes in pieces can be shown: what it goes on with may be the beginning of a value, of which the rest is still
    /// to come.
    /// </summary>
    /// <returns>So many UTF-16 units, from its first on.</returns>
    public int Settled(string text)
    {
        // Half of a surrogate pair is no character yet.
        if (text.Length > 0 && char.IsHighSurrogate(text[^1])) text = text[..^1];
        // What one secret holds back may cut through another that is found.
        for (var settled = text.Length; ;)
        {
            var least = _held.Aggregate(settled, (most, one) => one.Finder.Settled(text, most));
            if (least == settled) return settled;
            settled = least;
        }
    }

    /// <summary>The value with placeholders in its texts, its names, and in place of numbers that give a value away.</summary>
    public Json Redact(Json value) => _held.Count == 0 ? value : Redacted(value);

    /// <summary>An object, likewise.</summary>
    public Json.Object Redact(Json.Object value) => (Json.Object)Redact((Json)value);

    /// <summary>What a permit allows, with the values of those secrets that its tool is granted.</summary>
    public Json.Object Reveal(AuthorizedCall permit) => _held.Count == 0
        ? permit.Call.Proposal.Input
        : (Json.Object)Revealed(permit.Call.Proposal.Input, secret => secret.Tools.Any(tool => Glob.Matches(tool, permit.Call.Tool.Name)));

    /// <summary>What the operator wrote, with the values of the secrets in it.</summary>
    /// <exception cref="ArgumentException">The value of one is not known.</exception>
    internal string Reveal(string text) => In(text).FirstOrDefault(name => !Has(name)) is { } missing
        ? throw new ArgumentException($"The value of the secret '{missing}' is not known here; set its variable.")
        : Reveal(text, static _ => true);

    /// <summary>The secrets that a text names.</summary>
    internal static IEnumerable<string> In(string text) => Mentioned().Matches(text).Select(static match => match.Groups[1].Value);

    private Json Redacted(Json value) => value switch
    {
        Json.String text => Redact(text.Value),
        Json.Number number when CanonicalJson.Write(number) is var digits && Redact(digits) is var cut && cut != digits => cut,
        Json.Array array => new Json.Array(array.Items.Select(Redacted).ToSeq()),
        Json.Object o => new Json.Object(Named(o.Fields)),
        _ => value,
    };

    // Two names may come to be one; then the second gets a number.
    private IEnumerable<Json.Field> Named(Seq<Json.Field> fields)
    {
        var (seen, last) = (new HashSet<string>(StringComparer.Ordinal), new Dictionary<string, int>(StringComparer.Ordinal));
        foreach (var field in fields)
        {
            var plain = Redact(field.Name);
            var name = plain;
            for (var i = last.GetValueOrDefault(plain, 1) + 1; !seen.Add(name); i++) (name, last[plain]) = ($"{plain} {i}", i);
            yield return new Json.Field(name, Redacted(field.Value));
        }
    }

    private Json Revealed(Json value, Func<NamedSecret, bool> granted) => value switch
    {
        Json.String text => Reveal(text.Value, granted),
        Json.Array array => new Json.Array(array.Items.Select(item => Revealed(item, granted)).ToSeq()),
        Json.Object o => new Json.Object(o.Fields.Select(field => new Json.Field(field.Name, Revealed(field.Value, granted)))),
        _ => value,
    };

    // In one pass: what a value says is not looked at again.
    private string Reveal(string text, Func<NamedSecret, bool> granted) => Mentioned().Replace(text, match =>
    {
        foreach (var (secret, value, _) in _held)
            if (secret.Name == match.Groups[1].Value && granted(secret)) return value;
        return match.Value;
    });

    private static string Placeholder(NamedSecret secret) => $"${{secret:{secret.Name}}}";

    [GeneratedRegex(@"\$\{secret:([A-Za-z0-9_-]+)\}")]
    private static partial Regex Mentioned();
}
