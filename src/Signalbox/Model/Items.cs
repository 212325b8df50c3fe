using System.Collections;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace Signalbox.Model;

/// <summary>An immutable list that is equal by value, so that records which hold one are too. The default is empty.</summary>
[CollectionBuilder(typeof(Items), nameof(Items.Of))]
internal readonly struct Items<T>(ImmutableArray<T> array) : IEquatable<Items<T>>, IReadOnlyList<T>
{
    private readonly ImmutableArray<T> _array = array;

    private ImmutableArray<T> Array => _array.IsDefault ? [] : _array;

    public static Items<T> Empty => default;

    public int Count => _array.IsDefault ? 0 : _array.Length;

    public bool IsEmpty => Count == 0;

    public T this[int index] => Array[index];

    public ReadOnlySpan<T> AsSpan() => Array.AsSpan();

    public bool Equals(Items<T> other) => Array.AsSpan().SequenceEqual(other.Array.AsSpan());

    public override bool Equals(object? obj) => obj is Items<T> other && Equals(other);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var item in Array) hash.Add(item);
        return hash.ToHashCode();
    }

    public ImmutableArray<T>.Enumerator GetEnumerator() => Array.GetEnumerator();

    IEnumerator<T> IEnumerable<T>.GetEnumerator() => ((IEnumerable<T>)Array).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => ((IEnumerable)Array).GetEnumerator();

    public override string ToString() => string.Join(", ", Array);

    public static bool operator ==(Items<T> left, Items<T> right) => left.Equals(right);

    public static bool operator !=(Items<T> left, Items<T> right) => !left.Equals(right);
}

/// <summary>Makes <see cref="Items{T}"/> from collection expressions and sequences.</summary>
internal static class Items
{
    public static Items<T> Of<T>(ReadOnlySpan<T> items) => new(ImmutableArray.Create(items));

    public static Items<T> ToItems<T>(this IEnumerable<T> items) => new([.. items]);
}
