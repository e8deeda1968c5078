using System.Diagnostics.CodeAnalysis;

namespace MiniRuntime.Core;

/// <summary>
/// A JSON value. Immutable, with structural equality: objects are equal whatever the order of their fields was, and numbers are equal
/// when they are the same number (<c>1.0</c> is <c>1</c>, <c>-0</c> is <c>0</c>).
/// Every value that exists has a canonical form (<see cref="CanonicalJson"/>): text is well-formed, numbers are exact, and nesting is at
/// most <see cref="MaxDepth"/>, so that no function over a value can run out of stack.
/// </summary>
public abstract record Json
{
    /// <summary>How deep values may nest: a scalar is 1, an empty array or object is 1, and each level around it adds 1.</summary>
    public const int MaxDepth = 64;

    private Json() { }

    // Abstract and out of reach, so that nobody outside can derive a seventh kind of value.
    private protected abstract int Depth { get; }

    /// <summary>
    /// What kind of value it is: <c>null</c>, <c>boolean</c>, <c>number</c>, <c>string</c>, <c>array</c> or <c>object</c>.
    /// </summary>
    public string Kind => this switch
    {
        Bool => "boolean",
        Number => "number",
        String => "string",
        Array => "array",
        Object => "object",
        _ => "null",
    };

    /// <summary>The null value.</summary>
    public static Json None { get; } = new Null();

    /// <summary>Text as a value; no text is no value (which <see cref="Object.Of"/> leaves out).</summary>
    [return: NotNullIfNotNull(nameof(value))]
    public static implicit operator Json?(string? value) => value is null ? null : new String(value);

    /// <summary>A truth value as a value.</summary>
    public static implicit operator Json(bool value) => new Bool(value);

    /// <summary>A whole number as a value.</summary>
    public static implicit operator Json(int value) => new Number(value);

    /// <summary>A whole number as a value.</summary>
    public static implicit operator Json(long value) => new Number(value);

    /// <summary>A number as a value.</summary>
    public static implicit operator Json(decimal value) => new Number(value);

    /// <summary>The canonical form.</summary>
    public sealed override string ToString() => CanonicalJson.Write(this);

    private static int Around(int deepest) => deepest < MaxDepth
        ? deepest + 1
        : throw new ArgumentException($"The value nests deeper than {MaxDepth} levels.");

    /// <summary>JSON null.</summary>
    public sealed record Null : Json
    {
        private protected override int Depth => 1;
    }

    /// <summary>JSON true or false.</summary>
    public sealed record Bool(bool Value) : Json
    {
        private protected override int Depth => 1;
    }

    /// <summary>
    /// A number, exact: a decimal of at most 28 places and 28 to 29 digits. A number that does not fit is refused where it is parsed,
    /// never rounded.
    /// </summary>
    public sealed record Number(decimal Value) : Json
    {
        private protected override int Depth => 1;
    }

    /// <summary>Text.</summary>
    /// <exception cref="ArgumentException">The text contains a lone surrogate.</exception>
    public sealed record String(string Value) : Json
    {
        /// <summary>Well-formed text.</summary>
        public string Value { get; } = Guard.Text(Value);

        private protected override int Depth => 1;
    }

    /// <summary>An array.</summary>
    /// <exception cref="ArgumentException">An item is null, or the value nests deeper than <see cref="MaxDepth"/>.</exception>
    public sealed record Array(Seq<Json> Items) : Json
    {
        private readonly int _depth = Around(Guard.Items(Items).Select(static item => item.Depth).DefaultIfEmpty().Max());

        /// <summary>The items, in order.</summary>
        public Seq<Json> Items { get; } = Items;

        private protected override int Depth => _depth;
    }

    /// <summary>An object: fields with different names, kept in ordinal order of name.</summary>
    public sealed record Object : Json
    {
        private readonly int _depth;

        /// <summary>An object of these fields, given in any order.</summary>
        /// <exception cref="ArgumentException">
        /// Two fields have one name, one is null, or the value nests deeper than <see cref="MaxDepth"/>.
        /// </exception>
        public Object(IEnumerable<Field> fields)
        {
            Fields = Guard.Items(fields).OrderBy(static field => field.Name, StringComparer.Ordinal).ToSeq();
            _depth = Around(Fields.Count == 0 ? 0 : Fields.Max(static field => field.Value.Depth));
            for (var i = 1; i < Fields.Count; i++)
                if (Fields[i].Name == Fields[i - 1].Name) throw new ArgumentException($"The field '{Fields[i].Name}' occurs twice.");
        }

        /// <summary>The object with no fields.</summary>
        public static Object Empty { get; } = new([]);

        /// <summary>The fields, in ordinal order of name.</summary>
        public Seq<Field> Fields { get; }

        /// <summary>The value of a field, or null (not JSON null) when there is none of that name.</summary>
        public Json? this[string name] => Fields.Find(name, static field => field.Name) is >= 0 and var at ? Fields[at].Value : null;

        /// <summary>An object of these fields; those whose value is absent are left out.</summary>
        /// <exception cref="ArgumentException">As for the constructor.</exception>
        public static Object Of(params ReadOnlySpan<(string Name, Json? Value)> fields)
        {
            var present = new List<Field>(fields.Length);
            foreach (var (name, value) in fields)
                if (value is not null) present.Add(new Field(name, value));
            return new Object(present);
        }

        private protected override int Depth => _depth;
    }

    /// <summary>One field of an object.</summary>
    /// <exception cref="ArgumentException">The name contains a lone surrogate.</exception>
    public sealed record Field(string Name, Json Value)
    {
        /// <summary>The field's name: any well-formed text, the empty one included.</summary>
        public string Name { get; } = Guard.Text(Name);

        /// <summary>The field's value.</summary>
        public Json Value { get; } = Guard.NotNull(Value);
    }
}
