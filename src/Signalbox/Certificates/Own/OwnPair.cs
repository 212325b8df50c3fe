using System.Security.Cryptography;
using System.Text;
using Signalbox.Model;

namespace Signalbox.Certificates.Own;

/// <summary>One pair of files as it was seen last. Several hosts may name the same pair. Used by one thread at a time.</summary>
internal sealed class OwnPair(OwnFiles files, CertificateExam exam, TimeProvider time)
{
    /// <summary>
    /// So long must a pair that cannot be used have stood before a good one is said to be refused: whoever renews writes the certificate and then the key, or the other
    /// way round, and in between the two do not belong together.
    /// </summary>
    public static readonly TimeSpan Doubt = TimeSpan.FromSeconds(2);

    private string _seen = "";
    private long? _doubted;

    /// <summary>The last that passed; null when none ever did.</summary>
    public Examined? Good { get; private set; }

    /// <summary>Why what lies there now is not used; null when it is.</summary>
    public Problem? Refusal { get; private set; }

    /// <summary>True while it is not known yet whether what lies there is meant, or half of a change.</summary>
    public bool IsInDoubt => _doubted is not null;

    /// <summary>Looks at the files again; true when there is something new to tell.</summary>
    public bool Look()
    {
        var read = PairText.Read(files);
        var seen = read.Succeeded ? Digest(read.Value) : "";

        // What is refused is looked at again though it is the same: its time may have come, or the system may trust another root by now.
        if (read.Succeeded && seen == _seen && Refusal is null && !IsInDoubt) return false;
        _seen = seen;
        var examined = read.Succeeded ? exam.Look(read.Value) : Outcome<Examined>.Failed(read.Problems);
        if (examined.Succeeded)
        {
            var isNew = Refusal is not null || Good is null || Good.Notice != examined.Value.Notice || Good.Certificate.Pem != examined.Value.Certificate.Pem;
            (Refusal, _doubted) = (null, null);
            if (isNew) Good = examined.Value;
            return isNew;
        }

        if (Good is not null && Refusal is null)
        {
            _doubted ??= time.GetTimestamp();
            if (time.GetElapsedTime(_doubted.Value) < Doubt) return false;
        }

        _doubted = null;
        if (Refusal == examined.Problem) return false;
        Refusal = examined.Problem;
        return true;
    }

    /// <summary>A key is kept in one place only, and this is not it.</summary>
    private static string Digest(PairText pair) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes($"{pair.Notice}\0{pair.Certificate}\0{pair.Key}")));
}
