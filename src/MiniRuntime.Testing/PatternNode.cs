namespace MiniRuntime.Testing;

/// <summary>A part of a regular expression.</summary>
internal abstract record PatternNode
{
    /// <summary>What takes no text.</summary>
    public static PatternNode Nothing { get; } = new Row([]);

    /// <summary>Whether a place in the text is asked for somewhere.</summary>
    public abstract bool HasAnchor { get; }

    /// <summary>One character.</summary>
    public sealed record One(CharSet Set) : PatternNode
    {
        public override bool HasAnchor => false;
    }

    /// <summary>A place: the beginning, the end, a word's boundary.</summary>
    public sealed record Anchor(char Kind) : PatternNode
    {
        public override bool HasAnchor => true;
    }

    /// <summary>One after the other.</summary>
    public sealed record Row(IReadOnlyList<PatternNode> Nodes) : PatternNode
    {
        public override bool HasAnchor => Nodes.Any(static node => node.HasAnchor);

        /// <summary>This text.</summary>
        public static Row Text(string text) => new([.. text.Select(static c => new One(new CharSet(c)))]);
    }

    /// <summary>One of them.</summary>
    public sealed record Either(IReadOnlyList<PatternNode> Nodes) : PatternNode
    {
        public override bool HasAnchor => Nodes.Any(static node => node.HasAnchor);
    }

    /// <summary>So many of it.</summary>
    public sealed record Repeat(PatternNode Node, int Least, int? Most) : PatternNode
    {
        public override bool HasAnchor => Node.HasAnchor;
    }
}
