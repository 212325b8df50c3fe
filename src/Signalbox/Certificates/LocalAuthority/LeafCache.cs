namespace Signalbox.Certificates.LocalAuthority;

/// <summary>Leaves in memory, the least recently asked for leaving first when there are too many. What leaves is not disposed: a handshake may be using it.</summary>
internal sealed class LeafCache(int capacity)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, LinkedListNode<Leaf>> _nodes = new(StringComparer.Ordinal);
    private readonly LinkedList<Leaf> _recent = new();

    public Leaf? Find(string host)
    {
        lock (_lock)
        {
            if (!_nodes.TryGetValue(host, out var node)) return null;
            if (node != _recent.First)
            {
                _recent.Remove(node);
                _recent.AddFirst(node);
            }

            return node.Value;
        }
    }

    public void Put(Leaf leaf)
    {
        lock (_lock)
        {
            if (_nodes.Remove(leaf.Host, out var old)) _recent.Remove(old);
            _nodes[leaf.Host] = _recent.AddFirst(leaf);
            if (_nodes.Count <= capacity) return;
            _nodes.Remove(_recent.Last!.Value.Host);
            _recent.RemoveLast();
        }
    }

    public void Remove(string host)
    {
        lock (_lock)
        {
            if (_nodes.Remove(host, out var node)) _recent.Remove(node);
        }
    }

    public IReadOnlyList<Leaf> All()
    {
        lock (_lock) return [.. _recent];
    }
}
