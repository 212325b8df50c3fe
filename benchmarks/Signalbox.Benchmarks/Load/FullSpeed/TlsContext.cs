namespace Signalbox.Benchmarks.Load.FullSpeed;

/// <summary>
/// What the TLS connections of one load share: TLS 1.3 and no other version. Without roots certificates are not looked at, as that is the client's own cost.
/// </summary>
internal sealed class TlsContext : IDisposable
{
    private const int SetLeastVersion = 123; // SSL_CTRL_SET_MIN_PROTO_VERSION
    private const int Tls13 = 0x0304;
    private const int VerifyPeer = 1; // SSL_VERIFY_PEER

    /// <param name="roots">A PEM file: each handshake then fails unless the certificate leads to one of these and is for the name that was asked for.</param>
    public TlsContext(string? roots = null)
    {
        Handle = OpenSsl.SSL_CTX_new(OpenSsl.TLS_client_method());
        _ = OpenSsl.SSL_CTX_ctrl(Handle, SetLeastVersion, Tls13, 0);
        Verifies = roots is not null;
        if (roots is null) return;
        if (OpenSsl.SSL_CTX_load_verify_locations(Handle, roots, 0) != 1) throw new IOException($"OpenSSL does not take the roots in {roots}.");
        OpenSsl.SSL_CTX_set_verify(Handle, VerifyPeer, 0);
    }

    public nint Handle { get; }

    public bool Verifies { get; }

    public void Dispose() => OpenSsl.SSL_CTX_free(Handle);
}
