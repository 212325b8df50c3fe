using System.Net;

namespace Signalbox.EndToEnd.Differential.Contestants;

/// <summary>One route.</summary>
/// <param name="Host">A name under localhost whose first label is made of letters and digits.</param>
/// <param name="Backend">An address that is no other route's.</param>
internal sealed record BackendOfHost(string Host, IPEndPoint Backend)
{
    /// <summary>True for a name that is asked for over TLS.</summary>
    public bool IsSecure { get; init; }

    /// <summary>The first label, by which a config names the backend.</summary>
    public string Label => Host[..Host.IndexOf('.', StringComparison.Ordinal)];
}
