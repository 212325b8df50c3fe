using Signalbox.Certificates.Acme.Keys;

namespace Signalbox.Certificates.Acme.Http;

/// <summary>The transport of RFC 8555 6: directory, nonces and signed requests. One for each CA, for all who use it.</summary>
internal sealed class AcmeWire(AcmeServer server, TimeProvider time) : IDisposable
{
    /// <summary>
    /// Of one request, 20 tries: a CA refuses a nonce now and then (it was restarted, or asked through another of its machines), so the second try ends it; a
    /// test CA that refuses every second one by chance is passed all the same, and a CA that takes none is left after a bounded effort.
    /// </summary>
    private const int MostTries = 20;

    /// <summary>A directory is fetched again after an hour: little enough to ask, soon enough to see new terms or a moved resource.</summary>
    private static readonly TimeSpan DirectoryLife = TimeSpan.FromHours(1);

    private readonly AcmeHttp _http = new(server, time);
    private readonly SemaphoreSlim _fetching = new(1);
    private volatile Known? _known;

    public NoncePool Nonces { get; } = new();

    public AcmeServer Server => server;

    public TimeProvider Time => time;

    /// <summary>The directory as it was fetched last; many who ask together cause one request.</summary>
    public async Task<AcmeResult<AcmeDirectory>> DirectoryAsync(CancellationToken stop)
    {
        if (Fresh() is { } known) return known;
        await _fetching.WaitAsync(stop);
        try
        {
            if (Fresh() is { } fetched) return fetched;
            var answer = await GetAsync(server.Directory, stop);
            if (!answer.Succeeded) return answer.Failure;
            var directory = DirectoryResource.Read(answer.Value);
            if (directory.Succeeded) _known = new Known(directory.Value, time.GetTimestamp());
            return directory;
        }
        finally
        {
            _fetching.Release();
        }
    }

    /// <summary>Forgets the directory: the next request fetches it anew.</summary>
    public void Forget() => _known = null;

    /// <summary>What needs no signature: the directory and renewal information (RFC 8555 6.3, RFC 9773 4.1). Only a good answer counts as one.</summary>
    public async Task<AcmeResult<AcmeAnswer>> GetAsync(Uri url, CancellationToken stop)
    {
        var answer = await _http.GetAsync(url, stop);
        if (!answer.Succeeded) return answer;
        Nonces.Add(answer.Value.Nonce);
        return answer.Value.Status is >= 200 and < 300 ? answer : answer.Value.ToFailure();
    }

    // RFC 8555 6.3: "If a client wishes to fetch a resource from the server (which would otherwise be done with a GET), then it MUST send a POST request with a
    // JWS body as described above, where the payload of the JWS is a zero-length octet string."
    public Task<AcmeResult<AcmeAnswer>> FetchAsync(AcmeIdentity signer, Uri url, CancellationToken stop, string accept = AcmeAnswer.Json) =>
        PostAsync(signer.Key, signer.Account, url, [], stop, accept);

    public Task<AcmeResult<AcmeAnswer>> PostAsync(AcmeIdentity signer, Uri url, byte[] payload, CancellationToken stop) =>
        PostAsync(signer.Key, signer.Account, url, payload, stop);

    /// <summary>One signed request. A nonce that is refused is replaced and the request repeated, here and nowhere else.</summary>
    public async Task<AcmeResult<AcmeAnswer>> PostAsync(AcmeKey key, Uri? account, Uri url, byte[] payload, CancellationToken stop, string accept = AcmeAnswer.Json)
    {
        string? nonce = null;
        for (var tried = 1; ; tried++)
        {
            if (nonce is null)
            {
                var fresh = await NonceAsync(stop);
                if (!fresh.Succeeded) return fresh.Failure;
                nonce = fresh.Value;
            }

            // RFC 8555 6.4: "the client MUST set the "url" header parameter to the exact string provided by the server (rather than performing any
            // re-encoding on the URL)"; a Uri keeps that string as its original.
            var body = Jws.Sign(key, account?.OriginalString, url.OriginalString, nonce, payload);
            var answer = await _http.SendAsync(HttpMethod.Post, url, body, accept, stop);
            if (!answer.Succeeded) return answer;
            if (answer.Value.Status is >= 200 and < 300)
            {
                Nonces.Add(answer.Value.Nonce);
                return answer;
            }

            var failure = answer.Value.ToFailure();
            if (!failure.Is(AcmeProblemType.BadNonce) || tried == MostTries)
            {
                Nonces.Add(answer.Value.Nonce);
                return failure;
            }

            // RFC 8555 6.5: "when retrying in response to a "badNonce" error, the client MUST use the nonce provided in the error response." Without a valid
            // one there, a new one is asked for.
            nonce = NoncePool.IsValid(answer.Value.Nonce) ? answer.Value.Nonce : null;
        }
    }

    public void Dispose()
    {
        _http.Dispose();
        _fetching.Dispose();
    }

    private AcmeDirectory? Fresh() => _known is { } known && time.GetElapsedTime(known.Since) < DirectoryLife ? known.Directory : null;

    private async Task<AcmeResult<string>> NonceAsync(CancellationToken stop)
    {
        if (Nonces.Take() is { } kept) return kept;
        var directory = await DirectoryAsync(stop);
        if (!directory.Succeeded) return directory.Failure;

        // RFC 8555 7.2: "To get a fresh nonce, the client sends a HEAD request to the newNonce resource on the server."
        var answer = await _http.SendAsync(HttpMethod.Head, directory.Value.NewNonce, null, null, stop);
        if (!answer.Succeeded) return answer.Failure;
        if (answer.Value.Status is < 200 or >= 300) return answer.Value.ToFailure();
        return NoncePool.IsValid(answer.Value.Nonce) ? answer.Value.Nonce! : answer.Value.NotUnderstood("it has no valid Replay-Nonce.");
    }

    private sealed record Known(AcmeDirectory Directory, long Since);
}
