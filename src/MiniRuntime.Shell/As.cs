using System.Globalization;
using System.Text.RegularExpressions;
using MiniRuntime.Core;

namespace MiniRuntime.Shell;

/// <summary>Reads a value of one kind from a node; reports what is wrong and then gives a default, which must not be used.</summary>
internal delegate T ReadValue<out T>(Node node, FaultList faults);

/// <summary>Readers for plain values.</summary>
internal static partial class As
{
    /// <summary>Text.</summary>
    public static string Text(Node node, FaultList faults) =>
        Expect(node, faults, "string") && node.Scalar is Json.String text ? text.Value : "";

    /// <summary>True or false.</summary>
    public static bool Bool(Node node, FaultList faults) => Expect(node, faults, "boolean") && node.Scalar is Json.Bool { Value: true };

    /// <summary>A number of at least 0.</summary>
    public static decimal NotNegative(Node node, FaultList faults)
    {
        var value = Number(node, faults);
        if (value < 0) faults.Add(node, "The number must not be negative.");
        return value;
    }

    /// <summary>Any number.</summary>
    public static decimal Number(Node node, FaultList faults) =>
        Expect(node, faults, "number") && node.Scalar is Json.Number number ? number.Value : 0;

    /// <summary>A whole number within bounds.</summary>
    public static ReadValue<int> Int(int min, int max = int.MaxValue) => (node, faults) => (int)Whole(node, faults, min, max);

    /// <summary>A whole number within bounds.</summary>
    public static ReadValue<long> Long(long min) => (node, faults) => (long)Whole(node, faults, min, long.MaxValue);

    /// <summary>One of some values, by name.</summary>
    public static ReadValue<T> Name<T>(Func<T, string> nameOf) where T : struct, Enum => (node, faults) =>
    {
        var name = Text(node, faults);
        foreach (var value in Enum.GetValues<T>())
            if (nameOf(value) == name) return value;
        if (node.Kind == "string" && !node.IsBroken)
            faults.Add(node, $"{Quote(name)} is not possible here; use one of {string.Join(", ", Enum.GetValues<T>().Select(nameOf))}.");
        return default;
    };

    /// <summary>An array of values.</summary>
    public static ReadValue<Seq<T>> List<T>(ReadValue<T> read) => (node, faults) =>
        Expect(node, faults, "array") ? node.Children.TakeWhile(_ => !faults.IsFull).Select(item => read(item, faults)).ToSeq() : [];

    /// <summary>An array of texts.</summary>
    public static Seq<string> Texts(Node node, FaultList faults) => List(Text)(node, faults);

    /// <summary>Any value.</summary>
    public static Json Value(Node node, FaultList faults) => node.ToJson(faults) ?? Json.None;

    /// <summary>Any object.</summary>
    public static Json.Object Object(Node node, FaultList faults) =>
        Expect(node, faults, "object") && node.ToJson(faults) is Json.Object value ? value : Json.Object.Empty;

    /// <summary>A time span of at least 0, in seconds.</summary>
    public static TimeSpan Duration(Node node, FaultList faults)
    {
        const decimal Ticks = TimeSpan.TicksPerSecond;
        var seconds = NotNegative(node, faults);
        if (seconds < 0) return default;
        if (seconds > TimeSpan.MaxValue.Ticks / Ticks)
            faults.Add(node, $"The number of seconds must be at most {TimeSpan.MaxValue.Ticks / Ticks}.");
        else if (decimal.Truncate(seconds * Ticks) == seconds * Ticks)
            return new TimeSpan((long)(seconds * Ticks));
        else
            faults.Add(node, "Seconds can have 7 decimal places at most.");
        return default;
    }

    /// <summary>A point in time, with its offset from UTC.</summary>
    public static DateTimeOffset Time(Node node, FaultList faults)
    {
        var text = Text(node, faults);
        if (Timestamp().IsMatch(text) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time))
            return time;
        if (node.Kind == "string" && !node.IsBroken)
            faults.Add(node, $"{Quote(text)} is no point in time; write it as 2026-01-31T12:00:00Z or with an offset such as +01:00.");
        return default;
    }

    /// <summary>Text that a constructor accepts; what the constructor says against it is a fault right here.</summary>
    public static ReadValue<string> Checked(Action<string> construct) => (node, faults) =>
    {
        var before = faults.Count;
        var text = Text(node, faults);
        if (faults.Count > before) return text;
        try
        {
            construct(text);
        }
        catch (ArgumentException e)
        {
            faults.Add(node, Message(e));
        }
        return text;
    };

    /// <summary>Reports a value of the wrong kind. True when the kind is right.</summary>
    public static bool Expect(Node node, FaultList faults, string kind)
    {
        if (node.Kind == kind)
        {
            if (node.IsBroken) faults.Mark();
            return true;
        }
        faults.Add(node, node.Kind == "null"
            ? $"Expected {Article(kind)}, found null; to give no value leave the field out."
            : $"Expected {Article(kind)}, found {Article(node.Kind)}.");
        return false;
    }

    /// <summary>What an exception of a constructor says, without the name of the parameter.</summary>
    public static string Message(ArgumentException e) =>
        e.ParamName is { } name ? e.Message.Replace($" (Parameter '{name}')", "", StringComparison.Ordinal) : e.Message;

    /// <summary>The text in quotes, cut to what fits in a message.</summary>
    public static string Quote(string text) => text.Length <= 80 ? $"'{text}'" : $"'{Clean.Text(text[..80])}…'";

    private static decimal Whole(Node node, FaultList faults, decimal min, decimal max)
    {
        var value = Number(node, faults);
        if (node.Kind != "number" || node.IsBroken) return min;
        if (value >= min && value <= max && decimal.Truncate(value) == value) return value;
        faults.Add(node, $"Expected a whole number from {min} to {max}, found {CanonicalJson.Write(value)}.");
        return min;
    }

    private static string Article(string kind) => kind is "array" or "object" ? $"an {kind}" : kind == "null" ? kind : $"a {kind}";

    [GeneratedRegex(@"\A[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,7})?(Z|[+-][0-9]{2}:[0-9]{2})\z")]
    private static partial Regex Timestamp();
}
