using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using MiniRuntime.Shell;

namespace MiniRuntime.Properties;

public sealed class SecretLaws
{
    private const string Held = "${secret:s}";

    private static readonly string[] _letters =
        [.. "abcdwxyzABCFUXnrtu0123456789éßЖ字".EnumerateRunes().Select(static rune => rune.ToString())];

    private static readonly string[] _others =
        [.. "%&\\+/=\"'<>#;:.,!?@$-_~()[]{}|^`* \n\r\t\u00a0😀".EnumerateRunes().Select(static rune => rune.ToString())];

    private static readonly (string Text, string Name)[] _named =
    [
        ("&", "amp"), ("<", "lt"), (">", "gt"), ("\"", "quot"), ("'", "apos"), ("é", "eacute"), ("ß", "szlig"), ("+", "plus"), ("/", "sol"),
        ("=", "equals"), ("%", "percnt"), ("\\", "bsol"), ("#", "num"), ("_", "lowbar"), ("\n", "NewLine"),
        ("\u00a0", "nbsp"),
    ];

    private static readonly (string Text, string Escape)[] _escapes =
        [("\n", "n"), ("\r", "r"), ("\t", "t"), ("\"", "\""), ("'", "'"), ("/", "/"), ("\\", "\\")];

    private static readonly Func<string, string>[] _encoders =
    [
        Uri.EscapeDataString, WebUtility.UrlEncode!, WebUtility.HtmlEncode!, HtmlEncoder.Default.Encode,
        static text => JsonSerializer.Serialize(text),
        JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode,
        // As Python's quote, which leaves a slash, and its html.escape.
        static text => Uri.EscapeDataString(text).Replace("%2F", "/", StringComparison.Ordinal),
        static text => text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("'", "&#x27;", StringComparison.Ordinal),
    ];

    // Would catch: a form that is found as a whole only, and not where a program escapes some characters and leaves others.
    [Property(MaxTest = 3000)]
    public void A_value_is_found_however_each_of_its_characters_is_spelled(int seed)
    {
        var random = new Random(seed);
        var value = Value(random);
        var spelled = string.Concat(value.EnumerateRunes().Select(rune => Spelled(rune.ToString(), random)));
        Assert.Equal($"<{Held}>", Redacted(value, $"<{spelled}>"));
        Assert.Equal($"<{Held}, {Held}>", Redacted(value, $"<{spelled}, {value}>"));
    }

    // Would catch: JSON in JSON, or HTML in a URL, that hides what either alone does not.
    [Property(MaxTest = 1000)]
    public void A_value_is_found_in_what_programs_encode_for_each_other(int seed)
    {
        var random = new Random(seed);
        var value = Value(random);
        var text = Enumerable.Range(0, random.Next(1, 4)).Aggregate($"({value})",
            (inner, _) => _encoders[random.Next(_encoders.Length)](inner));
        Assert.Contains(Held, Redacted(value, text));
    }

    // Would catch: a text that breaks off within the value, or within an escape of it, and holds the rest.
    [Property(MaxTest = 1000)]
    public void The_beginning_of_a_value_is_found_where_a_text_breaks_off_however_it_is_spelled(int seed)
    {
        var random = new Random(seed);
        var value = string.Concat(random.GetItems(_letters, 20));
        var (kept, last) = (value[..random.Next(8, 19)], "%2F");
        var spelled = string.Concat(kept.EnumerateRunes().Select(rune => Spelled(rune.ToString(), random)));
        Assert.Equal($"<{Held}", Redacted(value, $"<{spelled}"));
        Assert.Equal($"<{Held}", Redacted(value, $"<{spelled}{last[..random.Next(1, 3)]}"));
    }

    // Would catch: a text that is shown as it comes, and shows the beginning of the value before its end is seen.
    [Property(MaxTest = 500)]
    public void A_text_that_is_shown_as_it_comes_shows_what_it_would_show_whole(int seed)
    {
        var random = new Random(seed);
        var (value, other) = (Value(random), Value(random));
        // One overlaps itself, and the other.
        if (random.Next(4) == 0) (value, other) = (value + value, value + other);
        var secrets = Secrets.Read([new("s", "S", []), new("t", "T", [])], name => name == "S" ? value : other);
        var spelled = string.Concat(value.EnumerateRunes().Select(rune => Spelled(rune.ToString(), random)));
        var text = $"§ <{spelled}> § {other}, {value} §";
        var (shown, rest) = (new StringBuilder(), "");
        for (int at = 0, length; at < text.Length; at += length)
        {
            length = Math.Min(random.Next(1, 9), text.Length - at);
            rest += text.Substring(at, length);
            var settled = secrets.Settled(rest);
            shown.Append(secrets.Redact(rest[..settled]));
            rest = rest[settled..];
        }
        Assert.Equal(secrets.Redact(text), shown.Append(secrets.Redact(rest)).ToString());
    }

    // Would catch: a text that is changed where it holds no secret.
    [Property(MaxTest = 1000)]
    public void A_text_without_the_value_stays_as_it_is(int seed)
    {
        var random = new Random(seed);
        var text = string.Concat(random.GetItems(_letters[..12], 30).Concat(random.GetItems(_others, 30))
            .Select(one => Spelled(one, random)));
        Assert.Equal(text, Redacted("sssssssSSSSSSSS", text));
    }

    private static string Redacted(string value, string text) =>
        Secrets.Read([new NamedSecret("s", "S", [])], _ => value).Redact(text);

    // With few letters or with many; a letter at both ends, since what stands outside them is left.
    private static string Value(Random random)
    {
        var (letters, others) = random.Next(3) == 0 ? (random.Next(1, 4), random.Next(6, 12)) : (random.Next(8, 30), random.Next(0, 12));
        var inner = random.GetItems(_letters, letters).Concat(random.GetItems(_others, others)).ToArray();
        random.Shuffle(inner);
        return $"{random.GetItems(_letters, 1)[0]}{string.Concat(inner)}{random.GetItems(_letters, 1)[0]}";
    }

    private static string Spelled(string one, Random random)
    {
        var code = char.ConvertToUtf32(one, 0);
        List<string> ways =
        [
            one, $"&#{code};", $"&#x{code:x};", $"&#x{code:X};", WebUtility.HtmlEncode(one), WebUtility.UrlEncode(one),
            JavaScriptEncoder.Default.Encode(one), string.Concat(one.Select(static unit => $"\\u{(int)unit:x4}")),
            string.Concat(one.Select(static unit => $"\\u{(int)unit:X4}")),
            string.Concat(Encoding.UTF8.GetBytes(one).Select(static part => $"%{part:x2}")),
            string.Concat(Encoding.UTF8.GetBytes(one).Select(static part => $"%{part:X2}")),
            .. code < 0x100 ? [string.Create(CultureInfo.InvariantCulture, $"\\x{code:x2}")] : (string[])[],
            .. _named.Where(named => named.Text == one).Select(static named => $"&{named.Name};"),
            .. _escapes.Where(escape => escape.Text == one).Select(static escape => $"\\{escape.Escape}"),
        ];
        return ways[random.Next(ways.Count)];
    }
}
