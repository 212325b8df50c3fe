namespace Signalbox.Certificates.Acme.Http;

/// <summary>
/// Nonces that the CA has handed out and nobody has used yet. Every answer brings one and every request takes one, so the pool holds about as many as
/// requests were ever under way together. The newest goes first: old ones are the first a CA forgets.
/// </summary>
internal sealed class NoncePool
{
    /// <summary>Some dozens of requests at a time are the most anyone makes of one CA; more would only grow stale.</summary>
    private const int Most = 64;

    private readonly Lock _lock = new();
    private readonly LinkedList<string> _nonces = new();

    public int Count
    {
        get { lock (_lock) return _nonces.Count; }
    }

    public string? Take()
    {
        lock (_lock)
        {
            if (_nonces.Last is not { } newest) return null;
            _nonces.RemoveLast();
            return newest.Value;
        }
    }

    public void Add(string? nonce)
    {
        // RFC 8555 6.5.1: "Clients MUST ignore invalid Replay-Nonce values."
        if (!IsValid(nonce)) return;
        lock (_lock)
        {
            _nonces.AddLast(nonce!);
            if (_nonces.Count > Most) _nonces.RemoveFirst();
        }
    }

    /// <summary>RFC 8555 6.5.1: Replay-Nonce = 1*base64url.</summary>
    public static bool IsValid(string? nonce) => nonce is { Length: > 0 } && nonce.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');
}
