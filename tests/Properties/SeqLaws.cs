namespace MiniRuntime.Properties;

public sealed class SeqLaws
{
    // Would catch: a version that sees what was added to another one. Versions share their storage; nobody may notice.
    [Property]
    public void Every_version_behaves_as_its_own_list(PositiveInt start, (byte Version, int Item)[] adds)
    {
        var first = Enumerable.Range(0, start.Get * 13 % 700).ToList();
        var versions = new List<(Seq<int> Seq, List<int> List)> { (first.ToSeq(), first), (Seq<int>.Empty, []) };
        foreach (var (version, item) in adds)
        {
            var (seq, list) = versions[version % versions.Count];
            versions.Add((seq.Add(item), [.. list, item]));
        }
        foreach (var (seq, list) in versions) SameAs(list, seq);
    }

    // Would catch: a boundary between chunks at which an item is lost or overwritten.
    [Theory]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(512)]
    [InlineData(1000)]
    public void Long_sequences_branch_at_any_point(int length)
    {
        var (seq, versions) = (Seq<int>.Empty, new List<Seq<int>>());
        for (var i = 0; i < length; i++) versions.Add(seq = seq.Add(i));
        foreach (var at in new[] { 0, 1, 3, 15, 16, 63, 254, length - 2, length - 1 })
        {
            var (one, other) = (versions[at].Add(-1), versions[at].Add(-2).Add(-3));
            SameAs([.. Enumerable.Range(0, at + 1), -1], one);
            SameAs([.. Enumerable.Range(0, at + 1), -2, -3], other);
        }
        for (var i = 0; i < length; i += 37) SameAs([.. Enumerable.Range(0, i + 1)], versions[i]);
    }

    // Would catch: two threads that get the same free slot. Each grows its own version of one shared sequence.
    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(250)]
    [InlineData(600)]
    public void Two_threads_can_add_to_the_same_version(int length)
    {
        var shared = Enumerable.Range(0, length).ToSeq();
        for (var round = 0; round < 50; round++)
        {
            var grown = new Seq<int>[2];
            using var together = new Barrier(2);
            void Grow(int which)
            {
                together.SignalAndWait();
                var mine = shared;
                for (var i = 0; i < 300; i++) mine = mine.Add((which * 1000) + i);
                grown[which] = mine;
            }
            var threads = new[] { new Thread(() => Grow(0)), new Thread(() => Grow(1)) };
            foreach (var thread in threads) thread.Start();
            foreach (var thread in threads) thread.Join();
            for (var which = 0; which < 2; which++)
                Assert.Equal(Enumerable.Range(0, length).Concat(Enumerable.Range(which * 1000, 300)), grown[which]);
            Assert.Equal(length, shared.Count);
        }
    }

    // Would catch: equality by reference, or a hash that differs between equal sequences.
    [Property]
    public void Equality_is_by_items_and_order(int[] items, int other)
    {
        var (one, same) = (items.ToSeq(), items.Aggregate(Seq<int>.Empty.Add(7).Take(0).ToSeq(), (seq, item) => seq.Add(item)));
        Assert.True(one == same && one.Equals(same) && !(one != same));
        Assert.Equal(one.GetHashCode(), same.GetHashCode());
        Assert.NotEqual(one, one.Add(other));
        Assert.Equal(items.SequenceEqual(items.Reverse()), one == items.Reverse().ToSeq());
        Assert.False(one == null);
    }

    private static void SameAs(List<int> expected, Seq<int> actual)
    {
        Assert.Equal(expected.Count, actual.Count);
        Assert.Equal(expected, actual);
        for (var i = 0; i < expected.Count; i++) Assert.Equal(expected[i], actual[i]);
        Assert.Throws<ArgumentOutOfRangeException>(() => actual[expected.Count]);
        Assert.Throws<ArgumentOutOfRangeException>(() => actual[-1]);
    }
}
