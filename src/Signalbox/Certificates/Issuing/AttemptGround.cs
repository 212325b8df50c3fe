using Signalbox.Certificates.Book;
using Signalbox.Certificates.Issuing.Orders;
using Signalbox.Certificates.Issuing.Records;
using Signalbox.Model;
using Signalbox.Store;

namespace Signalbox.Certificates.Issuing;

/// <summary>What stays the same under every config: where certificates, orders and what is known are kept.</summary>
internal sealed class AttemptGround : IDisposable
{
    public AttemptGround(HomeLayout home, IRecordStore records, CertificateShelf shelf, TimeProvider time)
    {
        Store = new IssuingStore(records);
        Shelf = shelf;
        Archive = new OrderArchive(Store, home);
        Cas = new CaStates(Store, home, time);
        Storage = new StorageTest(home, time);
    }

    public IssuingStore Store { get; }

    public CertificateShelf Shelf { get; }

    public OrderArchive Archive { get; }

    public CaStates Cas { get; }

    public StorageTest Storage { get; }

    public void Dispose() => Cas.Dispose();
}
