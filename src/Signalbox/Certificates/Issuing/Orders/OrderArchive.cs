using Signalbox.Certificates.Book;
using Signalbox.Certificates.Issuing.Records;
using Signalbox.Model;
using Signalbox.Store;

namespace Signalbox.Certificates.Issuing.Orders;

/// <summary>What is written down of orders under way: their records, and the files of their keys.</summary>
internal sealed class OrderArchive(IssuingStore store, HomeLayout home)
{
    public OpenOrders Open { get; } = new(store.LoadOrders());

    /// <summary>True while an order of the name stands at a CA, other than for practice: a certificate that lies there without being in the index may be of it.</summary>
    public bool IsUnderWay(string name) => Open.Of(name).Any(order => order is { Staging: false, Url: not null });

    public string KeyPath(OrderRecord order) => home.OrderKey(order.Id);

    /// <summary>Writes down what is known of an order now. It counts from the call on, also where it cannot be written.</summary>
    public async ValueTask<Problem?> PutAsync(OrderRecord order)
    {
        Open.Put(order);
        return await store.CommitAsync(IssuingStore.Put(order));
    }

    /// <inheritdoc cref="EndAsync(IReadOnlyList{OrderRecord}, IReadOnlyList{RecordChange})"/>
    public ValueTask<Problem?> EndAsync(OrderRecord order) => EndAsync([order], []);

    /// <summary>Nothing more will be asked of these orders: their records go, then the files of their keys.</summary>
    /// <param name="orders">All of one name.</param>
    /// <param name="also">Written down in the same transaction, such as the certificate that came of one of them.</param>
    public async ValueTask<Problem?> EndAsync(IReadOnlyList<OrderRecord> orders, IReadOnlyList<RecordChange> also)
    {
        if (await store.CommitAsync([.. also, .. orders.Select(IssuingStore.Remove)]) is { } problem) return problem;
        foreach (var order in orders)
        {
            Open.Remove(order);
            CertificateShelf.Remove(KeyPath(order));
        }

        return null;
    }

    /// <summary>
    /// At a start, before the first try: records that cannot be read, and keys of orders that have ended. A crash between the end of an order, which is in the store, and
    /// the removal of its key leaves one behind.
    /// </summary>
    public async ValueTask TidyAsync()
    {
        await store.CommitAsync([.. store.RemoveUnreadableOrders()]);
        KeyFile.RemoveEnded(home, Open.All.Select(order => order.Id).ToHashSet());
    }
}
