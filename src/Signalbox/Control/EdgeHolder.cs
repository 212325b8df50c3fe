using Signalbox.Control.Merging;

namespace Signalbox.Control;

/// <summary>The one holder of the present claims and routes. The writer swaps it whole; readers take one snapshot and work on that.</summary>
internal sealed class EdgeHolder
{
    private volatile ClaimBook _book = ClaimBook.Empty;

    public ClaimBook Book
    {
        get => _book;
        set => _book = value;
    }
}
