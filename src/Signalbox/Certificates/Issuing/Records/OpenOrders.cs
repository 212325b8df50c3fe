namespace Signalbox.Certificates.Issuing.Records;

/// <summary>
/// The orders that were begun and have not ended, by name: the store's records as they are at present. A name may have several, one a CA; whoever begins or ends
/// one says so here, so that each is found again by the next try, and none stays behind.
/// </summary>
internal sealed class OpenOrders(IReadOnlyList<OrderRecord> begun)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, OrderRecord[]> _orders = begun.GroupBy(order => order.Names[0]).ToDictionary(group => group.Key, group => group.ToArray(), StringComparer.Ordinal);

    public IReadOnlyList<OrderRecord> All
    {
        get
        {
            lock (_lock) return [.. _orders.Values.SelectMany(orders => orders)];
        }
    }

    /// <summary>All of a name, the latest first.</summary>
    public IReadOnlyList<OrderRecord> Of(string name)
    {
        lock (_lock) return _orders.TryGetValue(name, out var orders) ? [.. orders.OrderByDescending(order => order.Begun)] : [];
    }

    /// <summary>Those of a name at one CA, the latest first.</summary>
    public IReadOnlyList<OrderRecord> At(Uri directory, string name) => [.. Of(name).Where(order => order.Directory == directory)];

    public void Put(OrderRecord order)
    {
        lock (_lock) _orders[order.Names[0]] = [.. Others(order), order];
    }

    public void Remove(OrderRecord order)
    {
        lock (_lock)
        {
            var left = Others(order).ToArray();
            if (left.Length > 0) _orders[order.Names[0]] = left;
            else _orders.Remove(order.Names[0]);
        }
    }

    private IEnumerable<OrderRecord> Others(OrderRecord order) => _orders.GetValueOrDefault(order.Names[0], []).Where(known => known.Id != order.Id);
}
