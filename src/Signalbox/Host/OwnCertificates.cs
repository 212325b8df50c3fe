using Microsoft.Extensions.Logging;
using Signalbox.Certificates.Own;
using Signalbox.Model;
using Signalbox.Sources.Files;
using Signalbox.Store;

namespace Signalbox.Host;

/// <summary>Puts together what sees to the certificates that people give: files in the config, and imports.</summary>
internal sealed record OwnCertificates(OwnBook Book, OwnPairs Pairs, Imports Imports) : IAsyncDisposable
{
    public IEnumerable<Problem> Problems => Pairs.Problems.Concat(Imports.Problems);

    /// <summary>Everything is read and can be shown when this returns.</summary>
    /// <param name="config">Names the files; null when it could not be read, and then the files named last are in force.</param>
    /// <param name="place">Home, store and clock.</param>
    /// <param name="logger">Told of what is refused and replaced.</param>
    public static OwnCertificates Open(SignalboxConfig? config, (HomeLayout Home, IRecordStore Store, TimeProvider Time) place, ILogger logger)
    {
        var (book, store) = (new OwnBook(place.Time), new OwnStore(place.Store));
        var exam = new CertificateExam(new SystemRoots(place.Time), place.Time);
        var own = new OwnCertificates(book, new OwnPairs(book, exam, store, place.Time, logger), new Imports(book, exam, store, place.Home, place.Time));
        own.Imports.Load();
        own.Pairs.Set(config?.OwnFiles ?? store.LoadFiles().ToItems());
        return own;
    }

    public async ValueTask DisposeAsync()
    {
        await Pairs.DisposeAsync();
        Imports.Dispose();
    }
}
